"""run and run_lines: one run of the history with all that is known of it, and its images as JSON lines."""

from __future__ import annotations

import json
from typing import Any

from lib.rules.loading import rules_file
from lib.runs import history, plans
from lib.runs.database import Database
from lib.runs.history import Run
from lib.tasks import Context, Operation
from lib.tasks.arguments import NUMBER, required
from lib.tasks.undo_resume import stands_in_part, why_not_resumed

LINES = 500
"""Images a call of run_lines: some 200 KB where each has three changes."""


def run(context: Context, run: int) -> dict[str, Any]:
    """A run as in the history, with the states of its images, counts per field, names, notes and failures.

    `applicable` and `undoable` say whether its plan may still be applied and whether undo takes it; `applied_by`
    is the run that applied this preview, `undone_by` the one that took it back.
    """
    with context.database() as store:
        history.settle_if_idle(store)
        found = history.get(store, run)
        plan_id = found.plan or found.id
        return history.entry(store, run) | {
            "states": plans.counts(store, plan_id),
            "fields": plans.fields(store, plan_id),
            "names": plans.names(store, plan_id),
            "notes": plans.notes(store, plan_id),
            "failures": plans.failures(store, plan_id),
            "applied_by": history.applied_by(store, run),
            "undone_by": history.undone_by(store, run),
            "applicable": _is_applicable(context, store, found),
            "undoable": not _only_plans(found) and history.wrote(store, found) and not _is_undone(store, found),
            "resumable": not _only_plans(found) and not why_not_resumed(store, found),
        }


def _only_plans(found: Run) -> bool:
    return found.mode.endswith("preview")


def _is_undone(store: Database, found: Run) -> bool:
    return found.status == "undone" and not stands_in_part(store, found)


def _is_applicable(context: Context, store: Database, found: Run) -> bool:
    if found.mode != "rules_preview" or found.status != "done" or history.is_stale(found):
        return False
    _, etag = rules_file.read(context.folder)
    return found.key.split(":")[0] == etag and history.applied_by(store, found.id) is None


def run_lines(context: Context, run: int, above: int = 0) -> dict[str, Any]:
    """The images of a run with an id above `above`, each as a line of JSON; `next` is None after the last of them."""
    with context.database() as store:
        plan_id = history.get(store, run).plan or run
        images = plans.after(store, plan_id, above, LINES)
    following = int(images[-1]["id"]) if len(images) == LINES else None
    return {"lines": [json.dumps(image, ensure_ascii=False) for image in images], "next": following}


OPERATIONS = {
    "run": Operation(run, {"run": required(NUMBER)}),
    "run_lines": Operation(run_lines, {"run": required(NUMBER), "above": NUMBER}),
}
