"""Pages of a plan as answers have them: images with the changes that fit a filter, and what of each is excluded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lib.changes import LIST_FIELDS
from lib.errors import DataError
from lib.runs import plan_items
from lib.runs.database import Database
from lib.runs.image_states import image_json
from lib.runs.plan_filter import ChangeFilter
from lib.runs.planned_change import PlannedChange
from lib.runs.plans import PAGE, Plan

_EVERY = ChangeFilter(previewed=True)


class PlanPages:
    """The images of one plan by id, those with a change that fits."""

    def __init__(self, db: Database, plan_id: int, chosen: ChangeFilter = _EVERY) -> None:
        self._plan = Plan(db, plan_id)
        self._db = db
        self._chosen = chosen
        self._where, self._values = chosen.where(db.read, plan_id)

    def page(self, page: int) -> list[dict[str, Any]]:
        """Return 50 images, page 1 first: id, path, state, reason, and the changes that fit."""
        limits = (PAGE, offset(page, PAGE))
        return self._as_json(
            self._plan.rows(f"{self._where} ORDER BY images.image LIMIT ? OFFSET ?", (*self._values, *limits))
        )

    def after(self, after_id: int, limit: int) -> list[dict[str, Any]]:
        """Return the next images with a higher id than `after_id`, as `page` does."""
        where = f"{self._where} AND images.image > ? ORDER BY images.image LIMIT ?"
        return self._as_json(self._plan.rows(where, (*self._values, after_id, limit)))

    def total(self) -> int:
        """Count the images of all pages."""
        return self._plan.count(self._where, self._values)

    def planned(self) -> int:
        """Count the images of which an apply would write something that fits."""
        return self._plan.count(*self._chosen.where(self._db.read, self._plan.id, written=True))

    def _as_json(self, rows: Sequence[Any]) -> list[dict[str, Any]]:
        changes = self._plan.changes([row["image"] for row in rows])
        return [
            image_json(row)
            | {"changes": [shown for each in changes[row["image"]] if (shown := _change_json(each, self._chosen))]}
            for row in rows
        ]


def offset(page: int, size: int) -> int:
    """Return how many entries are before a page; a DataError for one before the first."""
    if page < 1:
        raise DataError(f"page: {page} is not allowed; pages begin with 1.")
    return (page - 1) * size


def _change_json(planned: PlannedChange, chosen: ChangeFilter) -> dict[str, Any] | None:
    """Return what fits of a change: what is written, or what would be where all of it is excluded; None if nothing fits."""
    change = planned.change
    fitting = chosen.indexes(change, planned.previewed)
    if not fitting:
        return None
    items = plan_items.items_of(change, planned.previewed)
    written = [index for index in fitting if index not in planned.left_out]
    shown = written or fitting
    narrowed = change if len(shown) == len(items) else change.narrowed(shown)
    return narrowed.to_json() | {
        "preview": bool(planned.previewed),
        "edited": planned.is_edited,
        "left_out": not written,
        "left_out_items": [
            {"op": items[index][0][2], "value": items[index][1]}
            for index in fitting
            if index in planned.left_out and change.field in LIST_FIELDS
        ],
    }
