"""`missing`, `has`, `organized`, `in_gallery`: what the image has in Stash."""

from __future__ import annotations

from typing import Any

from lib.changes import KINDS, REF_FIELDS, Ref
from lib.rules.conditions.base import Condition, ConditionType, FilterContext, OrTerms, Parsing, describe, to_text
from lib.rules.conditions.booleans import BooleanTest, true_or_false
from lib.rules.conditions.logic import AllOf
from lib.rules.fields import ALL_FIELDS, is_empty
from lib.rules.image.context import ImageContext
from lib.rules.image.draft import key_of
from lib.rules.syntax.suggestions import suggest
from lib.rules.syntax.yaml_tree import MappingNode, Node, ScalarNode, SequenceNode
from lib.rules.values import fold


def _null(criterion: str, value: Any = None) -> dict[str, Any]:
    return {criterion: {"modifier": "IS_NULL", **({} if value is None else {"value": value})}}


# `is_missing` has room for one field, and its rating is NULL alone; these can be joined. Counts are subqueries, so
# that no other term's join gets in their way.
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


def _changes(field: str) -> frozenset[str]:
    return frozenset() if field == "organized" else frozenset({field})


class MissingCondition(Condition):
    """The field is empty."""

    def __init__(self, field: str) -> None:
        self.label = f"missing: {field}"
        self.fields = frozenset({field})
        self.changes = _changes(field)
        self._field = field

    def matches(self, view: ImageContext) -> bool:
        value = view.field(self._field)
        return all(map(is_empty, value)) if self._field == "urls" else is_empty(value)

    def actual(self, view: ImageContext) -> Any:
        return plain(view.field(self._field))

    def to_filter(self, _asking: FilterContext, /) -> OrTerms:
        return _MISSING[self._field]


class HasCondition(Condition):
    """The field has one of these names, by name, by name without case, or by alias; sub-tags do not count."""

    def __init__(self, field: str, names: list[str]) -> None:
        self.label = f"has {field}: {', '.join(names)}"
        self.fields = frozenset({field})
        self.changes = frozenset({field})
        self.kind = KINDS[field]
        self.names = names
        self._field = field

    def matches(self, view: ImageContext) -> bool:
        value = view.field(self._field)
        held = value if isinstance(value, tuple) and not isinstance(value, Ref) else (value,) if value else ()
        if not held:
            return False
        keys, folded = set(map(key_of, held)), {fold(ref.name) for ref in held}
        for name in self.names:
            meant = view.setting.names.known(self.kind, name)
            # A name that stands for none or for several is looked for as it is.
            if fold(name) in folded if meant is None else key_of(meant) in keys:
                return True
        return False

    def actual(self, view: ImageContext) -> Any:
        return plain(view.field(self._field))

    def to_filter(self, asking: FilterContext, /) -> OrTerms:
        found = [asking.names.find(self.kind, name).ref for name in self.names] if asking.names else []
        ids = [ref.id for ref in found if ref is not None and ref.id is not None]
        if self._field not in _BY_ID or not ids or len(ids) < len(found):
            return [_SOME[self._field]]
        criterion, rest = _BY_ID[self._field]
        return [{criterion: {"value": ids, **rest}}]


def plain(value: Any) -> Any:
    """A field's value for explain: names instead of Refs."""
    if isinstance(value, Ref):
        return value.name
    return [plain(item) for item in value] if isinstance(value, tuple) else value


def _parse_missing(_name: str, node: Node, parsing: Parsing) -> Condition | None:
    """A field, or a list of which all are missing."""
    parts: list[Condition] = []
    for item in node.items if isinstance(node, SequenceNode) else (node,):
        if isinstance(item, ScalarNode) and item.value in ALL_FIELDS:
            parts.append(MissingCondition(item.value))
        else:
            typed = to_text(item)
            parsing.complaints.error(
                item.line, f"missing: there is no field {typed!r}; {suggest('field of an image', typed, ALL_FIELDS)}"
            )
    return parts[0] if len(parts) == 1 else AllOf(describe("missing", node), parts) if parts else None


def _parse_has(_name: str, node: Node, parsing: Parsing) -> Condition | None:
    fields = tuple(KINDS)
    if not isinstance(node, MappingNode) or not node.entries:
        wanted = f"has takes a map of {', '.join(fields)}, such as has: {{tags: [beach, sea]}}"
        parsing.complaints.error(node.line, f"{wanted}; for any at all write not: {{missing: tags}}")
        return None
    parts: list[Condition] = []
    for key, value in node.entries:
        items = value.items if isinstance(value, SequenceNode) else (value,)
        names = [item.value.strip() for item in items if isinstance(item, ScalarNode) and item.value.strip()]
        if key.value not in REF_FIELDS:
            parsing.complaints.error(
                key.line, f"has: {key.value!r} is unknown; {suggest('field of an image', key.value, fields)}"
            )
        elif not names or len(names) < len(items):
            parsing.complaints.error(value.line, f"has: {key.value} takes a name, or a list of names")
        else:
            parts.append(HasCondition(key.value, names))
    return parts[0] if len(parts) == 1 else AllOf(describe("has", node), parts) if parts else None


def _in_gallery(view: ImageContext) -> bool:
    return bool(view.field("galleries"))


def _organized(view: ImageContext) -> bool:
    return bool(view.field("organized"))


_ORGANIZED = BooleanTest(_organized, frozenset({"organized"}), to_filter=lambda wanted: [{"organized": wanted}])
_IN_GALLERY = BooleanTest(
    _in_gallery,
    frozenset({"galleries"}),
    frozenset({"galleries"}),
    to_filter=lambda wanted: [_SOME["galleries"]] if wanted else _MISSING["galleries"],
)

HELD = {
    "organized": true_or_false(_ORGANIZED),
    "missing": ConditionType(_parse_missing, lists=True),
    "has": ConditionType(_parse_has),
    "in_gallery": true_or_false(_IN_GALLERY),
}
