"""import_images: plan the changes that a table makes to its images, and apply them."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from lib.errors import DataError
from lib.log import logger
from lib.planning.rules import seconds_since
from lib.planning.table import TablePlanner
from lib.runs import retention
from lib.runs.counts import Counts
from lib.runs.database import Database
from lib.runs.history import History
from lib.runs.plan_names import PlanNames
from lib.runs.plans import Plan
from lib.runs.run import IMPORT as BY_IMPORT
from lib.runs.run import Run
from lib.stash import other_plugins
from lib.stash.settings import Settings
from lib.tables import reader, report
from lib.tables.reader import TableSummary
from lib.tasks import Context, Operation, brake
from lib.tasks.arguments import SWITCH, TEXT, required
from lib.tasks.execute import execute_plan, run_lock
from lib.tasks.summary import count_labels, join_first, log_first, log_new_names

PREVIEW, IMPORT = "import_preview", "import_images"
_UNCHANGED = {
    "already_right": "unchanged",
    "conflicts": "skipped (edited since the export)",
    "problems": "problems",
}
_PLANNED = {"rows": "rows", "planned": "images would change", **_UNCHANGED}
_APPLIED = {
    "rows": "rows",
    "changed": "images changed",
    **_UNCHANGED,
    "skipped": "skipped (edited since the preview)",
    "failed": "failed",
}
"""Keys of the counts, in the order of the log line -> their labels."""


def import_images(
    context: Context, *, apply: bool, path: str | None = None, create: bool = False, confirm: bool = False
) -> dict[str, Any]:
    """Plan the changes of a table, apply them with `apply`, and write a report with a line for each row.

    `path`: a file, or a name in `imports/`; the default is the newest file there. `create`: create missing tags,
    performers and studios. A saved preview of the same file is applied as it is. A new plan is held if it creates more than
    `max_new` of them, or changes more images than `confirmAbove` and `confirm` isn't set.
    """
    began = time.monotonic()
    table = _table_path(context, path)
    summary = reader.summarize(table)
    if summary.ignored:
        logger.warning("Unknown columns are ignored: %s.", join_first(sorted(summary.ignored)))
    key = f"{_digest(table)}:{create}"
    with context.database() as db, run_lock(context, db):
        history, settings = History(db), Settings.read(context.connection)
        saved = _saved_preview(history, key) if apply else None
        if saved is not None:
            logger.info("Using the preview from run %s (%s, %s images).", saved.id, saved.moment, saved.counts.planned)
            return apply_saved(context, db, saved, settings, began)
        max_new = brake.read_max_new(context.folder) if apply and create else 0
        run = history.begin(IMPORT if apply else PREVIEW, by=BY_IMPORT, key=key)
        counts = _planned(context, db, run, table, summary, create=create)
        most = None if confirm else settings.confirm_above
        reason = _stop_reason(db, run, counts, max_new, most) if apply else None
        if apply and reason is None:
            return _apply(context, db, run, run, counts=counts, settings=settings, began=began)
        counts = counts.updated(seconds=seconds_since(began))
        history.save_as_preview(run, PREVIEW, counts)
        if reason is not None:
            with db.write() as connection:
                history.hold(connection, run, reason, counts)
        retention.prune(db, settings.keep_runs)
        names, notes = PlanNames(db, run).as_json(), Plan(db, run).notes()
    return _preview_answer(context, run, counts, names, notes, reason=reason)


def apply_saved(context: Context, db: Database, saved: Run, settings: Settings, began: float) -> dict[str, Any]:
    """Apply the plan of a preview, or of an import that is held."""
    run = History(db).begin(IMPORT, by=BY_IMPORT, plan_of=saved.id, key=saved.key, counts=saved.counts)
    return _apply(context, db, run, saved.id, counts=saved.counts, settings=settings, began=began)


def _stop_reason(db: Database, run: int, counts: Counts, max_new: int, most: int | None) -> str | None:
    """Return why the user should look at the plan first; None if it may be applied. most: images, None for any number."""
    if reason := brake.stop_reason(db, run, max_new):
        return reason
    if most is not None and (counts.planned or 0) > most:
        return f"Would change {counts.planned:,} images."
    return None


def _planned(context: Context, db: Database, run: int, table: str, summary: TableSummary, *, create: bool) -> Counts:
    report_path = _report_path(context, table, run)
    table_planner = TablePlanner(context.connection, db, run, create=create)
    with History(db).record_failure(run, Counts(table=table, report=report_path)) as record:
        try:
            table_planner.plan_all(table, summary, report_path, context.progress)
        finally:
            record.counts = record.counts.merged(table_planner.counts)
    return record.counts


def _table_path(context: Context, path: str | None) -> str:
    folder = os.path.join(context.folder, "imports")
    table = reader.newest(folder) if path is None else os.path.join(folder, path)
    if not os.path.isfile(table):
        raise DataError(f"path: {table} doesn't exist, or isn't a file.")
    return table


def _digest(table: str) -> str:
    digest = hashlib.sha256()
    with open(table, "rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def _report_path(context: Context, table: str, run: int) -> str:
    stem = os.path.splitext(os.path.basename(table))[0]
    return os.path.join(context.folder, "exports", f"{stem}-report-{run}.csv")


def _saved_preview(history: History, key: str) -> Run | None:
    """Return the saved preview of the same file, or None if its report was deleted: the import's report needs it."""
    saved = history.saved_plan(PREVIEW, key)
    return saved if saved and os.path.exists(saved.counts.report or "") else None


