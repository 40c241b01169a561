"""The conditions of `match`: one table, in the order of docs/rules.md, and any source by its name."""

from __future__ import annotations

from functools import partial

from lib.errors import DataError
from lib.rules.conditions.base import Condition, ConditionType, Parsing, describe
from lib.rules.conditions.booleans import BOOLEANS
from lib.rules.conditions.comparisons import COMPARISONS
from lib.rules.conditions.fields import FIELD_CONDITIONS
from lib.rules.conditions.logic import AllOf, AnyOf, Not
from lib.rules.conditions.paths import PATHS
from lib.rules.conditions.source import parse_source
from lib.rules.sources import find_source
from lib.rules.syntax.diagnostics import allowed_values
from lib.rules.syntax.suggestions import suggest
from lib.rules.syntax.yaml_tree import MappingNode, Node, NullNode, SequenceNode


def parse_match(node: Node, parsing: Parsing) -> AllOf:
    """Parse a map of conditions that must all hold."""
    if not isinstance(node, MappingNode):
        hint = "; for a list of maps, use any: or all:" if isinstance(node, SequenceNode) else ""
        parsing.diagnostics.error(node.line, f"match must be a map of conditions{hint}; {allowed_values(CONDITIONS)}")
        return AllOf("match", ())
    parts = [_parse_one(key.value, key.line, value, parsing) for key, value in node.entries]
    return AllOf(describe("match", node), [part for part in parts if part is not None])


def _parse_one(name: str, line: int, node: Node, parsing: Parsing) -> Condition | None:
    condition_type = _find_type(name, line, parsing)
    if condition_type is None:
        return None
    if isinstance(node, NullNode):
        parsing.diagnostics.error(line, f"{name} has no value")
        return None
    if not isinstance(node, SequenceNode) or condition_type.lists:
        return condition_type.parse(name, node, parsing)
    if not node.items:
        parsing.diagnostics.error(line, f"{name}: the list is empty")
    conditions = [condition_type.parse(name, item, parsing) for item in node.items]
    parts = [part for part in conditions if part is not None]
    return AnyOf(describe(name, node), parts) if parts else None


def _find_type(name: str, line: int, parsing: Parsing) -> ConditionType | None:
    """Return the table's entry, or one for a source; None after reporting an unknown name."""
    if name in CONDITIONS:
        return CONDITIONS[name]
    if "." not in name:
        parsing.diagnostics.error(line, f"unknown condition {name!r}; {suggest('condition', name, CONDITIONS)}")
        return None
    try:
        return ConditionType(partial(parse_source, find_source(name)))
    except DataError as error:
        parsing.diagnostics.error(line, f"{name}: {error}")
        return None


def _parse_all(name: str, node: Node, parsing: Parsing) -> Condition | None:
    parts = _parse_maps(name, node, parsing)
    return AllOf(describe(name, node), parts) if parts else None


def _parse_any(name: str, node: Node, parsing: Parsing) -> Condition | None:
    parts = _parse_maps(name, node, parsing)
    return AnyOf(describe(name, node), parts) if parts else None


def _parse_not(name: str, node: Node, parsing: Parsing) -> Condition | None:
    """Parse a map of conditions that must not all hold, or a list of maps of which none may hold."""
    # Groups under `not` never have a value, so templates may not use them.
    inner = Parsing(parsing.diagnostics, parsing.compile_budget, used_groups=parsing.used_groups)
    if isinstance(node, SequenceNode):
        maps = _parse_maps(name, node, inner)
        return Not(describe(name, node), [AnyOf("any", maps)]) if maps else None
    return Not(describe(name, node), [parse_match(node, inner)])


def _parse_maps(name: str, node: Node, parsing: Parsing) -> list[AllOf]:
    if not isinstance(node, SequenceNode) or not node.items:
        parsing.diagnostics.error(
            node.line, f"{name} must be a list of maps, such as {name}: [{{ext: png}}, {{ext: webp}}]"
        )
        return []
    return [parse_match(item, parsing) for item in node.items]


CONDITIONS: dict[str, ConditionType] = {
    **PATHS,
    **COMPARISONS,
    **BOOLEANS,
    **FIELD_CONDITIONS,
    "any": ConditionType(_parse_any, lists=True),
    "all": ConditionType(_parse_all, lists=True),
    "not": ConditionType(_parse_not, lists=True),
}
