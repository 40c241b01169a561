"""Excludes changes from a plan that isn't applied yet, and includes them again."""

from __future__ import annotations

from lib.runs import plan_items
from lib.runs.database import Database
from lib.runs.plan_filter import ChangeFilter
from lib.runs.plan_items import Group, ItemState
from lib.runs.planned_change import PlannedChange
from lib.runs.plans import LeftOut, Plan


def exclude(db: Database, plan_id: int, chosen: ChangeFilter, *, include: bool = False) -> int:
    """Exclude the changes that fit, or include them again; returns the number of images of which something was."""
    plan = Plan(db, plan_id)
    images: set[int] = set()
    with db.write() as connection:
        groups = plan_items.group_ids(connection.execute, plan_id)
        for batch in plan.open_batches(*chosen.where(connection.execute, plan_id)):
            left_out: list[LeftOut] = []
            states: list[ItemState] = []
            for image, each in ((image, each) for image, changes in batch.items() for each in changes):
                fitting = set(chosen.indexes(each.change, each.previewed))
                indexes = each.left_out - fitting if include else each.left_out | fitting
                if indexes != each.left_out:
                    left_out.append(LeftOut(each.left_out_text(indexes), image, each.change.field))
                    states += _item_states(groups, image, each, indexes)
            plan.set_left_out(connection, left_out)
            plan_items.set_states(connection, states)
            images |= {image for _, image, _ in left_out}
    return len(images)


def _item_states(
    groups: dict[Group, int], image: int, planned: PlannedChange, left_out: frozenset[int]
) -> list[ItemState]:
    """Return the new states of the items that are no longer what they were."""
    items = plan_items.items_of(planned.change, planned.previewed)
    return [
        ItemState(plan_items.LEFT_OUT if index in left_out else None, groups[items[index][0]], items[index][1], image)
        for index in sorted(left_out ^ planned.left_out)
    ]
