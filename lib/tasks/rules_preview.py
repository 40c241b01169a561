"""rules_preview: what the rules would change, as a saved plan and a table. Sends no mutation."""

from __future__ import annotations

import time
from typing import Any

from lib.log import logger
from lib.planning.image_selection import ImageSelection
from lib.planning.rules import key, load, only_rules, planner, seconds_since
from lib.runs import retention
from lib.runs.counts import Counts
from lib.runs.history import History
from lib.runs.plan_names import PlanNames
from lib.runs.plans import Plan
from lib.stash import other_plugins
from lib.stash.settings import Settings
from lib.tables.preview import write_preview
from lib.tasks import Context, Operation
from lib.tasks.arguments import IMAGE_SELECTION, SAMPLE, TEXT
from lib.tasks.execute import run_lock
from lib.tasks.summary import MAX_LOGGED, log_first, log_new_names


def rules_preview(
    context: Context,
    *,
    image_filter: dict[str, Any] | None = None,
    q: str | None = None,
    ids: list[str] | None = None,
    rules: str | None = None,
    sample: int | None = None,
) -> dict[str, Any]:
    """Plan what the rules would change, save the plan, and return its counts and the names it would create.

    `rules`: a text to try instead of the user's file. `sample`: only this number of images, chosen at random.
    """
    began = time.monotonic()
    choice = ImageSelection.of(image_filter, q, ids)
    ruleset, etag = load(context.folder, rules)
    settings = Settings.read(context.connection)
    only = only_rules(ruleset, settings.onlyRules)
    active = ruleset.select("task", only=only)
    is_part = sample is not None or not choice.is_everything
    with context.database() as db, run_lock(context, db):
        run = (history := History(db)).begin("rules_preview", is_part=is_part, key=key(etag, choice, only, sample))
        with (
            history.record_outcome(run) as record,
            planner(context.connection, context.folder, active, context.progress) as rule_planner,
        ):
            try:
                rule_planner.plan_all(db, run, choice, sample)
            finally:
                record.counts = rule_planner.counts
            record.counts = record.counts.updated(seconds=seconds_since(began))
        retention.prune(db, settings.keep_runs)
        names, notes = PlanNames(db, run).as_json(), Plan(db, run).notes()
        path = write_preview(context.folder, db, run)
    counts = record.counts
    answer = {"plan": run, "counts": counts.as_json(), "names": names, "notes": notes, "path": path}
    answer["hooking_plugins"] = other_plugins.log_cost(context.connection, counts.planned or 0)
    _log_summary(counts, names, notes, run, path)
    context.progress(1.0)
    return answer


def _log_summary(counts: Counts, names: list[dict[str, Any]], notes: list[dict[str, Any]], run: int, path: str) -> None:
    rules = sorted((counts.rules or {}).items(), key=lambda item: -item[1]["planned"])
    for rule, images in rules[:MAX_LOGGED]:
        logger.info("Rule %r: matched %s images, would change %s.", rule, images["matched"], images["planned"])
    log_new_names(names)
    log_first(logger.warning, [f"Image {note['id']}: {note['text']}" if note["id"] else note["text"] for note in notes])
    logger.info("All changes: %s", path)
    logger.info(
        "Preview: %s images matched, %s would change (%s only by rules in preview mode), %s unchanged, "
        "%s organized and skipped, %s problems, %s s, run %s.",
        counts.matched,
        counts.planned,
        counts.preview,
        counts.already_right,
        counts.organized,
        counts.problems,
        counts.seconds,
        run,
    )


OPERATIONS = {
    "rules_preview": Operation(rules_preview, {**IMAGE_SELECTION, "rules": TEXT, "sample": SAMPLE}),
}
