"""rules_preview: what the rules would change, as a saved plan and a table. Sends no mutation."""

from __future__ import annotations

import time
from typing import Any

from lib.log import logger
from lib.planning.image_selection import ImageSelection
from lib.planning.rules import key, load, only_rules, planner, seconds_since
from lib.runs import history, plans, retention
from lib.stash import other_plugins
from lib.stash.settings import Settings
from lib.tables.preview import write_preview
from lib.tasks import Context, Operation
from lib.tasks.arguments import IMAGE_SELECTION, SAMPLE, TEXT
from lib.tasks.execute import run_lock

_TOLD = 3


def rules_preview(
    context: Context,
    *,
    image_filter: dict[str, Any] | None = None,
    q: str | None = None,
    ids: list[str] | None = None,
    rules: str | None = None,
    sample: int | None = None,
) -> dict[str, Any]:
    """Plan what the rules would change, save the plan, and answer its counts and the names it would create.

    `rules`: a text to try instead of the user's file. `sample`: only so many images, drawn by chance.
    """
    began = time.monotonic()
    choice = ImageSelection.of(image_filter, q, ids)
    ruleset, etag = load(context.folder, rules)
    settings = Settings.read(context.connection)
    only = only_rules(ruleset, settings.onlyRules)
    active = ruleset.select("task", only=only)
    counts: dict[str, Any] = {}
    with context.database() as store, run_lock(context, store):
        run = history.begin(store, "rules_preview", key=key(etag, choice, only, sample))
        with (
            history.recorded(store, run, counts),
            planner(context.connection, context.folder, active, context.progress) as work,
        ):
            try:
                work.plan_all(store, run, choice, sample)
            finally:
                counts |= work.counts.as_json()
            counts["seconds"] = seconds_since(began)
        retention.drop_old(store, settings.keep_runs)
        names, notes = plans.names(store, run), plans.notes(store, run)
        path = write_preview(context.folder, store, run)
    hooking = other_plugins.log_cost(context.connection, counts["planned"])
    _tell(counts, names, notes, run, path)
    context.progress(1.0)
    return {"plan": run, "counts": counts, "names": names, "notes": notes, "path": path, "hooking_plugins": hooking}


def _tell(
    counts: dict[str, Any], names: list[dict[str, Any]], notes: list[dict[str, Any]], run: int, path: str
) -> None:
    for rule, found in sorted(counts["rules"].items(), key=lambda item: -item[1]["planned"])[:_TOLD]:
        logger.info("Rule %r: matched %s images, would change %s.", rule, found["matched"], found["planned"])
    if names:
        shown = ", ".join(f"{name['name']} ({name['images']})" for name in names[:10])
        logger.info("Would create %s names, with images: %s%s", len(names), shown, " …" if len(names) > 10 else "")
    for note in notes[:_TOLD]:
        logger.warning("%s%s", f"Image {note['id']}: " if note["id"] else "", note["text"])
    logger.info("Every change: %s", path)
    logger.info(
        "Preview: %s images matched, %s would change (%s only by rules on preview), %s already right, "
        "%s organized and left alone, %s problems, %s s, run %s.",
        counts["matched"],
        counts["planned"],
        counts["preview"],
        counts["already_right"],
        counts["organized"],
        counts["problems"],
        counts["seconds"],
        run,
    )


OPERATIONS = {
    "rules_preview": Operation(rules_preview, {**IMAGE_SELECTION, "rules": TEXT, "sample": SAMPLE}),
}
