"""plan and plan_leave_out: looking through a saved plan, and taking single images out of it."""

from __future__ import annotations

from typing import Any

from lib.errors import DataError
from lib.runs import history, plans
from lib.tasks import Context, Operation
from lib.tasks.arguments import IDS, NUMBER, SWITCH, TEXT, required
from lib.tasks.execute import run_lock


def plan(
    context: Context, plan: int, page: int = 1, rule: str | None = None, field: str | None = None
) -> dict[str, Any]:
    """50 images of a plan, what would change in each and which rule asked; with the plan's counts.

    `total` is how many images all pages have, of the rule and the field if they are given.
    """
    with context.database() as store:
        run = history.get(store, plan)
        return {
            "plan": plan,
            "page": page,
            "status": run.status,
            "counts": run.counts,
            "states": plans.counts(store, plan),
            "total": plans.matching(store, plan, rule, field),
            "changes": plans.page(store, plan, page, rule, field),
        }


def plan_leave_out(context: Context, plan: int, ids: list[str], back: bool = False) -> dict[str, Any]:
    """Take images out of a plan that is not applied yet, or with `back` in again."""
    with context.database() as store, run_lock(context, store):
        history.get(store, plan)
        applied = history.applied_by(store, plan)
        if applied is not None:
            raise DataError(f"plan: {plan} was applied already, by run {applied}.")
        left_out = plans.leave_out(store, plan, ids, back=back)
        return {"plan": plan, "left_out": left_out, "states": plans.counts(store, plan)}


OPERATIONS = {
    "plan": Operation(plan, {"plan": required(NUMBER), "page": NUMBER, "rule": TEXT, "field": TEXT}),
    "plan_leave_out": Operation(plan_leave_out, {"plan": required(NUMBER), "ids": required(IDS), "back": SWITCH}),
}
