"""runs, undo and resume: what was done, taking it back, and going on with what was stopped."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

from lib.errors import DataError
from lib.log import logger
from lib.planning.undo import UndoPlanner, delete_created_names, grew_since
from lib.runs import history, plans, retries
from lib.runs.apply import Applier
from lib.runs.database import Database
from lib.runs.history import Run
from lib.stash.settings import Settings
from lib.tasks import Context, Operation
from lib.tasks.arguments import NUMBER, SWITCH, required
from lib.tasks.execute import execute_plan, run_lock

NAMES = {
    "rules_preview": "Preview rules",
    "rules_apply": "Apply rules",
    "process_new_images": "Apply rules to new images",
    "import_preview": "Preview CSV import",
    "import_images": "Apply CSV import",
    "undo": "Undo",
    "undo_preview": "Preview of undo",
}
_TOLD = 5


def list_runs(context: Context, page: int = 1) -> list[dict[str, Any]]:
    """A page of 50 runs, newest first."""
    with context.database() as store:
        history.settle_if_idle(store)
        return history.listing(store, page)


def undo(context: Context, run: int | None = None, preview: bool = False) -> dict[str, Any]:
    """Take a run back, or with `preview` only plan it. Without a run: the newest that undo is meant for."""
    with context.database() as store, run_lock(context, store):
        target = _target(store, run)
        if target is None:
            logger.info("Nothing to undo: no run started by hand has changed anything that is not undone.")
            return {"run": None, "undone": None, "counts": {}, "text": "nothing to undo"}
        changed = plans.counts(store, target.plan or target.id)
        told = f"{NAMES.get(target.mode, target.mode)}, run {target.id} of {target.moment}"
        known = [changed[state] for state in ("changed", "failed", "sent")]
        logger.info("Undo of %s: %s images changed, %s failed, %s in doubt.", told, *known)
        mode = "undo_preview" if preview else "undo"
        own = history.begin(store, mode, undoes=None if preview else target.id)
        counts: dict[str, Any] = {}
        with history.recorded(store, own, counts):
            counts |= UndoPlanner(context.connection, store, target.plan or target.id).plan(own)
            history.plan_is_whole(store, own, counts)
            notes = plans.notes(store, own)
            for note in notes[:_TOLD]:
                logger.info("Left alone: %s", note["text"])
            if not preview:
                _take_back(context, store, target, own, counts)
        _conclude(counts, preview=preview)
        return {"run": own, "undone": target.id, "counts": counts, "left_alone": notes}


def _target(store: Database, run: int | None) -> Run | None:
    if run is None:
        return history.newest_to_undo(store)
    target = history.get(store, run)
    if target.status == "undone" and not stands_in_part(store, target):
        raise DataError(f"run: {run} is undone already. To do it again, undo the run that undid it, by its id.")
    if target.mode.endswith("preview") or not history.wrote(store, target):
        return None
    return target


def stands_in_part(store: Database, undone: Run) -> bool:
    """Whether the newest undo of this run left images alone, was not finished, or was taken back, if in part only."""
    by = next(iter(history.undos(store, undone.id)), None)
    if by is None:
        return True  # an undo that changed something is kept as long as its run: this one changed nothing
    if by.status != "done" or by.counts.get("left_alone"):
        return True
    return any(redo.status != "undone" and history.wrote(store, redo) for redo in history.undos(store, by.id))


def _take_back(context: Context, store: Database, target: Run, own: int, counts: dict[str, Any]) -> None:
    if target.mode == "process_new_images":
        retries.forget(store, target.plan or target.id)
    try:
        Applier(context.connection, store, own).run(context.progress)
    finally:
        counts |= history.carried_out(store, own)
    _close(context, store, target, counts)


def _close(context: Context, store: Database, target: Run, counts: dict[str, Any]) -> None:
    counts["names"] = delete_created_names(context.connection, store, target.plan or target.id)
    if counts["failed"] or counts["skipped"] or counts["left_out"] or _went_on(store, target, counts):
        return
    if counts.get("left_alone"):
        history.set_status(store, target.id, "undone")
    else:
        _mark(store, target, undone=True)


def _went_on(store: Database, target: Run, counts: dict[str, Any]) -> bool:
    """Whether a run was resumed after the undo with these counts was planned: that took back a part of it only."""
    return grew_since(store, target.plan or target.id, counts["matched"])


def _mark(store: Database, run: Run, *, undone: bool) -> None:
    """Mark a run as undone, or as one that stands again; what it had taken back is then the other of the two."""
    states = plans.counts(store, run.plan or run.id)
    left = states["planned"] + states["sent"]
    # What lies deepest first: a run that is killed in between and resumed comes to the same.
    if run.undoes is not None:
        before = history.get(store, run.undoes)
        rest = left + states["failed"] + states["skipped"] + states["left_out"]
        took_all_back = not rest and not _went_on(store, before, run.counts)
        if (before.status == "undone") if undone else took_all_back:
            _mark(store, before, undone=not undone)
    history.set_status(store, run.id, "undone" if undone else "stopped" if left else "done")


def _conclude(counts: dict[str, Any], *, preview: bool) -> None:
    alone = counts.get("left_alone", 0)
    if preview:
        logger.info("Undo would change %s images and leave %s alone.", counts["planned"], alone)
        return
    logger.info(
        "Undo: %s images changed back, %s left alone as somebody changed them since, %s failed, %s names deleted.",
        counts["changed"],
        alone + counts["skipped"],
        counts["failed"],
        len(counts["names"]),
    )


def resume(context: Context, run: int) -> dict[str, Any]:
    """Go on with a run that was stopped or failed, by its own plan."""
    with context.database() as store, run_lock(context, store):
        target = history.get(store, run)
        if target.mode.endswith("preview"):
            raise DataError(f"run: {run} only plans; there is nothing to resume.")
        if why := why_not_resumed(store, target):
            raise DataError(f"run: {why}")
        states = plans.counts(store, target.plan or run)
        logger.info(
            "Resume of run %s: %s of %s images are left.", run, states["planned"] + states["sent"], sum(states.values())
        )
        counts, settings = dict(target.counts), Settings.read(context.connection)
        with _reported(context, store, target, counts):
            answer = execute_plan(context, store, run, target.plan or run, counts, keep_runs=settings.keep_runs)
        if target.undoes is not None:
            _close(context, store, history.get(store, target.undoes), answer["counts"])
        logger.info(
            "Resumed: %s images changed in all, %s failed.", answer["counts"]["changed"], answer["counts"]["failed"]
        )
        return answer


def _reported(context: Context, store: Database, target: Run, counts: dict[str, Any]) -> AbstractContextManager[None]:
    """What of a run is written anew when it is resumed, besides the history: the report of an import."""
    if target.mode != "import_images":
        return nullcontext()
    from lib.tasks.import_images import reported  # noqa: PLC0415 - takes 100 ms, and the history must open at once

    return reported(context, store, target.id, target.plan or target.id, counts)


def why_not_resumed(store: Database, target: Run) -> str:
    """Why a run cannot be gone on with, or nothing if it can.

    Where a part was taken back, what resume has still to do is not all that the run lacks.
    """
    if why := history.why_not_resumed(target):
        return why
    by = next(
        (by for by in history.undos(store, target.id) if by.status != "undone" and history.wrote(store, by)), None
    )
    if by is None:
        return ""
    rest = f"Undo run {target.id}" if history.why_not_resumed(by) else f"Resume run {by.id}"
    return (
        f"{target.id} was taken back in part by run {by.id}, or may have been. {rest} to take back the rest, or start "
        "anew what it did."
    )


OPERATIONS = {
    "runs": Operation(list_runs, {"page": NUMBER}),
    "undo": Operation(undo, {"run": NUMBER, "preview": SWITCH}),
    "resume": Operation(resume, {"run": required(NUMBER)}),
}
