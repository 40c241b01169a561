"""import_images: a table back into Stash: what differs is planned, shown, and carried out like any other plan."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lib.errors import DataError
from lib.log import logger
from lib.planning.rules import seconds_since
from lib.planning.table import TablePlanner
from lib.runs import history, plans, retention
from lib.runs.database import Database
from lib.runs.history import Run
from lib.stash import other_plugins
from lib.tables import reader, report
from lib.tasks import Context, Operation
from lib.tasks.arguments import SWITCH, TEXT, required
from lib.tasks.execute import execute_plan, run_lock

PREVIEW, IMPORT = "import_preview", "import_images"
_TOLD = 5


def import_images(
    context: Context, *, apply: bool, path: str | None = None, create: bool = False, confirm: bool = False
) -> dict[str, Any]:
    """Plan what a table wants of its images, and with `apply` carry it out; a report says what became of each row.

    `path`: a file, or a name in `imports/`; without it the newest file there. `create` makes tags, performers and
    studios that there are not. The plan of a preview of the same file is carried out as it was shown; a new one that
    would change more images than `confirmAbove` stops with what it would do, unless `confirm` is given.
    """
    began = time.monotonic()
    table = _table(context, path)
    survey = reader.survey(table)
    if survey.ignored:
        logger.warning("Columns that are not known are left out: %s.", ", ".join(sorted(survey.ignored)[:_TOLD]))
    key = f"{_digest(table)}:{create}"
    with context.database() as store, run_lock(context, store):
        saved = _saved(store, key) if apply else None
        if saved is not None:
            logger.info(
                "Takes the plan of run %s, made %s: %s images.", saved.id, saved.moment, saved.counts["planned"]
            )
            run = history.begin(store, IMPORT, plan_of=saved.id, key=key, counts=saved.counts)
            return _apply(context, store, run, saved.id, counts=dict(saved.counts), began=began)
        run = history.begin(store, IMPORT if apply else PREVIEW, key=key)
        counts: dict[str, Any] = {"table": table, "report": _report_path(context, table, run)}
        planner = TablePlanner(context.connection, store, run, create=create)
        with history.fails_with(store, run, counts):
            try:
                planner.plan_all(table, survey, counts["report"], context.progress)
            finally:
                counts |= planner.counts
        if apply and (confirm or counts["planned"] <= context.settings.confirm_above):
            return _apply(context, store, run, run, counts=counts, began=began)
        counts["seconds"] = seconds_since(began)
        history.save_as_preview(store, run, PREVIEW, counts)
        retention.drop_old(store, context.settings.keep_runs)
        names, notes = plans.names(store, run), plans.notes(store, run)
    return _shown(context, run, counts, names, notes, asked=not apply)


def _table(context: Context, path: str | None) -> str:
    folder = os.path.join(context.folder, "imports")
    table = reader.newest(folder) if path is None else os.path.join(folder, path)
    if not os.path.isfile(table):
        raise DataError(f"path: there is no file {table}.")
    return table


def _digest(table: str) -> str:
    digest = hashlib.sha256()
    with open(table, "rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def _report_path(context: Context, table: str, run: int) -> str:
    stem = os.path.splitext(os.path.basename(table))[0]
    return os.path.join(context.folder, "exports", f"{stem}-report-{run}.csv")


def _saved(store: Database, key: str) -> Run | None:
    """The plan of a preview of the same file, if its report is still there to be continued."""
    saved = history.saved_plan(store, PREVIEW, key)
    return saved if saved and os.path.exists(saved.counts["report"]) else None


def _shown(
    context: Context,
    run: int,
    counts: dict[str, Any],
    names: list[dict[str, Any]],
    notes: list[dict[str, Any]],
    *,
    asked: bool,
) -> dict[str, Any]:
    hooking = other_plugins.log_cost(context.connection, counts["planned"])
    if names:
        shown = ", ".join(f"{name['name']} ({name['images']})" for name in names[:10])
        logger.info("Would create %s names, with images: %s%s", len(names), shown, " …" if len(names) > 10 else "")
    for note in notes[:_TOLD]:
        logger.warning("%s", note["text"])
    logger.info("Every row: %s", counts["report"])
    logger.info("Preview of %s: %s, run %s.", counts["table"], _sum(counts, "would change"), run)
    answer = {"plan": run, "counts": counts, "names": names, "notes": notes, "path": counts["report"]}
    if asked:
        context.progress(1.0)
        return answer | {"hooking_plugins": hooking}
    text = f"Would change {counts['planned']:,} images. Nothing changed yet: press Apply again."
    logger.warning("%s", text)
    return answer | {"run": None, "text": text}


def _apply(
    context: Context, store: Database, run: int, plan_id: int, *, counts: dict[str, Any], began: float
) -> dict[str, Any]:
    with reported(context, store, run, plan_id, counts):
        answer = execute_plan(context, store, run, plan_id, counts)
    counts["seconds"] = seconds_since(began)
    history.keep_counts(store, run, counts)
    logger.info("Every row: %s", counts["report"])
    logger.info("Import of %s: %s, run %s.", counts["table"], _sum(counts, "changed"), run)
    return answer | {"path": counts["report"]}


@contextmanager
def reported(context: Context, store: Database, run: int, plan_id: int, counts: dict[str, Any]) -> Iterator[None]:
    """Write the report of a run from that of its plan, however the block ends; `counts` has its path from now on."""
    planned = counts["report"] if plan_id == run else history.get(store, plan_id).counts["report"]
    counts["report"] = _report_path(context, counts["table"], run)
    try:
        yield
    finally:
        if os.path.exists(planned):
            report.finalize(planned, counts["report"], lambda ids: plans.states(store, plan_id, ids))
        else:
            logger.warning("There is no report: %s, which it is made from, is gone.", planned)


def _sum(counts: dict[str, Any], done: str) -> str:
    changed = counts["changed"] if done == "changed" else counts["planned"]
    parts = [
        f"{counts['rows']} rows",
        f"{changed} images {done}",
        f"{counts['already_right']} already right",
        f"{counts['conflicts']} changed since the table was made",
        f"{counts['problems']} problems",
    ]
    if done == "changed":
        parts += [f"{counts['skipped']} changed since the plan", f"{counts['failed']} failed"]
    return ", ".join([*parts, f"{counts['seconds']} s"])


OPERATIONS = {
    "import_images": Operation(
        import_images, {"path": TEXT, "apply": required(SWITCH), "create": SWITCH, "confirm": SWITCH}
    ),
}
