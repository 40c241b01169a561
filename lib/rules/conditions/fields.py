"""`missing`, `has`, `organized`, `in_gallery`: conditions on the image's fields in Stash."""

from __future__ import annotations

from typing import Any

from lib.changes import KINDS, REF_FIELDS, Ref
from lib.rules.conditions.base import (
    MATCH,
    Condition,
    ConditionType,
    FilterContext,
    Match,
    OrTerms,
    Parsing,
    describe,
    to_text,
)
from lib.rules.conditions.booleans import BooleanTest, true_or_false
from lib.rules.conditions.logic import AllOf
from lib.rules.fields import ALL_FIELDS, is_empty
from lib.rules.image.context import Scope
from lib.rules.image.draft import key_of
from lib.rules.syntax.suggestions import suggest
from lib.rules.syntax.yaml_tree import MappingNode, Node, ScalarNode, SequenceNode
from lib.rules.values import fold


def _null(criterion: str, value: Any = None) -> dict[str, Any]:
    return {criterion: {"modifier": "IS_NULL", **({} if value is None else {"value": value})}}


# Stash's `is_missing` accepts one field, and for the rating only NULL; these criteria can be combined. Counts are
# subqueries, so that they don't share the join of another term.
_MISSING: dict[str, list[dict[str, Any]]] = {
    **{field: [_null(field, "")] for field in ("title", "code", "details", "photographer", "date")},
    "rating100": [_null("rating100", 0), {"rating100": {"value": 0, "modifier": "EQUALS"}}],
    "organized": [{"organized": False}],
    "studio": [_null("studios")],
    "tags": [{"tag_count": {"value": 0, "modifier": "EQUALS"}}],
    "performers": [{"performer_count": {"value": 0, "modifier": "EQUALS"}}],
    "galleries": [_null("galleries")],
    "urls": [_null("url", "")],
}
_SOME: dict[str, dict[str, Any]] = {
    "tags": {"tag_count": {"value": 0, "modifier": "GREATER_THAN"}},
    "performers": {"performer_count": {"value": 0, "modifier": "GREATER_THAN"}},
    "studio": {"studios": {"modifier": "NOT_NULL"}},
    "galleries": {"galleries": {"modifier": "NOT_NULL"}},
}
_BY_ID: dict[str, tuple[str, dict[str, Any]]] = {
    "tags": ("tags", {"modifier": "INCLUDES", "depth": 0}),
    "performers": ("performers", {"modifier": "INCLUDES"}),
    "studio": ("studios", {"modifier": "INCLUDES", "depth": 0}),
}


def _planned_fields(field: str) -> frozenset[str]:
    return frozenset() if field == "organized" else frozenset({field})


class MissingCondition(Condition):
    """The field is empty."""

    def __init__(self, field: str) -> None:
        self.label = f"missing: {field}"
        self.fields = frozenset({field})
        self.planned_fields = _planned_fields(field)
        self._field = field

    def matches(self, scope: Scope) -> Match | None:
        value = scope.field(self._field)
        empty = all(map(is_empty, value)) if self._field == "urls" else is_empty(value)
        return MATCH if empty else None

    def actual(self, scope: Scope) -> Any:
        return plain(scope.field(self._field))

    def to_filter(self, _context: FilterContext, /) -> OrTerms:
        return _MISSING[self._field]


class HasCondition(Condition):
    """The field has a tag, performer, studio or gallery with one of these names, in any case, or aliases; sub-tags don't count."""

    def __init__(self, field: str, names: list[str]) -> None:
        self.label = f"has {field}: {', '.join(names)}"
        self.fields = frozenset({field})
        self.planned_fields = frozenset({field})
        self.kind = KINDS[field]
        self.names = names
        self._field = field

    def matches(self, scope: Scope) -> Match | None:
        value = scope.field(self._field)
        refs = value if isinstance(value, tuple) and not isinstance(value, Ref) else (value,) if value else ()
        if not refs:
            return None
        keys, folded = set(map(key_of, refs)), {fold(ref.name) for ref in refs}
        for name in self.names:
            ref = scope.context.run.names.lookup(self.kind, name)
            # A missing or ambiguous name is compared as text.
            if fold(name) in folded if ref is None else key_of(ref) in keys:
                return MATCH
        return None

    def actual(self, scope: Scope) -> Any:
        return plain(scope.field(self._field))

    def to_filter(self, context: FilterContext, /) -> OrTerms:
        refs = [context.names.find(self.kind, name).ref for name in self.names] if context.names else []
        ids = [ref.id for ref in refs if ref is not None and ref.id is not None]
        if self._field not in _BY_ID or not ids or len(ids) < len(refs):
            return [_SOME[self._field]]
        criterion, rest = _BY_ID[self._field]
        return [{criterion: {"value": ids, **rest}}]


def plain(value: Any) -> Any:
    """Return a field's value with names instead of Refs."""
    if isinstance(value, Ref):
        return value.name
    return [plain(item) for item in value] if isinstance(value, tuple) else value


def _parse_missing(_name: str, node: Node, parsing: Parsing) -> Condition | None:
    """Parse a field, or a list of fields that must all be missing."""
    parts: list[Condition] = []
    for item in node.items if isinstance(node, SequenceNode) else (node,):
        if isinstance(item, ScalarNode) and item.value in ALL_FIELDS:
            parts.append(MissingCondition(item.value))
        else:
            name = to_text(item)
            parsing.diagnostics.error(
                item.line, f"missing: unknown field {name!r}; {suggest('field of an image', name, ALL_FIELDS)}"
            )
    return parts[0] if len(parts) == 1 else AllOf(describe("missing", node), parts) if parts else None


def _parse_has(_name: str, node: Node, parsing: Parsing) -> Condition | None:
    fields = tuple(KINDS)
    if not isinstance(node, MappingNode) or not node.entries:
        message = f"has must be a map of {', '.join(fields)}, such as has: {{tags: [beach, sea]}}"
        parsing.diagnostics.error(node.line, f"{message}; to match any value, use not: {{missing: tags}}")
        return None
    parts: list[Condition] = []
    for key, value in node.entries:
        items = value.items if isinstance(value, SequenceNode) else (value,)
        names = [item.value.strip() for item in items if isinstance(item, ScalarNode) and item.value.strip()]
        if key.value not in REF_FIELDS:
            parsing.diagnostics.error(
                key.line, f"has: unknown field {key.value!r}; {suggest('field of an image', key.value, fields)}"
            )
        elif not names or len(names) < len(items):
            parsing.diagnostics.error(value.line, f"has: {key.value} must be a name or a list of names")
        else:
            parts.append(HasCondition(key.value, names))
    return parts[0] if len(parts) == 1 else AllOf(describe("has", node), parts) if parts else None


def _in_gallery(scope: Scope) -> bool:
    return bool(scope.field("galleries"))


def _organized(scope: Scope) -> bool:
    return bool(scope.field("organized"))


_ORGANIZED = BooleanTest(_organized, frozenset({"organized"}), to_filter=lambda expected: [{"organized": expected}])
_IN_GALLERY = BooleanTest(
    _in_gallery,
    frozenset({"galleries"}),
    frozenset({"galleries"}),
    to_filter=lambda expected: [_SOME["galleries"]] if expected else _MISSING["galleries"],
)

FIELD_CONDITIONS = {
    "organized": true_or_false(_ORGANIZED),
    "missing": ConditionType(_parse_missing, lists=True),
    "has": ConditionType(_parse_has),
    "in_gallery": true_or_false(_IN_GALLERY),
}
