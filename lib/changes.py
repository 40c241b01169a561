"""The changes of a plan: for each image the fields that would change, before and after, and the rules that set them.

A value has the form in which the server keeps it: text without spaces around it, a date without a time, a rating as
0..100, `None` for empty. A single-valued field has such a value, `studio` a Ref; a list field has the items that are
added and removed.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

SINGLE_FIELDS = ("title", "code", "date", "rating100", "details", "photographer", "organized", "studio")
LIST_FIELDS = ("tags", "performers", "galleries", "urls")
REF_FIELDS = ("studio", "tags", "performers", "galleries")

KINDS = {"studio": "studios", "tags": "tags", "performers": "performers", "galleries": "galleries"}
"""Field -> the kind of item that it refers to."""

SELECTIONS = {
    **{name: name for name in (*SINGLE_FIELDS, "urls")},
    "studio": "studio{id name}",
    "tags": "tags{id name}",
    "performers": "performers{id name}",
    "galleries": "galleries{id title}",
}
"""Field -> the GraphQL selection of its value."""


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class Ref(NamedTuple):
    """A tag, performer, studio or gallery by id and name; `id` is None for one that apply would create."""

    id: str | None
    name: str


class NameMatch(NamedTuple):
    """The result of looking up a name: the item that it refers to, or None.

    ambiguous: all candidates, if there are several.
    refused: why the item can't be a target, such as a gallery that is a folder; None if it can.
    """

    ref: Ref | None = None
    ambiguous: tuple[Ref, ...] = ()
    refused: str | None = None

    @property
    def candidates(self) -> str:
        """The candidates for a message, each as `name (id)`."""
        return ", ".join(f"{ref.name} ({ref.id})" for ref in self.ambiguous)


class MissingName(NamedTuple):
    """A name that rules want and Stash doesn't have: missing, ambiguous (with its candidates), or created by the plan."""

    kind: str
    name: str
    rules: tuple[str, ...] = ()
    candidates: tuple[Ref, ...] = ()
    created: bool = False


@dataclass(frozen=True)
class FieldChange:
    """One field of one image: its current value, its new value, and the rules that set it.

    Single fields use `before` and `after` (str, int, bool, Ref or None). List fields have the whole list in `before`
    (Refs; for urls str), the difference in `add` and `remove`, and the resulting list in `after`. `item_rules` is the
    rule of each item of `add` and then `remove`, where several rules set them.
    """

    field: str
    before: Any
    after: Any
    rules: tuple[str, ...]
    add: tuple[Any, ...] = ()
    remove: tuple[Any, ...] = ()
    item_rules: tuple[str, ...] = ()

    def rule_of(self, index: int) -> str:
        """Return the rule of an item, counted through `add` and then `remove`; the first rule where that isn't known."""
        return self.item_rules[index] if self.item_rules else next(iter(self.rules), "")

    def narrowed(self, indexes: Collection[int]) -> FieldChange:
        """Return a list field's change with only these of its items, counted through `add` and then `remove`."""
        off = [item for index, item in enumerate(self.add) if index not in indexes]
        add = tuple(item for index, item in enumerate(self.add) if index in indexes)
        numbered = list(enumerate(self.remove, len(self.add)))
        remove = tuple(item for index, item in numbered if index in indexes)
        kept = [item for index, item in numbered if index not in indexes]
        if self.after == _sum(self.before, self.remove, self.add):
            after = _sum(self.before, remove, add)
        else:  # URLs in another order
            after = (*(item for item in self.after if item not in off), *kept)
        item_rules = tuple(rule for index, rule in enumerate(self.item_rules) if index in indexes)
        rules = tuple(dict.fromkeys(item_rules)) or self.rules
        return FieldChange(self.field, self.before, after, rules, add, remove, item_rules)

    def replaced(self, index: int, item: Any) -> FieldChange:
        """Return a list field's change with another item in place of one of its items, counted as in `narrowed`."""
        items = [*self.add, *self.remove]
        old, items[index] = items[index], item
        add, remove = tuple(items[: len(self.add)]), tuple(items[len(self.add) :])
        if self.after == _sum(self.before, self.remove, self.add):
            after = _sum(self.before, remove, add)
        elif index < len(add):
            after = tuple(item if each == old else each for each in self.after)
        else:
            after = (*(each for each in self.after if each != item), old)
        return replace(self, after=after, add=add, remove=remove)

    def rebased(self, now: tuple[Any, ...]) -> FieldChange:
        """Return a list field's change from another list; itself if its URLs have an order that a sum can't give."""
        if self.after != _sum(self.before, self.remove, self.add):
            return self
        return replace(self, before=now, after=_sum(now, self.remove, self.add))

    def to_json(self) -> dict[str, Any]:
        """Return the change as a JSON object; a Ref is `{id, name}`."""
        return {
            "field": self.field,
            "before": _plain(self.before),
            "after": _plain(self.after),
            "rules": list(self.rules),
            "add": _plain(self.add),
            "remove": _plain(self.remove),
        }

    def stored(self) -> str:
        """Return the values as text for the database; a Ref is `[id, name]`. Takes a third of the time of `to_json`."""
        values = (self.before, self.after, self.add, self.remove)
        return _ENCODER.encode((*values, self.item_rules) if self.item_rules else values)

    @classmethod
    def restored(cls, field_name: str, rules: tuple[str, ...], text: str) -> FieldChange:
        """Return the change that `stored` made this text of; a ValueError where that can't be."""
        if field_name not in SELECTIONS:
            raise ValueError(f"{field_name!r} isn't a field")
        before, after, add, remove, *item_rules = json.loads(text)
        if field_name not in LIST_FIELDS:
            single = _to_ref if field_name in REF_FIELDS else _unchanged
            return cls(field_name, single(before), single(after), rules)
        items = _to_refs if field_name in REF_FIELDS else tuple
        rules_of_items = tuple(item_rules[0]) if item_rules else ()
        return cls(field_name, items(before), items(after), rules, items(add), items(remove), rules_of_items)


