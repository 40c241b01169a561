"""A review with decisions: values excluded by field and value, one corrected by hand, applied in two parts, the tags first."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from lib.errors import DataError
from lib.tasks import Context
from lib.tasks.plan import plan_leave_out
from lib.tasks.plan_edit import plan_edit
from lib.tasks.rules_apply import rules_apply
from lib.tasks.rules_preview import rules_preview
from lib.tasks.run import run
from lib.tasks.undo_resume import list_runs, resume
from tests.faults.environment import Environment, State

FIRST = 1
"""The review's plan: the first one of an empty history."""


def review(context: Context, ids: list[str] | None = None) -> int:
    """Plan, and decide; the plan."""
    plan: int = rules_preview(context, ids=ids, all=True)["plan"]
    plan_leave_out(context, plan, field="code", value="same")
    plan_leave_out(context, plan, rule="everything", field="urls")
    with suppress(DataError):  # nothing to correct is left in the images that failed
        plan_edit(context, plan=plan, field="rating100", value="60", to=80)
    return plan


def apply_review(_environment: Environment, context: Context) -> Any:
    """Apply the tags alone, then, if all went well, the rest."""
    done = rules_apply(context, plan=FIRST, only={"field": "tags"}, confirm=True)
    return done if done["counts"]["failed"] else rules_apply(context, plan=FIRST, confirm=True)


def finish_review(_environment: Environment, context: Context) -> Any:
    """Resume what ended early, apply what is left, and review again what failed."""
    done: Any = {"counts": {}}
    for each in list_runs(context):
        if each["resumable"]:
            done = resume(context, each["id"])
    if run(context, FIRST)["applicable"]:
        done = rules_apply(context, plan=FIRST, confirm=True)
    failed = failed_images(context)
    return rules_apply(context, plan=review(context, failed), confirm=True) if failed else done


def failed_images(context: Context) -> list[str]:
    """The images of all runs that failed, entirely or in part."""
    with context.database() as db:
        rows = db.read("SELECT DISTINCT image FROM images WHERE state IN ('failed', 'partly')")
        return [str(row["image"]) for row in rows]


def as_reviewed(environment: Environment, end: State) -> None:
    """What was excluded is as it was, and the corrected value is written."""
    for id_, image in end.images.items():
        before = environment.begin.images[id_]
        assert (image["code"], image["urls"]) == (before["code"], before["urls"])
        assert image["rating100"] in (80, before["rating100"])
    assert any(image["rating100"] == 80 for image in end.images.values())
    assert ("tags", "All") in end.names
