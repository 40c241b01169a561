"""Changes a plan that isn't applied yet, as the user decides: excludes changes, includes them again, and edits values."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection
from typing import Any

from lib.runs import plan_items, plan_names
from lib.runs.database import Database
from lib.runs.plan_filter import ChangeFilter
from lib.runs.plan_items import Group, Key
from lib.runs.planned_change import PlannedChange
from lib.runs.plans import Plan

Decide = Callable[[PlannedChange, Collection[int]], PlannedChange]
"""Returns a change as the user decides, from the change and those of its items that fit."""


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
            changed = [
                (image, before, after)
                for image, changes in batch.items()
                for before in changes
                if (indexes := chosen.indexes(before.change, before.previewed))
                and (after := decide(before, indexes)) != before
            ]
            save(db, plan_id, connection, changed)
            images |= {image for image, _, _ in changed}
        plan_names.recount(connection, plan_id)
    return len(images)


def save(
    db: Database, plan_id: int, connection: sqlite3.Connection, changes: list[tuple[int, PlannedChange, PlannedChange]]
) -> None:
    """Save changes that were decided about, in a transaction: image, the change before and after."""
    groups = plan_items.group_ids(connection.execute, plan_id)
    Plan(db, plan_id).replace(connection, [(image, after) for image, _, after in changes])
    plan_items.replace(
        connection, [(image, _items(groups, before), _items(groups, after)) for image, before, after in changes]
    )


def _items(groups: dict[Group, int], planned: PlannedChange) -> dict[Key, str | None]:
    """Return the items of a change with their states. Two with the same name are one, and excluded together."""
    states: dict[Key, str | None] = {}
    for index, (group, value) in enumerate(plan_items.items_of(planned.change, planned.previewed)):
        key = groups[group], value
        is_out = index in planned.left_out and states.get(key, plan_items.LEFT_OUT) is not None
        states[key] = plan_items.LEFT_OUT if is_out else None
    return states
