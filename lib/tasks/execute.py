"""Apply a plan as a run: the same for rules, imports and resumed runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from lib.errors import TransportError
from lib.log import logger
from lib.plugin import NEW_IMAGES_TASK
from lib.runs import retention
from lib.runs.apply import Applier
from lib.runs.counts import Counts
from lib.runs.database import Database
from lib.runs.history import History
from lib.runs.plans import Plan
from lib.stash import jobs
from lib.tasks import Context
from lib.tasks.summary import log_first

NEW_IMAGES_WAIT = "new images wait for the end of a run"
"""Checkpoint: 1 where the task for new images met another run."""


@dataclass(frozen=True)
class Executed:
    """A run whose plan was applied."""

    run: int
    plan: int
    counts: Counts
    failures: list[dict[str, str]]

    def as_json(self) -> dict[str, Any]:
        """Return the answer: run, plan, counts, failures."""
        return {"run": self.run, "plan": self.plan, "counts": self.counts.as_json(), "failures": self.failures}


@contextmanager
def run_lock(context: Context, db: Database) -> Iterator[None]:
    """Hold the lock that only one run can hold, for the block; a RunInProgressError if another run does.

    If the task for new images met this run, it is queued again.
    """
    with History(db).exclusive():
        try:
            yield
        finally:
            requeue_new_images(context, db)


def requeue_new_images(context: Context, db: Database) -> None:
    """Queue the task for new images if it had to wait."""
    if db.get(NEW_IMAGES_WAIT) != "1":
        return
    try:
        jobs.queue_task(context.connection, name=NEW_IMAGES_TASK)
    except TransportError as error:
        # The next scan's hook queues it; what ended the run itself must not be hidden by this.
        logger.warning("The task for new images could not be queued again: %s", error)
    else:
        db.set(NEW_IMAGES_WAIT, "0")


def execute_plan(context: Context, db: Database, run: int, plan_id: int, counts: Counts, *, keep_runs: int) -> Executed:
    """Apply a plan under a run that was begun, and save how it ended."""
    history, plan = History(db), Plan(db, plan_id)
    begun = history.mark_planned(run, counts)
    history.mark_applying(run)
    with history.record_outcome(run, begun) as record:
        try:
            Applier(context.connection, db, plan_id).run(context.progress)
        finally:
            record.counts = plan.outcome_counts(record.counts)
    retention.prune(db, keep_runs, keep_id=run)
    failures = plan.failures()
    lines = [f"{failure['state'].capitalize()}: {failure['path']}: {failure['reason']}" for failure in failures]
    log_first(logger.warning, lines)
    return Executed(run, plan_id, record.counts, failures)
