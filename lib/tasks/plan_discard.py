"""plan_discard: delete a plan that isn't applied, above all one that is held."""

from __future__ import annotations

from typing import Any

from lib.errors import DataError
from lib.log import logger
from lib.runs import retries
from lib.runs.history import History
from lib.runs.plans import Plan
from lib.runs.run import PREVIEW, SCAN
from lib.tasks import Context, Operation
from lib.tasks.arguments import NUMBER, required
from lib.tasks.execute import run_lock
from lib.tasks.plan import require_open


def plan_discard(context: Context, plan: int) -> dict[str, Any]:
    """Delete a plan that no run applied; none of its images is changed, or tried again after a later scan."""
    with context.database() as db, run_lock(context, db):
        history = History(db)
        run = history.get(plan)
        if run.kind != PREVIEW:
            raise DataError(f"plan: run {plan} isn't a preview and isn't held, so its plan can't be discarded.")
        require_open(db, plan)
        images = sum(Plan(db, plan).count_states().values())
        if run.by == SCAN:
            retries.delete(db, plan)
        history.delete([plan])
    logger.info("Plan %s was discarded. None of its %s images was changed.", plan, f"{images:,}")
    return {"plan": plan, "images": images}


OPERATIONS = {"plan_discard": Operation(plan_discard, {"plan": required(NUMBER)})}
