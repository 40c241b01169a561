"""plan, plan_groups and plan_leave_out: page through a saved plan, group its changes, and exclude some of them."""

from __future__ import annotations

from typing import Any

from lib.changes import LIST_FIELDS, SINGLE_FIELDS
from lib.errors import DataError
from lib.runs import plan_edits
from lib.runs.database import Database
from lib.runs.history import History
from lib.runs.plan_filter import ChangeFilter
from lib.runs.plan_groups import BY, list_groups
from lib.runs.plan_pages import PlanPages
from lib.runs.plans import Plan
from lib.tasks import Context, Operation
from lib.tasks.arguments import IDS, NUMBER, SWITCH, TEXT, Argument, one_of, required
from lib.tasks.execute import run_lock

FIELD = Argument(one_of(*SINGLE_FIELDS, *LIST_FIELDS))
FILTER = {"rule": TEXT, "field": FIELD, "value": TEXT, "folder": TEXT, "q": TEXT}
"""The arguments that select changes, as lib.runs.plan_filter has them."""


def plan(context: Context, plan: int, page: int = 1, **chosen: Any) -> dict[str, Any]:
    """Return 50 images of a plan with their changes, and the plan's counts.

    `total` counts the images of all pages, and `planned` those of which an apply would write something that fits. The
    changes are those that fit `rule`, `field`, `value`, `folder` and `q`; those of rules in preview mode only with
    `previewed`.
    """
    with context.database() as db:
        run = History(db).get(plan)
        pages = PlanPages(db, plan, ChangeFilter(**chosen))
        return {
            "plan": plan,
            "page": page,
            "status": run.status,
            "counts": run.counts.as_json(),
            "states": Plan(db, plan).count_states(),
            "total": pages.total(),
            "planned": pages.planned(),
            "changes": pages.page(page),
        }


def plan_groups(context: Context, plan: int, page: int = 1, by: str | None = None, **chosen: Any) -> dict[str, Any]:
    """Return 50 groups of the changes of a plan, the largest first, and how many groups there are.

    A group has one rule, field and operation, and one value, or one folder for fields whose values mostly differ.
    """
    with context.database() as db:
        History(db).get(plan)
        return list_groups(db, plan, ChangeFilter(**chosen), page, by)


def plan_leave_out(
    context: Context, plan: int, ids: list[str] | None = None, back: bool = False, **chosen: Any
) -> dict[str, Any]:
    """Exclude the changes that fit everything given from a plan that isn't applied yet, or with `back` include them again.

    `left_out` counts the images of which something was excluded or included.
    """
    if ids is None and not chosen:
        raise DataError(f"plan_leave_out requires at least one of ids, {', '.join(FILTER)}.")
    selected = ChangeFilter(**chosen, ids=None if ids is None else tuple(ids))
    with context.database() as db, run_lock(context, db):
        require_open(db, plan)
        excluded = plan_edits.exclude(db, plan, selected, include=back)
        return {"plan": plan, "left_out": excluded, "states": Plan(db, plan).count_states()}


def require_open(db: Database, plan: int) -> None:
    """Raise a DataError if a plan doesn't exist, or was applied already."""
    history = History(db)
    history.get(plan)
    applied = history.applied_by(plan)
    if applied is not None:
        raise DataError(f"plan: {plan} was applied already, by run {applied}.")


_PAGES = {"plan": required(NUMBER), "page": NUMBER}
OPERATIONS = {
    "plan": Operation(plan, {**_PAGES, **FILTER, "previewed": SWITCH}),
    "plan_groups": Operation(
        plan_groups, {**_PAGES, "rule": TEXT, "field": FIELD, "by": Argument(one_of(*BY)), "previewed": SWITCH}
    ),
    "plan_leave_out": Operation(plan_leave_out, {"plan": required(NUMBER), "ids": IDS, **FILTER, "back": SWITCH}),
}
