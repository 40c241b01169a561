"""process_new_images: apply the rules for new images to every image above the checkpoint, after a scan.

Image ids only grow, so the new images are those above the highest id that was processed: the checkpoint. All of them are
planned before the first is written, so that `max_new` counts the whole run. Then the checkpoint advances with each
batch, so however this task ends, the next one continues there.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from lib.changes import ImageChange
from lib.log import logger
from lib.planning.image_selection import ImageSelection
from lib.planning.plan_key import PlanKey
from lib.planning.rules import load, only_rules, planner
from lib.plugin import FLAG
from lib.rules import RuleSet
from lib.runs import retention, retries
from lib.runs.apply import Applier
from lib.runs.counts import Counts
from lib.runs.database import SET_CHECKPOINT, Database
from lib.runs.history import History
from lib.runs.plans import Plan
from lib.runs.run import SCAN, RunInProgressError, RunRecord, now
from lib.stash import paging
from lib.stash.connection import Connection
from lib.stash.settings import Settings
from lib.tasks import Context, Operation, brake
from lib.tasks.arguments import ID
from lib.tasks.execute import NEW_IMAGES_WAIT, run_lock

CHECKPOINT = "new images above"
LAST_TIME = "new images looked at"
FIRST = "the first of the new images"
"""Kept until a task has set the checkpoint: the first one may meet another run, or fail, before."""
BEFORE = timedelta(minutes=1)
"""On first use everything that was made this long before the image whose hook came first belongs to its scan."""
BATCH = 200


@dataclass(frozen=True)
class _NewImages:
    """The images of a run: those above `last_id`, the checkpoint, up to about `highest`, and those to try `again`."""

    last_id: int
    highest: int
    again: list[str]

    def pages(self, connection: Connection, fields: str) -> Iterator[tuple[list[str], list[dict[str, Any]]]]:
        """Yield pages of ids with their images; one that waited may have been deleted."""
        waited = iter(self.again)
        while ids := list(islice(waited, BATCH)):
            yield ids, list(paging.get_many(connection, ids, fields).values())
        for images in paging.iter_pages(connection, fields, after_id=self.last_id, size=BATCH):
            yield [image["id"] for image in images], images


def process_new_images(context: Context, first: str | None = None) -> dict[str, Any]:
    """Apply the rules with `when: scan` to all images above the checkpoint. `first`: the image whose hook queued this."""
    # First of all: a hook that comes from now on must queue the task again.
    # Where it cannot be taken away, those of the next minute do not, and the scan after that finds their images.
    with suppress(OSError):
        os.remove(FLAG)
    with context.database() as db:
        _save_first(db, first)
        for _ in range(2):  # the other run may have ended before this one could note that it waits
            try:
                with run_lock(context, db):
                    return _process(context, db)
            except RunInProgressError:
                db.set(NEW_IMAGES_WAIT, "1")
    logger.info("Another run is under way; new images are processed when it ends.")
    return {"run": None, "text": "another run is under way"}


def _save_first(db: Database, first: str | None) -> None:
    saved = db.get(FIRST)
    if first is not None and (not saved or int(first) < int(saved)):
        db.set(FIRST, first)


def _process(context: Context, db: Database) -> dict[str, Any]:
    connection = context.connection
    highest = _highest(connection)
    db.set(LAST_TIME, now())
    last_id = _begin(connection, db, highest)
    ruleset, _ = load(context.folder)
    settings = Settings.read(connection)
    only = only_rules(ruleset, settings.onlyRules)
    active = ruleset.select("scan", preview=False, only=only)
    if settings.ignoreNewImages or not active.rules:
        db.set(CHECKPOINT, str(highest))
        text = "off in the settings" if settings.ignoreNewImages else "no rule is enabled for new images"
        logger.info("New images are skipped: %s.", text)
        return {"run": None, "counts": {"seen": 0, "changed": 0}, "text": text}
    again = [id_ for id_ in _waiting(db) if not last_id < int(id_) <= highest]
    if highest <= last_id and not again:
        logger.info("No new images.")
        return {"run": None, "counts": {"seen": 0, "changed": 0}, "text": "no new images"}
    new = _NewImages(last_id, highest, again)
    return _run(
        context,
        db,
        active,
        new,
        run_key=PlanKey.of(ruleset, active, ImageSelection(), when="scan").dumped(),
        keep_runs=settings.keep_runs,
    )


def _run(
    context: Context, db: Database, active: RuleSet, new: _NewImages, *, run_key: str, keep_runs: int
) -> dict[str, Any]:
    """Plan all images, then apply the plan or hold it, as one run; one that has nothing to change leaves no trace."""
    history = History(db)
    run = history.begin("process_new_images", by=SCAN, is_part=True, key=run_key)
    with history.record_outcome(run, Counts().begun()) as record:
        seen_id = _plan(context, db, active, new, run=run, record=record)
        reason = brake.stop_reason(db, run, active.max_new)
        if reason:
            _hold(db, run, reason, seen_id, record.counts)
        else:
            _apply(context, db, run, record)
            _advance(db, seen_id)
    counts = record.counts
    context.progress(1.0)
    if reason:
        retention.prune(db, keep_runs)
        logger.warning(
            "Run %s is held, and its %s images are unchanged. %s Review it on the Image Tools page.",
            run,
            counts.planned,
            reason,
        )
        return {"run": None, "plan": run, "counts": counts.as_json(), "text": reason}
    _log_summary(counts, run)
    if not counts.planned and not counts.problems:
        history.delete([run])
        return {"run": None, "counts": counts.as_json()}
    retention.prune(db, keep_runs)
    return {"run": run, "counts": counts.as_json()}


def _plan(context: Context, db: Database, active: RuleSet, new: _NewImages, *, run: int, record: RunRecord) -> int:
    """Plan page by page as the plan of `run`; returns the highest id. The checkpoint stays: killed here, nothing is done."""
    plan, seen_id = Plan(db, run), new.last_id
    pages = new.pages(context.connection, active.selection())
    with planner(context.connection, context.folder, active, context.progress) as rule_planner:
        try:
            for ids, images in paging.prefetch(pages):
                rule_planner.plan_page(db, run, images)
                _save_waiting(db, plan.states(ids), ids, rule_planner.without_sidecar)
                seen_id = max([seen_id, *(int(image["id"]) for image in images)])
                context.progress(int(ids[-1]) - new.last_id, 2 * (new.highest - new.last_id))
            rule_planner.finish(db, run)
        finally:
            record.counts = rule_planner.counts.begun()
    return seen_id


def _save_waiting(db: Database, planned: Collection[str], ids: list[str], lacking: dict[str, str]) -> None:
    """Save which images of a page lack a sidecar. Those that aren't planned are done."""
    done = [id_ for id_ in ids if id_ not in planned]
    with db.write() as connection:
        late = retries.update(connection, done, {id_: lacking[id_] for id_ in done if id_ in lacking}, ())
        retries.expect(connection, planned, lacking)
    retries.log_given_up(late)


