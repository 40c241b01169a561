"""process_new_images: the rules for new images over every image above the mark, in batches, after a scan.

Image ids only grow, so what is new is what lies above the highest id that was looked at: the mark. It moves after
each batch, so that whatever ends this task, the next one goes on where it was.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from lib.log import Progress, logger
from lib.planning.rules import RulePlanner, load, only_rules, planner
from lib.plugin import FLAG
from lib.rules import RuleSet
from lib.runs import history, plans, retention, retries
from lib.runs.apply import Applier
from lib.runs.database import SET_MARK, Database
from lib.stash import paging
from lib.stash.connection import Connection
from lib.stash.settings import Settings
from lib.tasks import Context, Operation
from lib.tasks.arguments import ID
from lib.tasks.execute import WANTED, run_lock

MARK = "new images above"
LOOKED = "new images looked at"
FIRST = "the first of the new images"
"""Kept until a task is past its beginning: that of a scan may have to give way, or fail, before it can set the mark."""
BEFORE = timedelta(minutes=1)
"""On first use everything that was made this long before the image whose hook came first belongs to its scan."""
BATCH = 200


def process_new_images(context: Context, first: str | None = None) -> dict[str, Any]:
    """Apply the rules with `when: scan` to all images above the mark. `first`: the image whose hook queued this."""
    # First of all: a hook that comes from now on must queue the task again.
    # Where it cannot be taken away, those of the next minute do not, and the scan after that finds their images.
    with suppress(OSError):
        os.remove(FLAG)
    with context.database() as store:
        _keep_first(store, first)
        for _ in range(2):  # the other run may have ended before this one could say that it waits
            try:
                with run_lock(context, store):
                    return _process(context, store)
            except history.RunInProgressError:
                store.set(WANTED, "1")
    logger.info("Another run is under way; new images are looked at when it ends.")
    return {"run": None, "text": "another run is under way"}


def _keep_first(store: Database, first: str | None) -> None:
    known = store.get(FIRST)
    if first is not None and (not known or int(first) < int(known)):
        store.set(FIRST, first)


def _process(context: Context, store: Database) -> dict[str, Any]:
    connection = context.connection
    highest = _highest(connection)
    store.set(LOOKED, history.now())
    mark = _begin(connection, store, highest)
    ruleset, _ = load(context.folder)
    settings = Settings.read(connection)
    active = ruleset.select("scan", preview=False, only=only_rules(ruleset, settings.onlyRules))
    if settings.ignoreNewImages or not active.rules:
        store.set(MARK, str(highest))
        text = "the setting says so" if settings.ignoreNewImages else "no rule is switched on for new images"
        logger.info("New images are left alone: %s.", text)
        return {"run": None, "counts": {"seen": 0, "changed": 0}, "text": text}
    again = [id_ for id_ in retries.due(store) if not mark < int(id_) <= highest]
    if highest <= mark and not again:
        logger.info("No new images.")
        return {"run": None, "counts": {"seen": 0, "changed": 0}, "text": "no new images"}
    return _run(context, store, active, mark=mark, highest=highest, again=again, keep_runs=settings.keep_runs)


def _run(
    context: Context, store: Database, active: RuleSet, *, mark: int, highest: int, again: list[str], keep_runs: int
) -> dict[str, Any]:
    """Plan and apply page by page, as one run; one that changed nothing leaves no trace."""
    connection = context.connection
    run = history.begin(store, "process_new_images", by_hand=False)
    counts: dict[str, Any] = {}
    # What is not planned yet lies above the mark, and the next run finds it there.
    history.plan_is_whole(store, run, counts)
    with (
        history.recorded(store, run, counts),
        planner(context.connection, context.folder, active, context.progress) as work,
    ):
        applier = Applier(connection, store, run)
        try:
            for ids, images in paging.prefetch(_pages(connection, active.selection(), mark, again)):
                work.plan_page(store, run, images)
                applier.run(Progress())
                _remember(store, run, work, ids, images)
                context.progress(int(ids[-1]) - mark, highest - mark)
            work.finish(store, run)
        finally:
            states = plans.counts(store, run)
            counts |= work.counts.as_json() | {name: states[name] for name in ("changed", "skipped", "failed")}
    _tell(counts, run)
    context.progress(1.0)
    if not counts["planned"] and not counts["problems"]:
        retention.forget(store, run)
        return {"run": None, "counts": counts}
    retention.drop_old(store, keep_runs)
    return {"run": run, "counts": counts}


def _highest(connection: Connection) -> int:
    images = paging.newest(connection, "id", size=1)
    return int(images[0]["id"]) if images else 0


def _begin(connection: Connection, store: Database, highest: int) -> int:
    """The id above which images are new. No mark, or one that the database cannot have given, is made here."""
    mark, first = _mark(store), store.get(FIRST)
    if mark is not None and mark <= highest:
        if first:
            store.set(FIRST, "")
        return mark
    start = _first_of_scan(connection, int(first)) - 1 if first else highest
    if mark is None:
        what = "First use" if first else f"First use: from now on images above {highest} are new"
    else:
        what = f"Stash's database was restored or emptied: its highest image is {highest}, the last seen was {mark}"
    logger.info("%s; looking at images above %s.", what, start)
    store.set(MARK, str(start))
    store.set(FIRST, "")
    return start


def _mark(store: Database) -> int | None:
    known = store.get(MARK)
    if known is not None and not known.isdecimal():
        raise store.corrupted(f"{known!r} is no id of an image")
    return None if known is None else int(known)


def _first_of_scan(connection: Connection, first: int) -> int:
    """The lowest id of those made not more than a minute before this image, looking down from it."""
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


def _pages(
    connection: Connection, fields: str, mark: int, again: list[str]
) -> Iterator[tuple[list[str], list[dict[str, Any]]]]:
    """Pages of ids and the images that they stand for; one that waited may be gone by now."""
    waited = iter(again)
    while ids := list(islice(waited, BATCH)):
        yield ids, list(paging.get_many(connection, ids, fields).values())
    for images in paging.iter_pages(connection, fields, after_id=mark, size=BATCH):
        yield [image["id"] for image in images], images


def _remember(store: Database, run: int, work: RulePlanner, ids: list[str], images: list[dict[str, Any]]) -> None:
    """Move the mark behind a page that is done, and keep those of its images that are to be tried again, at once."""
    undone = {id_ for id_, (state, _) in plans.states(store, run, ids).items() if state in ("failed", "skipped")}
    highest = max([_mark(store) or 0, *(int(image["id"]) for image in images)])
    with store.write() as connection:
        late = retries.update(connection, ids, work.without_sidecar, undone)
        connection.execute(SET_MARK, (MARK, str(highest)))
    retries.log_given_up(late)


def _tell(counts: dict[str, Any], run: int) -> None:
    logger.info(
        "New images: %s looked at, %s matched, %s changed, %s failed, %s changed meanwhile, %s problems, run %s.",
        counts["seen"],
        counts["matched"],
        counts["changed"],
        counts["failed"],
        counts["skipped"],
        counts["problems"],
        run,
    )


OPERATIONS = {"process_new_images": Operation(process_new_images, {"first": ID})}
