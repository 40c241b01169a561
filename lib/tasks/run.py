"""run and run_lines: one run of the history in detail, and its images as JSON lines."""

from __future__ import annotations

import json
from typing import Any

from lib.rules.loading import rules_file
from lib.runs.history import History
from lib.runs.plan_names import PlanNames
from lib.runs.plan_pages import PlanPages
from lib.runs.plans import Plan
from lib.runs.run import IMPORT, PREVIEW, Run
from lib.tasks import Context, Operation
from lib.tasks.arguments import NUMBER, required
from lib.tasks.undo_resume import find_resume_blocker

LINES = 500
"""Images a call of run_lines: some 200 KB where each has three changes."""


def run(context: Context, run: int) -> dict[str, Any]:
    """Return a run as in the history, with the states of its images, counts per field, names, notes and failures.

    `applicable`, `undoable` and `resumable`: whether its plan can be applied, and whether undo and resume accept it.
    `applied_by` is the run that applied this preview, `undone_by` the newest that undid it.
    """
    with context.database() as db:
        history = History(db)
        history.recover_interrupted()
        target = history.get(run)
        plan = Plan(db, target.plan)
        return history.as_json(target) | {
            "states": plan.count_states(),
            "fields": plan.fields(),
            "names": PlanNames(db, plan.id).as_json(),
            "notes": plan.notes(),
            "failures": plan.failures(),
            "applied_by": history.applied_by(run),
            "undone_by": next((undo.id for undo in history.undos(run)), None),
            "applicable": _is_applicable(context, history, target),
            "undoable": history.is_undoable(target),
            "resumable": target.kind != PREVIEW and find_resume_blocker(history, target) is None,
        }


def _is_applicable(context: Context, history: History, run: Run) -> bool:
    if run.status != "done" or run.is_stale or (run.mode != "rules_preview" and run.held is None):
        return False
    _, etag = rules_file.read(context.folder)
    return (run.by == IMPORT or run.key.split(":")[0] == etag) and history.applied_by(run.id) is None


def run_lines(context: Context, run: int, above: int = 0) -> dict[str, Any]:
    """Return the images of a run with an id above `above`, each as a line of JSON; `next` is None after the last one."""
    with context.database() as db:
        images = PlanPages(db, History(db).get(run).plan).after(above, LINES)
    following = int(images[-1]["id"]) if len(images) == LINES else None
    return {"lines": [json.dumps(image, ensure_ascii=False) for image in images], "next": following}


OPERATIONS = {
    "run": Operation(run, {"run": required(NUMBER)}),
    "run_lines": Operation(run_lines, {"run": required(NUMBER), "above": NUMBER}),
}
