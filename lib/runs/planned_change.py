"""A change of a plan as it is saved: the rule in preview mode that made it, whether it was edited, and what is excluded."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any, NamedTuple

from lib.changes import FieldChange
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

    def left_out_text(self, indexes: Collection[int]) -> str | None:
        """Return the column `left_out` for these items of the change."""
        return ALL if len(indexes) == _count(self.change) else json.dumps(sorted(indexes)) if indexes else None


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