def _preview_answer(
    context: Context,
    run: int,
    counts: Counts,
    names: list[dict[str, Any]],
    notes: list[dict[str, Any]],
    *,
    reason: str | None,
) -> dict[str, Any]:
    hooking_plugins = other_plugins.log_cost(context.connection, counts.planned or 0)
    log_new_names(names)
    log_first(logger.warning, [note["text"] for note in notes])
    logger.info("Report on all rows: %s", counts.report)
    logger.info("Preview of %s: %s, run %s.", counts.table, _summary(counts, _PLANNED), run)
    answer = {"plan": run, "counts": counts.as_json(), "names": names, "notes": notes, "path": counts.report}
    if reason is None:
        context.progress(1.0)
        return answer | {"hooking_plugins": hooking_plugins}
    text = f"{reason} Nothing changed yet. To apply, select Apply again."
    logger.warning("%s", text)
    return answer | {"run": None, "text": text}


def _apply(
    context: Context, db: Database, run: int, plan_id: int, *, counts: Counts, settings: Settings, began: float
) -> dict[str, Any]:
    with reported(context, db, run, plan_id, counts) as reported_counts:
        executed = execute_plan(context, db, run, plan_id, reported_counts, keep_runs=settings.keep_runs)
    counts = executed.counts.updated(seconds=seconds_since(began))
    History(db).save_counts(run, counts)
    logger.info("Report on all rows: %s", counts.report)
    logger.info("Import of %s: %s, run %s.", counts.table, _summary(counts, _APPLIED), run)
    return executed.as_json() | {"counts": counts.as_json(), "path": counts.report}


@contextmanager
def reported(context: Context, db: Database, run: int, plan_id: int, counts: Counts) -> Iterator[Counts]:
    """Write a run's report from its plan's report when the block ends, even with an error.

    Yields the counts with the path of the new report.
    """
    planned = counts.report if plan_id == run else History(db).get(plan_id).counts.report
    report_path = _report_path(context, counts.table or "", run)
    try:
        yield counts.updated(report=report_path)
    finally:
        if planned and os.path.exists(planned):
            report.finalize(planned, report_path, Plan(db, plan_id).states)
        else:
            logger.warning("No report was written: %s, which it continues, was deleted.", planned)


def _summary(counts: Counts, labels: Mapping[str, str]) -> str:
    return f"{count_labels(counts.as_json(), labels)}, {counts.seconds} s"


OPERATIONS = {
    "import_images": Operation(
        import_images, {"path": TEXT, "apply": required(SWITCH), "create": SWITCH, "confirm": SWITCH}
    ),
}
