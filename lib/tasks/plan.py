"""plan and plan_leave_out: page through a saved plan, and exclude single images from it."""

from __future__ import annotations

from typing import Any

from lib.errors import DataError
from lib.runs.history import History
from lib.runs.plans import Plan
from lib.tasks import Context, Operation
from lib.tasks.arguments import IDS, NUMBER, SWITCH, TEXT, required
from lib.tasks.execute import run_lock


def plan(
    context: Context, plan: int, page: int = 1, rule: str | None = None, field: str | None = None
) -> dict[str, Any]:
    """Return 50 images of a plan with their changes, and the plan's counts.

    `total` counts the images of all pages; `rule` and `field` narrow.
    """
    with context.database() as db:
        run, saved = History(db).get(plan), Plan(db, plan)
        return {
            "plan": plan,
            "page": page,
            "status": run.status,
            "counts": run.counts.as_json(),
            "states": saved.count_states(),
            "total": saved.count_matching(rule, field),
            "changes": saved.page(page, rule, field),
        }


def plan_leave_out(context: Context, plan: int, ids: list[str], back: bool = False) -> dict[str, Any]:
    """Exclude images from a plan that isn't applied yet, or with `back` include them again."""
    with context.database() as db, run_lock(context, db):
        history, saved = History(db), Plan(db, plan)
        history.get(plan)
        applied = history.applied_by(plan)
        if applied is not None:
            raise DataError(f"plan: {plan} was applied already, by run {applied}.")
        excluded = saved.exclude(ids, include=back)
        return {"plan": plan, "left_out": excluded, "states": saved.count_states()}


OPERATIONS = {
    "plan": Operation(plan, {"plan": required(NUMBER), "page": NUMBER, "rule": TEXT, "field": TEXT}),
    "plan_leave_out": Operation(plan_leave_out, {"plan": required(NUMBER), "ids": required(IDS), "back": SWITCH}),
}