@dataclass(frozen=True)
class ImageChange:
    """All changes of one image. `md5` shows later whether the id still means this image."""

    image_id: str
    path: str
    md5: str
    organized: bool
    changes: tuple[FieldChange, ...] = field(default=())


def current(image: dict[str, Any], name: str) -> Any:
    """Return a field of the server's image in the form that plans compare; lists as tuples."""
    value = image[name]
    if name == "urls":
        return tuple(value)
    if name in LIST_FIELDS:
        return tuple(_ref(item) for item in value)
    if name == "studio":
        return _ref(value) if value else None
    if isinstance(value, str):
        return value.strip() or None
    return value


def same(name: str, first: Any, second: Any) -> bool:
    """Whether two values of a field are equal. Refs are compared by id, lists of Refs regardless of their order."""
    if name == "urls":
        return tuple(first) == tuple(second)
    if name in LIST_FIELDS:
        return {ref.id for ref in first} == {ref.id for ref in second}
    if name == "studio":
        # A studio that isn't created yet has no id, and differs from no studio.
        return (first is None) == (second is None) and (first is None or bool(first.id == second.id))
    return bool(first == second)


def keys(items: Any) -> set[Any]:
    """Return what identifies the items of a list field: the ids, or the URLs themselves."""
    return {item.id if isinstance(item, Ref) else item for item in items}


def _sum(before: tuple[Any, ...], remove: tuple[Any, ...], add: tuple[Any, ...]) -> tuple[Any, ...]:
    return (*(item for item in before if item not in remove), *add)


def _ref(item: dict[str, Any]) -> Ref:
    return Ref(str(item["id"]), item.get("name") or item.get("title") or "")


def _plain(value: Any) -> Any:
    if isinstance(value, Ref):
        return value._asdict()
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    return value


def _unchanged(value: Any) -> Any:
    return value


def _to_ref(pair: list[Any] | None) -> Ref | None:
    return Ref(*pair) if pair else None


def _to_refs(pairs: list[list[Any]]) -> tuple[Ref, ...]:
    return tuple(Ref(*pair) for pair in pairs)
