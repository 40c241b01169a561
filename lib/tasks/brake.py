"""The brake: a run that would create more tags, performers and studios than `max_new` stops before it writes."""

from __future__ import annotations

from lib.errors import DataError
from lib.log import logger
from lib.planning.rules import load
from lib.rules.ruleset import MAX_NEW
from lib.runs.database import Database
from lib.runs.plan_names import PlanNames
from lib.tasks.summary import join_first


def stop_reason(db: Database, plan_id: int, max_new: int) -> str | None:
    """Return what a plan would create if that is more than `max_new`; None if it isn't."""
    names = [str(name["name"]) for name in PlanNames(db, plan_id).as_json() if name["state"] == "planned"]
    if len(names) <= max_new:
        return None
    return f"Would create {len(names):,} tags, performers and studios ({join_first(names)}). The limit max_new is {max_new:,}."


def read_max_new(folder: str) -> int:
    """Return `max_new` of the rules file in the user's folder; the default where the file can't be loaded."""
    try:
        return load(folder)[0].max_new
    except DataError as error:
        logger.warning("max_new is %s, because the rules file can't be loaded: %s", MAX_NEW, error)
        return MAX_NEW
