"""rules_apply: carries out the saved plan of the same rules, or makes one first."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from lib.errors import DataError
from lib.log import logger
from lib.planning.image_selection import ImageSelection
from lib.planning.rules import key, load, only_rules, planner, seconds_since
from lib.rules import RuleSet
from lib.runs import history, plans
from lib.runs.database import Database
from lib.runs.history import Run
from lib.stash.settings import Settings
from lib.tasks import Context, Operation
from lib.tasks.arguments import IMAGE_SELECTION, NUMBER, SWITCH
from lib.tasks.execute import execute_plan, run_lock

NOTHING = {"matched": 0, "planned": 0, "changed": 0, "failed": 0}


def rules_apply(
    context: Context,
    *,
    plan: int | None = None,
    image_filter: dict[str, Any] | None = None,
    q: str | None = None,
    ids: list[str] | None = None,
    confirm: bool = False,
) -> dict[str, Any]:
    """Carry out a plan: the one named, else the newest saved one of the same rules and choice, else a new one.

    A new one that would change more images than `confirmAbove` stops with what it would do, and is saved: pressed
    again, it is carried out. `confirm` skips that.
    """
    began = time.monotonic()
    choice = ImageSelection.of(image_filter, q, ids)
    ruleset, etag = load(context.folder)
    settings = Settings.read(context.connection)
    only = only_rules(ruleset, settings.onlyRules)
    active = ruleset.select("task", preview=False, only=only)
    if not active.rules:
        return _nothing_to_apply(ruleset, only)
    with context.database() as store, run_lock(context, store):
        wanted = key(etag, choice, only)
        saved = _named(store, plan, etag) if plan is not None else history.saved_plan(store, "rules_preview", wanted)
        if saved is not None:
            logger.info(
                "Takes the plan of run %s, made %s: %s images.", saved.id, saved.moment, saved.counts["planned"]
            )
            run = history.begin(store, "rules_apply", plan_of=saved.id, key=saved.key, counts=saved.counts)
            return _apply(context, store, run, saved.id, counts=dict(saved.counts), settings=settings, began=began)
        run = history.begin(store, "rules_apply", key=wanted)
        counts = _planned(context, store, run, active, choice)
        if stop := _too_much(store, run, counts, active.max_new, settings.confirm_above, confirm=confirm):
            return stop
        return _apply(context, store, run, run, counts=counts, settings=settings, began=began)


def _nothing_to_apply(ruleset: RuleSet, only: Sequence[str]) -> dict[str, Any]:
    waiting = [rule.name for rule in ruleset.select("task", only=only).rules if rule.mode == "preview"]
    if waiting:
        text = (
            f"Nothing is applied: the rules {', '.join(waiting)} are on preview. Look at what Preview rules shows; "
            "then write `mode: apply` into a rule to switch it on."
        )
    else:
        text = "Nothing is applied: no rule is switched on for tasks."
    logger.info("%s", text)
    return {"run": None, "plan": None, "counts": dict(NOTHING), "text": text}


def _named(store: Database, plan_id: int, etag: str) -> Run:
    saved = history.get(store, plan_id)
    if saved.mode != "rules_preview" or saved.status != "done":
        raise DataError(f"plan: run {plan_id} is no finished preview of rules ({saved.mode}, {saved.status}).")
    applied = history.applied_by(store, plan_id)
    if applied is not None:
        raise DataError(
            f"plan: {plan_id} was applied already, by run {applied}. A plan is applied once; preview again."
        )
    if saved.key.split(":")[0] != etag:
        raise DataError(f"plan: the rules have changed since plan {plan_id} was made; preview again.")
    if history.is_stale(saved):
        raise DataError(f"plan: {plan_id} is older than {history.PLAN_HOURS} h; preview again.")
    return saved


def _planned(context: Context, store: Database, run: int, active: RuleSet, choice: ImageSelection) -> dict[str, Any]:
    counts: dict[str, Any] = {}
    with (
        history.fails_with(store, run, counts),
        planner(context.connection, context.folder, active, context.progress) as work,
    ):
        try:
            work.plan_all(store, run, choice)
        finally:
            counts |= work.counts.as_json()
    return counts


def _too_much(
    store: Database, run: int, counts: dict[str, Any], max_new: int, confirm_above: int, *, confirm: bool
) -> dict[str, Any] | None:
    """Stop here where the user should look first; the plan is saved as a preview, which the next press takes."""
    names = [name for name in plans.names(store, run) if name["state"] == "planned"]
    if len(names) > max_new:
        first = ", ".join(name["name"] for name in names[:5])
        text = f"Would create {len(names)} new names ({first} …). Nothing changed yet: look at them, then press Apply again."
    elif counts["planned"] > confirm_above and not confirm:
        text = f"Would change {counts['planned']:,} images. Nothing changed yet: press Apply again."
    else:
        return None
    history.save_as_preview(store, run, "rules_preview", counts)
    logger.warning("%s", text)
    return {"run": None, "plan": run, "counts": counts | {"changed": 0, "failed": 0}, "text": text}


def _apply(
    context: Context,
    store: Database,
    run: int,
    plan_id: int,
    *,
    counts: dict[str, Any],
    settings: Settings,
    began: float,
) -> dict[str, Any]:
    answer = execute_plan(context, store, run, plan_id, counts, keep_runs=settings.keep_runs)
    counts = answer["counts"]
    counts["seconds"] = seconds_since(began)
    history.keep_counts(store, run, counts)
    logger.info(
        "%s images matched, %s changed, %s already right, %s organized and left alone, %s changed since the plan, "
        "%s failed, %s s, run %s.",
        counts["matched"],
        counts["changed"],
        counts["already_right"],
        counts["organized"],
        counts["skipped"],
        counts["failed"],
        counts["seconds"],
        run,
    )
    return answer


OPERATIONS = {
    "rules_apply": Operation(rules_apply, {"plan": NUMBER, **IMAGE_SELECTION, "confirm": SWITCH}),
}
