"""Takes images out of a plan, so that they are planned again, and puts back what the user decided about them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from lib.runs import plan_edits, plan_items, plan_names, plan_notes
from lib.runs.database import Database
from lib.runs.plan_missing import PlanMissing
from lib.runs.planned_change import ALL, Decided, PlannedChange
from lib.runs.plans import Plan

_BATCH = 500


class TakenOut(NamedTuple):
    """The outcome of each image that was removed, as text, and its changes that the user excluded or edited."""

    outcomes: list[str]
    decided: list[Decided]


def take_out(db: Database, plan_id: int, images: Sequence[int]) -> TakenOut:
    """Remove images from a plan with all that it has of them."""
    ids = json.dumps(images)
    with db.write() as connection:
        decided = Plan(db, plan_id).remove(connection, ids)
        plan_items.remove(connection, plan_id, ids)
        plan_notes.remove(connection, plan_id, ids)
        return TakenOut(PlanMissing(db, plan_id).remove(connection, ids), decided)


def put_back(db: Database, plan_id: int, taken: TakenOut) -> None:
    """Exclude and edit the new changes of the images as the earlier ones were, and count the names to create again.

    An image or a field that was excluded is excluded with all that is new in it. An edited value stays as it is.
    """
    by_image: dict[int, list[Decided]] = defaultdict(list)
    for each in taken.decided:
        by_image[each.image].append(each)
    images = sorted(by_image)
    with db.write() as connection:
        for start in range(0, len(images), _BATCH):
            batch = Plan(db, plan_id).changes(images[start : start + _BATCH])
            plan_edits.save(
                Plan(db, plan_id),
                connection,
                [
                    (image, before, after)
                    for image, changes in batch.items()
                    for before in changes
                    if not before.previewed and (after := _as_decided(before, by_image[image])) != before
                ],
            )
        plan_names.recount(connection, plan_id)


def _as_decided(planned: PlannedChange, decided: Sequence[Decided]) -> PlannedChange:
    items = plan_items.items_of(planned.change, "")
    if any(each.is_image_excluded for each in decided):
        return planned.excluded(range(len(items)))
    old = next((each.change for each in decided if each.change.change.field == planned.change.field), None)
    if old is None or old.is_edited:
        return old or planned
    if old.left_out_text == ALL:
        return planned.excluded(range(len(items)))
    old_items = plan_items.items_of(old.change, "")
    excluded = {old_items[index] for index in old.left_out}
    return planned.excluded([index for index, item in enumerate(items) if item in excluded])
