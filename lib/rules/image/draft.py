"""One image as the rules have planned it so far, and what that means as changes."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

from lib.changes import LIST_FIELDS, SINGLE_FIELDS, FieldChange, Ref, current
from lib.rules.values import fold


def key_of(item: Any) -> Hashable:
    """What makes two members of a list the same: the id; for a name yet to be created the name; for a URL itself."""
    if isinstance(item, Ref):
        return item.id if item.id is not None else ("new", fold(item.name))
    key: Hashable = item
    return key


class Draft:
    """The planned state of one image: reads fall through to what the server shows."""

    def __init__(self, image: dict[str, Any]) -> None:
        self.image = image
        self._values: dict[str, Any] = {}
        self._rules: dict[str, dict[Hashable, str]] = {}

    def copy(self) -> Draft:
        """A draft to go on with that this one does not see."""
        other = Draft(self.image)
        other._values = dict(self._values)
        return other

    def value(self, field: str) -> Any:
        """The field as planned; lists as tuples."""
        if field in self._values:
            return self._values[field]
        return current(self.image, field)

    def put(self, field: str, value: Any, rule: str) -> None:
        """Plan a single field."""
        if value != self.value(field):
            self._values[field] = value
            self._rules.setdefault(field, {})[None] = rule

    def add(self, field: str, items: Iterable[Any], rule: str) -> None:
        planned = list(self.value(field))
        known = set(map(key_of, planned))
        for item in items:
            if key_of(item) not in known:
                known.add(key_of(item))
                planned.append(item)
                self._rules.setdefault(field, {})[key_of(item)] = rule
        self._values[field] = tuple(planned)

    def remove(self, field: str, items: Iterable[Any], rule: str) -> None:
        gone = set(map(key_of, items))
        planned = self.value(field)
        for item in planned:
            if key_of(item) in gone:
                self._rules.setdefault(field, {})[key_of(item)] = rule
        self._values[field] = tuple(item for item in planned if key_of(item) not in gone)

    def replace(self, field: str, items: Iterable[Any], rule: str, keep: Iterable[Any] = ()) -> None:
        """Plan exactly these items, besides those that must be kept."""
        wanted = [*items, *keep]
        keys = set(map(key_of, wanted))
        self.remove(field, [item for item in self.value(field) if key_of(item) not in keys], rule)
        self.add(field, wanted, rule)

    def changes(self, since: Draft | None = None) -> tuple[FieldChange, ...]:
        """What differs from the server, or from another draft of the same image; `before` is always the server's."""
        found = []
        for field in (*SINGLE_FIELDS, *LIST_FIELDS):
            if field in self._values:
                start = since.value(field) if since else current(self.image, field)
                build = self._list_change if field in LIST_FIELDS else self._single_change
                if change := build(field, start):
                    found.append(change)
        return tuple(found)

    def _single_change(self, field: str, start: Any) -> FieldChange | None:
        after = self.value(field)
        if after == start:
            return None
        return FieldChange(field, current(self.image, field), after, tuple(self._rules[field].values()))

    def _list_change(self, field: str, start: tuple[Any, ...]) -> FieldChange | None:
        after = self.value(field)
        had, has = set(map(key_of, start)), set(map(key_of, after))
        add = tuple(item for item in after if key_of(item) not in had)
        remove = tuple(item for item in start if key_of(item) not in has)
        if not add and not remove:
            return None
        asked = self._rules[field]
        rules = tuple(dict.fromkeys(asked[key_of(item)] for item in (*add, *remove) if key_of(item) in asked))
        return FieldChange(field, current(self.image, field), after, rules, add, remove)
