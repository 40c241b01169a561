"""Moves a part of a plan to a new run, which applies it; the rest is still a plan that can be applied.

The two may change the same list of an image, or one may organize it. So each accepts what the others of its plan wrote
to an image, and changes the list from there.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from lib.changes import LIST_FIELDS, FieldChange, ImageChange, current, keys, same
from lib.runs import plan_edits, plan_items, plan_names
from lib.runs.counts import Counts
from lib.runs.database import Database
from lib.runs.plan_filter import ChangeFilter
from lib.runs.plan_names import PlanNames
from lib.runs.planned_change import PlannedChange
from lib.runs.plans import Plan, PlanEntry


def move(
    connection: sqlite3.Connection, plan: Plan, part: Plan, chosen: ChangeFilter, counts: Counts
) -> tuple[Counts, Counts]:
    """Move the changes that fit and aren't excluded to the part, in a transaction of the caller's.

    counts: of the plan. Returns those of the part and of the rest.
    """
    states, rules = plan.count_states(), plan_items.count_by(connection.execute, plan.id, "rule")
    for batch in plan.open_batches(*chosen.where(connection.execute, plan.id, written=True)):
        entries, rest = [], []
        for row, changes in batch:
            pieces = [(each, *each.split(chosen.indexes(each.change, each.previewed))) for each in changes]
            if taken := [(before, piece) for before, piece, _ in pieces if piece is not None]:
                edited = frozenset(before.change.field for before, _ in taken if before.is_edited)
                image = ImageChange(
                    str(row["image"]),
                    row["path"],
                    row["md5"],
                    bool(row["organized"]),
                    tuple(piece for _, piece in taken),
                )
                entries.append(PlanEntry(image, edited=edited))
                rest += [(row["image"], before, after) for before, piece, after in pieces if piece is not None]
        part.insert(connection, entries)
        plan_edits.save(plan, connection, rest)
    plan_names.share(connection, plan.id, part.id)
    return _part_counts(connection, part), _rest_counts(connection, plan, counts, states, rules)


def _part_counts(connection: sqlite3.Connection, part: Plan) -> Counts:
    images = part.count_states()["planned"]
    rules = plan_items.count_by(connection.execute, part.id, "rule")
    return Counts(
        matched=images,
        planned=images,
        preview=0,
        organized=0,
        missing=0,
        nothing_found=0,
        already_right=0,
        rules={rule: {"matched": count, "planned": count} for rule, count in rules.items()},
    )


def _rest_counts(
    connection: sqlite3.Connection, plan: Plan, counts: Counts, states: Mapping[str, int], rules: Mapping[str, int]
) -> Counts:
    now, rules_now = plan.count_states(), plan_items.count_by(connection.execute, plan.id, "rule")
    gone = {rule: count - rules_now.get(rule, 0) for rule, count in rules.items()}
    previews = now["preview"] - states["preview"]
    images = sum(states.values()) - sum(now.values())
    return counts.updated(
        matched=(counts.matched or 0) - images,
        planned=(counts.planned or 0) - images - previews,
        preview=(counts.preview or 0) + previews,
        rules={
            rule: {name: count - gone.get(rule, 0) for name, count in each.items()}
            for rule, each in (counts.rules or {}).items()
        },
    )


class Relatives:
    """The other plans that one plan was divided into."""

    def __init__(self, db: Database, plan_id: int, plans: Iterable[int]) -> None:
        self._db = db
        self._plan = Plan(db, plan_id)
        self._names = {plan: PlanNames(db, plan) for plan in plans}

    def rebase(self, images: Sequence[ImageChange], now: Mapping[str, dict[str, Any]]) -> list[ImageChange]:
        """Return the images, changed from what the server has now where only these plans can have written that."""
        others = self._changes([int(image.image_id) for image in images])
        if not others:
            return list(images)
        planned = self._plan.changes([int(image.image_id) for image in images])
        changes: list[tuple[int, PlannedChange]] = []
        for id_, server_image in ((int(id_), each) for id_, each in now.items()):
            for each in planned[id_]:
                accepted = others.get((id_, each.change.field), set())
                if each.change.field in server_image and (after := _rebased(each, server_image, accepted)) != each:
                    changes.append((id_, after))
        organized = {
            str(id_): now[str(id_)]["organized"] for id_, field in others if field == "organized" and str(id_) in now
        }
        with self._db.write() as connection:
            self._plan.replace(connection, changes)
            self._plan.set_organized(connection, organized)
        written = {(str(id_), each.change.field): each.written for id_, each in changes}
        return [_with_changes(image, organized, written) for image in images]

    def _changes(self, images: Sequence[int]) -> dict[tuple[int, str], set[Any]]:
        """Return by image and field the items that the other plans add or remove."""
        items: dict[tuple[int, str], set[Any]] = defaultdict(set)
        for plan, names in self._names.items():
            for image, changes in Plan(self._db, plan).changes(images).items():
                for each in changes:
                    if each.written and not each.previewed:
                        added = names.real(each.change.field, each.change.add)
                        items[image, each.change.field] |= keys(added) | keys(each.change.remove)
        return items


def _rebased(planned: PlannedChange, server_image: dict[str, Any], accepted: Collection[Any]) -> PlannedChange:
    change = planned.change
    if planned.previewed or not accepted or change.field not in LIST_FIELDS:
        return planned
    now = current(server_image, change.field)
    own, before = (tuple(item for item in items if not keys([item]) & set(accepted)) for items in (now, change.before))
    return planned._replace(change=change.rebased(now)) if same(change.field, own, before) else planned


def _with_changes(
    image: ImageChange, organized: Mapping[str, bool], written: Mapping[tuple[str, str], FieldChange | None]
) -> ImageChange:
    changes = tuple(written.get((image.image_id, change.field)) or change for change in image.changes)
    return replace(image, organized=organized.get(image.image_id, image.organized), changes=changes)
