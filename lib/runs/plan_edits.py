"""Changes a plan that isn't applied yet, as the user decides: excludes changes, includes them again, and edits values."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from lib.runs import plan_items, plan_names
from lib.runs.database import Database
from lib.runs.plan_filter import ChangeFilter
from lib.runs.plan_items import Group, Key
from lib.runs.planned_change import PlannedChange
from lib.runs.plans import Plan

Decide = Callable[[PlannedChange, Collection[int]], PlannedChange]
"""Returns a change as the user decides, from the change and those of its items that fit."""
Decided = tuple[int, PlannedChange, PlannedChange | None]
"""An image, and its change before and after; None if it is no longer in the plan."""


def exclude(db: Database, plan_id: int, chosen: ChangeFilter, *, include: bool = False) -> int:
    """Exclude the changes that fit, or include them again; returns the number of images of which something was."""
    return _decide(db, plan_id, chosen, lambda change, indexes: change.excluded(indexes, include=include))


def edit(db: Database, plan_id: int, chosen: ChangeFilter, to: Any) -> int:
    """Write `to` in place of each value that fits, in the form of plans; returns the number of images with one."""
    return _decide(db, plan_id, chosen, lambda change, indexes: change.edited(indexes, to))


def _decide(db: Database, plan_id: int, chosen: ChangeFilter, decide: Decide) -> int:
    """Save what is decided about the changes that fit; returns the number of images with one that is no longer the same."""
    plan = Plan(db, plan_id)
    images: set[int] = set()
    with db.write() as connection:
        for batch in plan.open_batches(*chosen.where(connection.execute, plan_id)):
            decided = [
                (row["image"], before, after)
                for row, changes in batch
                for before in changes
                if (indexes := chosen.indexes(before.change, before.previewed))
                and (after := decide(before, indexes)) != before
            ]
            save(plan, connection, decided)
            images |= {image for image, *_ in decided}
        plan_names.recount(connection, plan_id)
    return len(images)


def save(plan: Plan, connection: sqlite3.Connection, decided: Sequence[Decided]) -> None:
    """Save changes that were decided about, and their items, in a transaction of the caller's."""
    groups = plan_items.group_ids(connection.execute, plan.id)
    plan.replace(connection, [(image, after) for image, _, after in decided if after])
    plan.remove_changes(connection, [(image, before.change.field) for image, before, after in decided if not after])
    items = [
        (image, _items(groups, before), _items(groups, after) if after else {}) for image, before, after in decided
    ]
    plan_items.replace(connection, items)


def _items(groups: Mapping[Group, int], planned: PlannedChange) -> dict[Key, str | None]:
    """Return the items of a change with their states. Two with the same name are one, and excluded together."""
    states: dict[Key, str | None] = {}
    for index, (group, value) in enumerate(plan_items.items_of(planned.change, planned.previewed)):
        key = groups[group], value
        is_out = index in planned.left_out and states.get(key, plan_items.LEFT_OUT) is not None
        states[key] = plan_items.LEFT_OUT if is_out else None
    return states
