"""The planned state of one image, and the changes that lead to it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

from lib.changes import LIST_FIELDS, SINGLE_FIELDS, FieldChange, Ref, current
from lib.rules.values import fold


def key_of(item: Any) -> Hashable:
    """Return the identity of a list's element: the id, the folded name if it isn't created yet, or the URL."""
    if isinstance(item, Ref):
        return item.id if item.id is not None else ("new", fold(item.name))
    key: Hashable = item
    return key


class Draft:
    """The planned state of one image; fields without a plan have the server's value."""

    def __init__(self, image: dict[str, Any]) -> None:
        self.image = image
        self._values: dict[str, Any] = {}
        self._rules: dict[str, dict[Hashable, str]] = {}

    def copy(self) -> Draft:
        """Return an independent draft with the same values."""
        draft = Draft(self.image)
        draft._values = dict(self._values)
        return draft

    def value(self, field: str) -> Any:
        """Return the field as planned; lists as tuples."""
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
        keys = set(map(key_of, planned))
        for item in items:
            if key_of(item) not in keys:
                keys.add(key_of(item))
                planned.append(item)
                self._rules.setdefault(field, {})[key_of(item)] = rule
        self._values[field] = tuple(planned)

    def remove(self, field: str, items: Iterable[Any], rule: str) -> None:
        removed = set(map(key_of, items))
        planned = self.value(field)
        for item in planned:
            if key_of(item) in removed:
                self._rules.setdefault(field, {})[key_of(item)] = rule
        self._values[field] = tuple(item for item in planned if key_of(item) not in removed)

    def replace(self, field: str, items: Iterable[Any], rule: str, keep: Iterable[Any] = ()) -> None:
        """Plan exactly these items, plus those in `keep`."""
        planned = [*items, *keep]
        keys = set(map(key_of, planned))
        self.remove(field, [item for item in self.value(field) if key_of(item) not in keys], rule)
        self.add(field, planned, rule)

    def changes(self, since: Draft | None = None) -> tuple[FieldChange, ...]:
        """Return the difference from the server, or from another draft of the image; `before` is the server's value."""
        changes = []
        for field in (*SINGLE_FIELDS, *LIST_FIELDS):
            if field in self._values:
                start = since.value(field) if since else current(self.image, field)
                build = self._list_change if field in LIST_FIELDS else self._single_change
                if change := build(field, start):
                    changes.append(change)
        return tuple(changes)

    def _single_change(self, field: str, start: Any) -> FieldChange | None:
        after = self.value(field)
        if after == start:
            return None
        return FieldChange(field, current(self.image, field), after, tuple(self._rules[field].values()))

    def _list_change(self, field: str, start: tuple[Any, ...]) -> FieldChange | None:
        after = self.value(field)
        start_keys, after_keys = set(map(key_of, start)), set(map(key_of, after))
        add = tuple(item for item in after if key_of(item) not in start_keys)
        remove = tuple(item for item in start if key_of(item) not in after_keys)
        if not add and not remove:
            return None
        rule_of = self._rules[field]
        item_rules = tuple(rule_of[key_of(item)] for item in (*add, *remove))
        rules = tuple(dict.fromkeys(item_rules))
        item_rules = item_rules if len(rules) > 1 else ()
        return FieldChange(field, current(self.image, field), after, rules, add, remove, item_rules)
