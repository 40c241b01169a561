"""rules_apply: carries out the saved plan of the same rules, or makes one first."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from lib.client import validate
from lib.errors import DataError, TransportError
from lib.log import logger
from lib.planning.image_selection import ImageSelection
from lib.planning.plan_key import PlanKey, stale_reason
from lib.planning.rules import load, only_rules, planner, seconds_since
from lib.rules import RuleSet
from lib.runs import plan_parts, retries
from lib.runs.counts import Counts
from lib.runs.database import Database
from lib.runs.history import History
from lib.runs.plan_filter import ChangeFilter
from lib.runs.plans import Plan
from lib.runs.run import IMPORT, PLAN_HOURS, SCAN, Run
from lib.stash.backup import back_up_database
from lib.stash.settings import Settings
from lib.tasks import Context, Operation, brake
from lib.tasks.arguments import IMAGE_SELECTION, NUMBER, OBJECT, SWITCH
from lib.tasks.execute import execute_plan, run_lock
from lib.tasks.plan import FILTER

NOTHING = Counts(matched=0, planned=0, changed=0, failed=0)


def rules_apply(
    context: Context,
    *,
    plan: int | None = None,
    image_filter: dict[str, Any] | None = None,
    q: str | None = None,
    ids: list[str] | None = None,
    only: dict[str, Any] | None = None,
    confirm: bool = False,
    backup: bool = False,
) -> dict[str, Any]:
    """Apply a plan: the one named, else the newest saved one of the same rules and choice, else a new one.

    A new one that would change more images than `confirmAbove` stops with what it would do, and is saved: pressed
    again, it is applied. `confirm` skips that. `backup`: back up Stash's database first; if that fails, apply nothing.
    `only`: apply only the changes of `plan` that fit. The rest can still be applied.
    """
    began, part = time.monotonic(), None if only is None else _chosen(plan, only)
    choice = ImageSelection.of(image_filter, q, ids)
    ruleset, _ = load(context.folder)
    settings = Settings.read(context.connection)
    setting = only_rules(ruleset, settings.onlyRules)
    active = ruleset.select("task", preview=False, only=setting)
    if plan is None and not active.rules:
        return _nothing_to_apply(ruleset, setting)
    with context.database() as db, run_lock(context, db):
        history = History(db)
        plan_key = PlanKey.of(ruleset, active, choice).dumped()
        named = None if plan is None else find_applicable(history, plan, ruleset, setting, confirm=confirm)
        saved = named or history.saved_plan("rules_preview", plan_key)
        if saved is not None:
            return _apply_saved(context, db, saved, settings, began, part=part, confirm=confirm, backup=backup)
        run = history.begin("rules_apply", is_part=not choice.is_everything, key=plan_key)
        counts = _planned(context, db, run, active, choice)
        if text := _stop_reason(db, run, counts, active.max_new, settings.confirm_above, confirm=confirm):
            return _stop(history, run, counts, text)
        if backup:
            with _kept_as_preview(history, run, counts):
                back_up_database(context.connection)
        return _apply(context, db, run, run, counts=counts, settings=settings, began=began)


def _stop(history: History, run: int, counts: Counts, text: str) -> dict[str, Any]:
    history.save_as_preview(run, "rules_preview", counts)
    logger.warning("%s", text)
    return {"run": None, "plan": run, "counts": counts.updated(changed=0, failed=0).as_json(), "text": text}


@contextmanager
def _kept_as_preview(history: History, run: int, counts: Counts) -> Iterator[None]:
    """Save a new plan as a preview if the block raises: nothing of it is applied."""
    try:
        yield
    except TransportError:
        history.save_as_preview(run, "rules_preview", counts)
        raise


def _nothing_to_apply(ruleset: RuleSet, only: Sequence[str]) -> dict[str, Any]:
    waiting = [rule.name for rule in ruleset.select("task", only=only).rules if rule.mode == "preview"]
    if waiting:
        text = (
            f"Nothing is applied: the rules {', '.join(waiting)} are in preview mode. Check the result of Preview rules, "
            "then write `mode: apply` into a rule to enable it."
        )
    else:
        text = "Nothing is applied: no rule is enabled for tasks."
    logger.info("%s", text)
    return {"run": None, "plan": None, "counts": NOTHING.as_json(), "text": text}


def find_applicable(history: History, plan_id: int, ruleset: RuleSet, only: Sequence[str], *, confirm: bool) -> Run:
    """Return the preview of this id, or the run that is held; a DataError if it can't be applied."""
    saved = history.get(plan_id)
    applied = history.applied_by(plan_id)
    if applied is not None:
        raise DataError(
            f"plan: {plan_id} was applied already, by run {applied}. A plan is applied once; preview again."
        )
    if saved.status != "done" or (saved.mode != "rules_preview" and saved.held is None):
        raise DataError(f"plan: run {plan_id} isn't a finished preview of rules ({saved.mode}, {saved.status}).")
    if saved.by != IMPORT and (reason := stale_reason(saved.key, ruleset, only)):
        raise DataError(f"plan: {plan_id} can't be applied: {reason}; preview again.")
    if saved.is_stale:
        raise DataError(f"plan: {plan_id} is older than {PLAN_HOURS} h; preview again.")
    if saved.sample is not None and not confirm:
        raise DataError(
            f"plan: {plan_id} is of a sample of {saved.sample:,} images, not of all that match. To apply only these, set "
            "confirm. To apply all, preview without sample."
        )
    return saved


