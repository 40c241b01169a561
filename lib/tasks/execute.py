"""Carrying a plan out as a run: the same for rules, imports, new images and what is resumed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lib.errors import TransportError
from lib.log import logger
from lib.plugin import NEW_IMAGES_TASK
from lib.runs import history, plans, retention
from lib.runs.apply import Applier
from lib.runs.database import Database
from lib.stash import jobs
from lib.tasks import Context

_TOLD = 5
WANTED = "new images wait for the end of a run"


@contextmanager
def run_lock(context: Context, store: Database) -> Iterator[None]:
    """Hold the lock that only one run can hold, for the block; an OccupiedError if another run does.

    If the task for new images had to give way meanwhile, it is queued again.
    """
    with history.exclusive(store):
        try:
            yield
        finally:
            requeue_new_images(context, store)


def requeue_new_images(context: Context, store: Database) -> None:
    if store.get(WANTED) != "1":
        return
    try:
        jobs.queue_task(context.connection, name=NEW_IMAGES_TASK)
    except TransportError as error:
        # The next scan's hook queues it; what ended the run itself must not be hidden by this.
        logger.warning("The task for new images could not be queued again: %s", error)
    else:
        store.set(WANTED, "0")


def execute_plan(
    context: Context, store: Database, run: int, plan_id: int, counts: dict[str, Any], *, keep_runs: int
) -> dict[str, Any]:
    """Carry out a plan under a run that was begun, and record how it ended. Returns run, plan, counts, failures."""
    history.plan_is_whole(store, run, counts)
    history.set_status(store, run, "running")
    with history.recorded(store, run, counts):
        try:
            Applier(context.connection, store, plan_id).run(context.progress)
        finally:
            counts.pop("in_doubt", None)  # of the run that is resumed
            counts |= history.carried_out(store, plan_id)
    retention.drop_old(store, keep_runs, spare=run)
    failures = plans.failures(store, plan_id)
    for failure in failures[:_TOLD]:
        logger.warning("%s: %s: %s", failure["state"].capitalize(), failure["path"], failure["reason"])
    return {"run": run, "plan": plan_id, "counts": counts, "failures": failures}