def _hold(db: Database, run: int, reason: str, seen_id: int, counts: Counts) -> None:
    """Hold a run and advance the checkpoint past its images in one transaction: they wait in its plan now."""
    planned = Plan(db, run).states(retries.due(db))
    with db.write() as connection:
        History(db).hold(connection, run, reason, counts)
        retries.hand_over(connection, planned)
        connection.execute(SET_CHECKPOINT, (CHECKPOINT, str(seen_id)))


def _apply(context: Context, db: Database, run: int, record: RunRecord) -> None:
    """Apply the plan of `run`; the checkpoint advances with each batch."""
    history, plan = History(db), Plan(db, run)
    history.mark_planned(run, record.counts)
    history.mark_applying(run)
    try:
        for done, total, batch in Applier(context.connection, db, run).batches():
            _save_batch(db, plan, batch)
            context.progress(total + done, 2 * total)
    finally:
        states = plan.count_states()
        outcome = {name: states[name] for name in ("changed", "skipped", "failed")}
        record.counts = record.counts.updated(**outcome)


def _save_batch(db: Database, plan: Plan, batch: list[ImageChange]) -> None:
    """Advance the checkpoint past a batch that is done, and save in the same transaction which images to try again."""
    paths = {image.image_id: image.path for image in batch}
    undone = {id_ for id_, (state, _) in plan.states(list(paths)).items() if state in ("failed", "skipped")}
    lacking, seen_id = retries.lacking(db, paths), max(_checkpoint(db) or 0, int(batch[-1].image_id))
    with db.write() as connection:
        late = retries.update(connection, paths, lacking, undone)
        connection.execute(SET_CHECKPOINT, (CHECKPOINT, str(seen_id)))
    retries.log_given_up(late)


def _highest(connection: Connection) -> int:
    images = paging.newest(connection, "id", size=1)
    return int(images[0]["id"]) if images else 0


def _begin(connection: Connection, db: Database, highest: int) -> int:
    """Return the id above which images are new. A missing checkpoint, or one above the highest id, is set here."""
    last_id, first = _checkpoint(db), db.get(FIRST)
    if last_id is not None and last_id <= highest:
        if first:
            db.set(FIRST, "")
        return last_id
    start = _first_of_scan(connection, int(first)) - 1 if first else highest
    if last_id is None:
        reason = "First use" if first else f"First use: from now on images above {highest} are new"
    else:
        reason = f"Stash's database was restored or emptied: its highest image is {highest}, the last one processed was {last_id}"
    logger.info("%s; processing images above %s.", reason, start)
    db.set(CHECKPOINT, str(start))
    db.set(FIRST, "")
    return start


def _advance(db: Database, seen_id: int) -> None:
    db.set(CHECKPOINT, str(max(_checkpoint(db) or 0, seen_id)))


def _waiting(db: Database) -> list[str]:
    """Return the images to try again, without those in a plan that is held: it is decided first."""
    ids = retries.due(db)
    for plan in History(db).held_plans():
        held = Plan(db, plan).states(ids)
        ids = [id_ for id_ in ids if id_ not in held]
    return ids


def _checkpoint(db: Database) -> int | None:
    saved = db.get(CHECKPOINT)
    if saved is not None and not saved.isdecimal():
        raise db.corrupted(f"{saved!r} isn't the id of an image")
    return None if saved is None else int(saved)


def _first_of_scan(connection: Connection, first: int) -> int:
    """Return the lowest id of the images created within a minute before this one."""
    lowest, earliest = first, None
    chosen = {"id": {"value": first + 1, "modifier": "LESS_THAN"}}
    while images := paging.newest(connection, "id created_at", chosen):
        for image in images:
            made = datetime.fromisoformat(image["created_at"].replace("Z", "+00:00"))
            earliest = earliest or made - BEFORE
            if made < earliest:
                return lowest
            lowest = int(image["id"])
        chosen = {"id": {"value": lowest, "modifier": "LESS_THAN"}}
    return lowest


def _log_summary(counts: Counts, run: int) -> None:
    logger.info(
        "New images: %s processed, %s matched, %s changed, %s failed, %s skipped (edited in the meantime), %s problems, "
        "run %s.",
        counts.seen,
        counts.matched,
        counts.changed,
        counts.failed,
        counts.skipped,
        counts.problems,
        run,
    )


OPERATIONS = {"process_new_images": Operation(process_new_images, {"first": ID})}
