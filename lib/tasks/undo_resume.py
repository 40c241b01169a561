"""runs, undo and resume: the history, reverting a run, and finishing one that was stopped."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lib.errors import DataError
from lib.log import logger
from lib.planning.undo import UndoPlanner, delete_created_names
from lib.runs import retries
from lib.runs.apply import Applier
from lib.runs.counts import Counts
from lib.runs.database import Database
from lib.runs.history import History
from lib.runs.plans import Plan
from lib.runs.run import PREVIEW, SCAN, Run
from lib.stash.settings import Settings
from lib.tasks import Context, Operation
from lib.tasks.arguments import NUMBER, SWITCH, required
from lib.tasks.execute import execute_plan, run_lock
from lib.tasks.summary import log_first

NAMES = {
    "rules_preview": "Preview rules",
    "rules_apply": "Apply rules",
    "process_new_images": "Apply rules to new images",
    "import_preview": "Preview CSV import",
    "import_images": "Apply CSV import",
    "undo": "Undo",
    "undo_preview": "Preview of undo",
}


def list_runs(context: Context, page: int = 1, previews: bool = False) -> list[dict[str, Any]]:
    """Return a page of 50 runs: first those that wait for a decision, then the newest. `previews`: list previews too.

    `undoable` and `resumable`: whether undo and resume accept the run. `redoes`: the run whose changes it applied again.
    """
    with context.database() as db:
        history = History(db)
        history.recover_interrupted()
        runs = history.list_page(page, previews=previews)
        redone, undoable = history.redone(), history.undoable([run["id"] for run in runs])
        ended = {run["id"]: history.get(run["id"]) for run in runs if run["status"] in ("stopped", "failed")}
        resumable = {id_ for id_, run in ended.items() if is_resumable(history, run)}
        return [
            run
            | {
                "redoes": redone.get(run["id"]),
                "undoable": run["id"] in undoable,
                "resumable": run["id"] in resumable,
            }
            for run in runs
        ]


def undo(context: Context, run: int | None = None, preview: bool = False) -> dict[str, Any]:
    """Undo a run, or with `preview` only plan that. Without a run: the newest that was started by hand and isn't undone."""
    with context.database() as db, run_lock(context, db):
        history = History(db)
        target = history.newest_to_undo() if run is None else _undoable(history, run)
        if target is None:
            logger.info("Nothing to undo: no run started by hand has changed anything that is not undone.")
            return {"run": None, "undone": None, "counts": {}, "text": "nothing to undo"}
        _log_target(db, target)
        undo_run = history.begin("undo_preview" if preview else "undo", undoes=None if preview else target.id)
        with history.record_outcome(undo_run) as record:
            planned = UndoPlanner(context.connection, db, target.plan).plan(undo_run)
            record.counts = history.mark_planned(undo_run, planned)
            notes = Plan(db, undo_run).notes()
            log_first(logger.info, [f"Skipped: {note['text']}" for note in notes])
            if not preview:
                if history.get(target.plan).by == SCAN:
                    retries.delete(db, target.plan)
                history.mark_applying(undo_run)
                try:
                    Applier(context.connection, db, undo_run).run(context.progress)
                finally:
                    record.counts = Plan(db, undo_run).outcome_counts(record.counts)
                record.counts = _close(context, db, target, record.counts)
        _log_summary(record.counts, preview=preview)
        return {"run": undo_run, "undone": target.id, "counts": record.counts.as_json(), "left_alone": notes}


def _undoable(history: History, run: int) -> Run | None:
    """Return a run if there is something to undo; a DataError if that was done already."""
    target = history.get(run)
    if history.is_undoable(target):
        return target
    if target.status == "undone":
        raise DataError(f"run: {run} is undone already. To do it again, undo the run that undid it, by its id.")
    return None


def _log_target(db: Database, target: Run) -> None:
    states = Plan(db, target.plan).count_states()
    logger.info(
        "Undo of %s, run %s of %s: %s images changed, %s failed, %s unconfirmed.",
        NAMES.get(target.mode, target.mode),
        target.id,
        target.moment,
        *(states[state] for state in ("changed", "failed", "sent")),
    )


def _close(context: Context, db: Database, target: Run, counts: Counts) -> Counts:
    """Finish an undo: delete the names that its target created, and update which runs are undone now."""
    names = delete_created_names(context.connection, db, target.plan)
    History(db).refresh_undone(target.id)
    return counts.updated(names=names)


def _log_summary(counts: Counts, *, preview: bool) -> None:
    skipped = counts.left_alone or 0
    if preview:
        logger.info("Undo would revert %s images and skip %s.", counts.planned, skipped)
        return
    logger.info(
        "Undo: %s images reverted, %s skipped (edited since), %s failed, %s tags, performers and studios deleted.",
        counts.changed,
        skipped + (counts.skipped or 0),
        counts.failed,
        len(counts.names or ()),
    )


def resume(context: Context, run: int) -> dict[str, Any]:
    """Finish a run that was stopped or failed, by its own plan."""
    with context.database() as db, run_lock(context, db):
        history = History(db)
        target = history.get(run)
        if target.kind == PREVIEW:
            raise DataError(f"run: {run} only plans, so it can't be resumed.")
        if blocker := find_resume_blocker(history, target):
            raise DataError(f"run: {blocker}")
        settings, states = Settings.read(context.connection), Plan(db, target.plan).count_states()
        remaining = states["planned"] + states["sent"]
        logger.info("Resume of run %s: %s of %s images remain.", run, remaining, sum(states.values()))
        with _reported(context, db, target) as counts:
            executed = execute_plan(context, db, run, target.plan, counts, keep_runs=settings.keep_runs)
        answer = executed.as_json()
        if target.undoes is not None:
            counts = _close(context, db, history.get(target.undoes), executed.counts)
            answer["counts"] = counts.as_json()
        logger.info("Resumed: %s images changed in all, %s failed.", executed.counts.changed, executed.counts.failed)
        return answer


@contextmanager
def _reported(context: Context, db: Database, target: Run) -> Iterator[Counts]:
    """Write the report of an import again around the block; yields the counts that the run starts from."""
    if target.mode != "import_images":
        yield target.counts
        return
    from lib.tasks.import_images import reported  # noqa: PLC0415 - takes 100 ms, and the history must open at once

    with reported(context, db, target.id, target.plan, target.counts) as counts:
        yield counts


def is_resumable(history: History, run: Run) -> bool:
    """Whether resume accepts a run."""
    return run.kind != PREVIEW and find_resume_blocker(history, run) is None


def find_resume_blocker(history: History, target: Run) -> str | None:
    """Return why a run can't be resumed; None if it can.

    Where a part was undone, what resume has still to do is not all that the run lacks.
    """
    if target.resume_blocker is not None:
        return target.resume_blocker
    standing = (undo for undo in history.undos(target.id) if undo.status != "undone" and history.has_changes(undo))
    newest = next(standing, None)
    if newest is None:
        return None
    remedy = f"Undo run {target.id}" if newest.resume_blocker is not None else f"Resume run {newest.id}"
    return (
        f"{target.id} was undone in part by run {newest.id}, or may have been. {remedy} to undo the rest, or start again "
        "what it did."
    )


OPERATIONS = {
    "runs": Operation(list_runs, {"page": NUMBER, "previews": SWITCH}),
    "undo": Operation(undo, {"run": NUMBER, "preview": SWITCH}),
    "resume": Operation(resume, {"run": required(NUMBER)}),
}
