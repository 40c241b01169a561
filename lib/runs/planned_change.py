"""A change of a plan as it is saved: the rule in preview mode that made it, whether it was edited, and what is excluded."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import replace
from functools import reduce
from typing import Any, NamedTuple

from lib.changes import LIST_FIELDS, FieldChange, Ref, same
from lib.runs.database import Database

ALL = "all"
"""In the column `left_out`: nothing of the change is written."""


class PlannedChange(NamedTuple):
    """A change, and which of its items are excluded, by their index in `plan_items.items_of`."""

    previewed: str
    change: FieldChange
    is_edited: bool
    left_out: frozenset[int]

    @property
    def written(self) -> FieldChange | None:
        """The part that an apply writes, or would if the rule were enabled; None if all of it is excluded."""
        if not self.left_out:
            return self.change
        written = set(range(_count(self.change))) - self.left_out
        return self.change.narrowed(written) if written else None

    @property
    def left_out_text(self) -> str | None:
        """The column `left_out`: None if all of the change is written."""
        if len(self.left_out) == _count(self.change):
            return ALL
        return json.dumps(sorted(self.left_out)) if self.left_out else None

    def excluded(self, indexes: Collection[int], *, include: bool = False) -> PlannedChange:
        """Return the change with these items excluded, or included again."""
        return self._replace(left_out=self.left_out - set(indexes) if include else self.left_out | set(indexes))

    def split(self, indexes: Collection[int]) -> tuple[FieldChange | None, PlannedChange | None]:
        """Return these items as a change, apart from excluded ones, and the rest; None for either if nothing is in it."""
        taken = set(indexes) - self.left_out
        rest = sorted(set(range(_count(self.change))) - taken)
        if not taken or self.previewed:
            return None, self
        if not rest:
            return self.change, None
        left_out = frozenset(number for number, index in enumerate(rest) if index in self.left_out)
        return self.change.narrowed(taken), self._replace(change=self.change.narrowed(rest), left_out=left_out)

    def edited(self, indexes: Collection[int], to: Any) -> PlannedChange:
        """Return the change with `to` in place of its value, or of these items of a list.

        A change that would do nothing is excluded instead: its image has the value already, or it has the item.
        """
        if self.change.field in LIST_FIELDS:
            return reduce(lambda planned, index: _with_item(planned, index, to), sorted(indexes), self)
        if same(self.change.field, to, self.change.before):
            return self.excluded([0])
        return self._replace(change=replace(self.change, after=to), is_edited=True)


class Decided(NamedTuple):
    """A change of an image that the user excluded or edited."""

    image: int
    is_image_excluded: bool
    change: PlannedChange


def planned_change(db: Database, row: Any) -> PlannedChange:
    """Return the change of a row of the table `changes`; a StoreError where it can't be what was written."""
    try:
        change = FieldChange.restored(row["field"], tuple(json.loads(row["rules"])), row["change"])
        left_out = range(_count(change)) if row["left_out"] == ALL else json.loads(row["left_out"] or "[]")
        return PlannedChange(row["previewed"], change, bool(row["edited"]), frozenset(left_out))
    except (ValueError, TypeError) as error:
        reason = f"what run {row['plan']} changed of image {row['image']} cannot be read, and nothing more is changed"
        raise db.corrupted(reason) from error


def _count(change: FieldChange) -> int:
    return len(change.add) + len(change.remove) or 1


def _with_item(planned: PlannedChange, index: int, to: Any) -> PlannedChange:
    change, key = planned.change, _key(to)
    items = (*change.add, *change.remove)
    if not items or _key(items[index]) == key:
        return planned
    is_added = index < len(change.add)
    others = {number for number, item in enumerate(items) if _key(item) == key}
    present = next((item for item in change.before if _key(item) == key), None)
    if others or is_added is (present is not None):
        # An item that the image has is not added, so it must not be removed either.
        kept = [number for number in others if is_added and number >= len(change.add)]
        return planned.excluded([index, *kept])
    return planned._replace(change=change.replaced(index, to if is_added else present), is_edited=True)


def _key(item: Any) -> Any:
    return item.id if isinstance(item, Ref) else item