def _apply_saved(
    context: Context,
    db: Database,
    saved: Run,
    settings: Settings,
    began: float,
    *,
    part: ChangeFilter | None,
    confirm: bool,
    backup: bool,
) -> dict[str, Any]:
    images = 0 if part is None else _count(db, saved, part)
    if images > settings.confirm_above and not confirm:
        text = f"Would change {images:,} images. Nothing changed yet. To apply, set confirm."
        logger.warning("%s", text)
        counts = NOTHING.updated(matched=images, planned=images)
        return {"run": None, "plan": saved.id, "counts": counts.as_json(), "text": text}
    if backup:
        back_up_database(context.connection)
    logger.info("Using the preview from run %s (%s, %s images).", saved.id, saved.moment, saved.counts.planned)
    if saved.by == IMPORT:
        from lib.tasks.import_images import apply_saved  # noqa: PLC0415 - takes 100 ms, and only an import needs it

        return apply_saved(context, db, saved, settings, began)
    if part is not None:
        run, counts = _move(db, saved, part)
        return _apply(context, db, run, run, counts=counts, settings=settings, began=began)
    if saved.by == SCAN:
        retries.delete_decided(db, saved.id)
    run = History(db).begin("rules_apply", plan_of=saved.id, key=saved.key, counts=saved.counts)
    return _apply(context, db, run, saved.id, counts=saved.counts, settings=settings, began=began)


def _chosen(plan: int | None, only: dict[str, Any]) -> ChangeFilter:
    """Return the filter of `only`; a DataError that names what is allowed."""
    if plan is None:
        raise DataError("only requires plan: the plan whose changes are applied.")
    checks = {name: argument.check for name, argument in FILTER.items()}
    filters = validate.validate_object("only", only, {name: validate.nullable(check) for name, check in checks.items()})
    if all(value is None for value in filters.values()):
        raise DataError(f"only requires at least one of {', '.join(FILTER)}.")
    return ChangeFilter(**filters)


def _count(db: Database, saved: Run, part: ChangeFilter) -> int:
    """Count the images of a part; a DataError if nothing fits."""
    if saved.by == IMPORT:
        raise DataError(
            f"only: plan {saved.id} is of an import. Exclude what you don't want, then apply it as a whole."
        )
    images = Plan(db, saved.id).count(*part.where(db.read, saved.id, written=True))
    if not images:
        raise DataError(f"only: no change of plan {saved.id} fits that isn't excluded.")
    return images


def _move(db: Database, saved: Run, part: ChangeFilter) -> tuple[int, Counts]:
    """Move the changes that fit to the plan of a new run; returns it with its counts."""
    history = History(db)
    run = history.begin("rules_apply", is_part=True, key=saved.key)
    with history.record_failure(run), db.write() as connection:
        counts, rest = plan_parts.move(connection, Plan(db, saved.id), Plan(db, run), part, saved.counts)
        history.set_part(connection, run, saved, counts, rest)
    logger.info("Applying a part of it: %s images.", counts.planned)
    if saved.by == SCAN:
        retries.delete(db, run)
    return run, counts


def _planned(context: Context, db: Database, run: int, active: RuleSet, choice: ImageSelection) -> Counts:
    with (
        History(db).record_failure(run) as record,
        planner(context.connection, context.folder, active, context.progress) as rule_planner,
    ):
        try:
            rule_planner.plan_all(db, run, choice)
        finally:
            record.counts = rule_planner.counts
    return record.counts


def _stop_reason(
    db: Database, run: int, counts: Counts, max_new: int, confirm_above: int, *, confirm: bool
) -> str | None:
    """Return why the user should look at the plan first; None if it may be applied."""
    if reason := brake.stop_reason(db, run, max_new):
        return f"{reason} Nothing changed yet. Check them, then select Apply again."
    if (counts.planned or 0) > confirm_above and not confirm:
        return f"Would change {counts.planned:,} images. Nothing changed yet. To apply, select Apply again."
    return None


def _apply(
    context: Context, db: Database, run: int, plan_id: int, *, counts: Counts, settings: Settings, began: float
) -> dict[str, Any]:
    executed = execute_plan(context, db, run, plan_id, counts, keep_runs=settings.keep_runs)
    counts = executed.counts.updated(seconds=seconds_since(began))
    History(db).save_counts(run, counts)
    logger.info(
        "%s images matched, %s changed, %s unchanged, %s organized and skipped, %s skipped (edited since the preview), "
        "%s failed, %s s, run %s.",
        counts.matched,
        counts.changed,
        counts.already_right,
        counts.organized,
        counts.skipped,
        counts.failed,
        counts.seconds,
        run,
    )
    return executed.as_json() | {"counts": counts.as_json()}


OPERATIONS = {
    "rules_apply": Operation(
        rules_apply, {"plan": NUMBER, **IMAGE_SELECTION, "only": OBJECT, "confirm": SWITCH, "backup": SWITCH}
    ),
}
