"""rules_explain: evaluate the rules for one image, with the value of every condition and source."""

from __future__ import annotations

from typing import Any

from lib.errors import DataError
from lib.planning.rules import load, planner
from lib.rules.selection import EVERYTHING, selection
from lib.stash import paging
from lib.tasks import Context, Operation
from lib.tasks.arguments import ID, SWITCH, TEXT, required


def rules_explain(
    context: Context,
    id: str,  # noqa: A002 - the operation's argument
    rules: str | None = None,
    all: bool = False,  # noqa: A002 - likewise
) -> dict[str, Any]:
    """Return the result of every rule for this image, and the outcome of each value.

    `rules`: a text to try instead of the user's file. `all`: rules in preview mode take part as if enabled.
    """
    ruleset, _ = load(context.folder, rules)
    active = ruleset.review(as_applied=True) if all else ruleset.enabled()
    image = paging.get_many(context.connection, [id], selection({*EVERYTHING, *ruleset.fields})).get(id)
    if image is None:
        raise DataError(f"id: image {id} doesn't exist.")
    with planner(context.connection, context.folder, active, context.progress) as rule_planner:
        return rule_planner.engine.explain(image, ruleset, rule_planner.names.nearest)


OPERATIONS = {"rules_explain": Operation(rules_explain, {"id": required(ID), "rules": TEXT, "all": SWITCH})}
