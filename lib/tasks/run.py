"""run and run_lines: one run of the history in detail, and its images as JSON lines."""

from __future__ import annotations

import json
from typing import Any

from lib.errors import DataError
from lib.planning.plan_key import PlanKey, stale_reason
from lib.planning.rules import load, only_rules
from lib.runs import plan_items
from lib.runs.database import Database
from lib.runs.history import History
from lib.runs.plan_missing import PlanMissing
from lib.runs.plan_names import PlanNames
from lib.runs.plan_pages import PlanPages
from lib.runs.plans import Plan
from lib.runs.run import IMPORT, PLAN_HOURS, Run
from lib.stash.settings import Settings
from lib.tasks import Context, Operation
from lib.tasks.arguments import NUMBER, required
from lib.tasks.undo_resume import is_resumable

LINES = 500
"""Images a call of run_lines: some 200 KB where each has three changes."""


def run(context: Context, run: int) -> dict[str, Any]:
    """Return a run as in the history, with its rules, the states of its images, counts per field, names, notes and failures.

    `applicable`, `undoable` and `resumable`: whether its plan can be applied, and whether undo and resume accept it.
    `applied_by` is the run that applied this preview, `undone_by` the newest that undid it.
    """
    with context.database() as db:
        history = History(db)
        history.recover_interrupted()
        target = history.get(run)
        plan, applied_by = Plan(db, target.plan), history.applied_by(run)
        preview = _as_preview(context, db, target)
        return history.as_json(target) | {
            "states": plan.count_states(),
            "rules": plan_items.contents(db, [plan.id])[plan.id].as_json(target)["rules"],
            "fields": plan.fields(),
            "names": PlanNames(db, plan.id).as_json(),
            "notes": plan.notes(),
            "failures": plan.failures(),
            "applied_by": applied_by,
            "redoes": history.redone().get(run),
            "undone_by": next((undo.id for undo in history.undos(run)), None),
            "applicable": target.status == "done" and applied_by is None and preview.get("stale", "no preview") is None,
            "undoable": history.is_undoable(target),
            "resumable": is_resumable(history, target),
            **preview,
        }


def _as_preview(context: Context, db: Database, run: Run) -> dict[str, Any]:
    """Return what only a preview or a run that is held has: the names it lacks, what it was about, and why it can't be applied."""
    if run.mode != "rules_preview" and run.held is None:
        return {}
    missing, key = PlanMissing(db, run.plan), PlanKey.load(run.key)
    settings = Settings.read(context.connection)
    sample = key and key.sample
    return {
        "missing": missing.as_json(),
        "missing_count": missing.count(),
        "seed": sample.seed if sample else None,
        "all": bool(key and key.all),
        "only_rules": list(key.only_rules) if key and key.only_rules is not None else None,
        "stale": _stale_reason(context, run, settings),
        "confirm_above": settings.confirm_above,
    }


def _stale_reason(context: Context, run: Run, settings: Settings) -> str | None:
    if run.is_stale:
        return f"it is older than {PLAN_HOURS} h"
    if run.by == IMPORT:
        return None
    try:
        ruleset, _ = load(context.folder)
        return stale_reason(run.key, ruleset, only_rules(ruleset, settings.onlyRules))
    except DataError as error:
        return str(error)


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
