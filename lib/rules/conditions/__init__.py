"""The conditions of `match`: one table, in the order in which docs/rules.md explains them; and any source by its name."""

from __future__ import annotations

from functools import partial

from lib.errors import DataError
from lib.rules.conditions.base import Condition, ConditionType, Parsing, describe
from lib.rules.conditions.booleans import SWITCHES
from lib.rules.conditions.comparisons import NUMBERS
from lib.rules.conditions.fields import HELD
from lib.rules.conditions.logic import AllOf, AnyOf, Not
from lib.rules.conditions.paths import PATHS
from lib.rules.conditions.source import parse_source
from lib.rules.sources import find_source
from lib.rules.syntax.diagnostics import allowed_values
from lib.rules.syntax.suggestions import suggest
from lib.rules.syntax.yaml_tree import MappingNode, Node, NullNode, SequenceNode


def parse_match(node: Node, parsing: Parsing) -> AllOf:
    """A map of conditions, all of which must hold."""
    if not isinstance(node, MappingNode):
        hint = "; a list of maps stands under any: or all:" if isinstance(node, SequenceNode) else ""
        parsing.complaints.error(node.line, f"match takes a map of conditions{hint}; {allowed_values(CONDITIONS)}")
        return AllOf("match", ())
    parts = [_parse_one(key.value, key.line, value, parsing) for key, value in node.entries]
    return AllOf(describe("match", node), [part for part in parts if part is not None])


def _parse_one(name: str, line: int, node: Node, parsing: Parsing) -> Condition | None:
    kind = _kind(name, line, parsing)
    if kind is None:
        return None
    if isinstance(node, NullNode):
        parsing.complaints.error(line, f"{name} has no value")
        return None
    if not isinstance(node, SequenceNode) or kind.lists:
        return kind.parse(name, node, parsing)
    if not node.items:
        parsing.complaints.error(line, f"{name}: the list is empty")
    found = [kind.parse(name, item, parsing) for item in node.items]
    parts = [part for part in found if part is not None]
    return AnyOf(describe(name, node), parts) if parts else None


def _kind(name: str, line: int, parsing: Parsing) -> ConditionType | None:
    """The table's entry, or one for a source; None where there is neither, which is noted."""
    if name in CONDITIONS:
        return CONDITIONS[name]
    if "." not in name:
        parsing.complaints.error(line, f"there is no condition {name!r}; {suggest('condition', name, CONDITIONS)}")
        return None
    try:
        return ConditionType(partial(parse_source, find_source(name)))
    except DataError as error:
        parsing.complaints.error(line, f"{name}: {error}")
        return None


def _parse_all(name: str, node: Node, parsing: Parsing) -> Condition | None:
    parts = _maps(name, node, parsing)
    return AllOf(describe(name, node), parts) if parts else None


def _parse_any(name: str, node: Node, parsing: Parsing) -> Condition | None:
    parts = _maps(name, node, parsing)
    return AnyOf(describe(name, node), parts) if parts else None


def _parse_not(name: str, node: Node, parsing: Parsing) -> Condition | None:
    """A map, whose conditions must not all hold; of several maps in a list, none may."""
    # What a group under `not` matches is never published, so its templates may not name it.
    inner = Parsing(parsing.complaints, parsing.compiling, asked_groups=parsing.asked_groups)
    if isinstance(node, SequenceNode):
        maps = _maps(name, node, inner)
        return Not(describe(name, node), [AnyOf("any", maps)]) if maps else None
    return Not(describe(name, node), [parse_match(node, inner)])


def _maps(name: str, node: Node, parsing: Parsing) -> list[AllOf]:
    if not isinstance(node, SequenceNode) or not node.items:
        parsing.complaints.error(
            node.line, f"{name} takes a list of maps, such as {name}: [{{ext: png}}, {{ext: webp}}]"
        )
        return []
    return [parse_match(item, parsing) for item in node.items]


CONDITIONS: dict[str, ConditionType] = {
    **PATHS,
    **NUMBERS,
    **SWITCHES,
    **HELD,
    "any": ConditionType(_parse_any, lists=True),
    "all": ConditionType(_parse_all, lists=True),
    "not": ConditionType(_parse_not, lists=True),
}
