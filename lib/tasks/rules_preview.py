"""rules_preview: what the rules would change, as a saved plan and a table. Sends no mutation."""

from __future__ import annotations

import time
from secrets import randbelow
from typing import Any

from lib.log import logger
from lib.planning.image_selection import ImageSelection, Sample
from lib.planning.plan_key import PlanKey
from lib.planning.rules import load, planner, seconds_since, taking_part
from lib.planning.rules import only_rules as rules_of_setting
from lib.rules import RuleSet
from lib.runs import retention
from lib.runs.counts import Counts
from lib.runs.database import Database
from lib.runs.history import History
from lib.runs.plan_missing import PlanMissing
from lib.runs.plan_names import PlanNames
from lib.runs.plans import Plan
from lib.stash import other_plugins
from lib.stash.settings import Settings
from lib.tables.preview import write_preview
from lib.tasks import Context, Operation
from lib.tasks.arguments import IMAGE_SELECTION, SAMPLE, SEED, SWITCH, TEXT, TEXTS
from lib.tasks.execute import run_lock
from lib.tasks.summary import MAX_LOGGED, log_first, log_new_names

MAX_SEED = 1_000_000_000
"""Seeds are drawn below it."""


def rules_preview(
    context: Context,
    *,
    image_filter: dict[str, Any] | None = None,
    q: str | None = None,
    ids: list[str] | None = None,
    rules: str | None = None,
    sample: int | None = None,
    seed: str | int | None = None,
    all: bool = False,  # noqa: A002 - the operation's argument
    only_rules: list[str] | None = None,
) -> dict[str, Any]:
    """Plan what the rules would change, save the plan, and return its counts, the names it lacks and those it would create.

    `rules`: a text to try instead of the user's file. `sample`: only this number of images, the first in the order that
    `seed` gives, or one at random. `all`: rules in preview mode take part as if enabled. `only_rules`: only these rules,
    even those that are off.
    """
    choice = ImageSelection.of(image_filter, q, ids)
    ruleset, _ = load(context.folder, rules)
    settings = Settings.read(context.connection)
    setting = rules_of_setting(ruleset, settings.onlyRules)
    active = taking_part(ruleset, setting, only_rules, as_applied=all)
    part = None if sample is None else Sample(sample, randbelow(MAX_SEED) if seed is None else seed)
    only = None if only_rules is None else tuple(only_rules)
    is_trial = rules is not None
    key = PlanKey.of(ruleset, active, choice, all=all, only_rules=only, is_trial=is_trial, sample=part)
    with context.database() as db, run_lock(context, db):
        run, counts = _plan(context, db, active, choice, key)
        retention.prune(db, settings.keep_runs)
        answer = _answer(context, db, run, counts)
    answer |= {"sample": sample, "seed": seed if part is None else part.seed}
    _log_summary(answer, counts)
    context.progress(1.0)
    return answer


def _plan(context: Context, db: Database, active: RuleSet, choice: ImageSelection, key: PlanKey) -> tuple[int, Counts]:
    began = time.monotonic()
    is_part = key.sample is not None or not choice.is_everything
    run = (history := History(db)).begin(
        "rules_preview", is_part=is_part, sample=key.sample and key.sample.size, key=key.dumped()
    )
    with (
        history.record_outcome(run) as record,
        planner(context.connection, context.folder, active, context.progress) as rule_planner,
    ):
        try:
            rule_planner.plan_all(db, run, choice, key.sample)
        finally:
            record.counts = rule_planner.counts
        record.counts = record.counts.updated(seconds=seconds_since(began))
    return run, record.counts


def _answer(context: Context, db: Database, run: int, counts: Counts) -> dict[str, Any]:
    missing = PlanMissing(db, run)
    return {
        "plan": run,
        "counts": counts.as_json(),
        "names": PlanNames(db, run).as_json(),
        "missing": missing.as_json(),
        "missing_count": missing.count(),
        "notes": Plan(db, run).notes(),
        "path": write_preview(context.folder, db, run),
        "hooking_plugins": other_plugins.log_cost(context.connection, counts.planned or 0),
    }


def _log_summary(answer: dict[str, Any], counts: Counts) -> None:
    rules = sorted((counts.rules or {}).items(), key=lambda item: -item[1]["planned"])
    for rule, images in rules[:MAX_LOGGED]:
        logger.info("Rule %r: matched %s images, would change %s.", rule, images["matched"], images["planned"])
    log_new_names(answer["names"])
    notes = [f"Image {note['id']}: {note['text']}" if note["id"] else note["text"] for note in answer["notes"]]
    log_first(logger.warning, notes)
    logger.info("All changes: %s", answer["path"])
    logger.info(
        "Preview: %s images matched, %s would change, %s only by rules in preview mode, %s organized and skipped, "
        "%s lack a tag, performer, studio or gallery, nothing found for %s, %s unchanged, %s problems, %s s, run %s.",
        counts.matched,
        counts.planned,
        counts.preview,
        counts.organized,
        counts.missing,
        counts.nothing_found,
        counts.already_right,
        counts.problems,
        counts.seconds,
        answer["plan"],
    )


OPERATIONS = {
    "rules_preview": Operation(
        rules_preview,
        {**IMAGE_SELECTION, "rules": TEXT, "sample": SAMPLE, "seed": SEED, "all": SWITCH, "only_rules": TEXTS},
    ),
}
