"""rules_explain: evaluate the rules for one image, with the value of every condition and source."""

from __future__ import annotations

from typing import Any

from lib.errors import DataError
from lib.planning.rules import load, planner
from lib.rules.selection import EVERYTHING, selection
from lib.stash import paging
from lib.tasks import Context, Operation
from lib.tasks.arguments import ID, required


def rules_explain(context: Context, id: str) -> dict[str, Any]:  # noqa: A002 - the operation's argument
    """Return the result of every rule that isn't off for this image, and the reasons."""
    ruleset, _ = load(context.folder)
    image = paging.get_many(context.connection, [id], selection({*EVERYTHING, *ruleset.fields})).get(id)
    if image is None:
        raise DataError(f"id: image {id} doesn't exist.")
    with planner(context.connection, context.folder, ruleset.enabled(), context.progress) as rule_planner:
        return rule_planner.engine.explain(image)


OPERATIONS = {"rules_explain": Operation(rules_explain, {"id": required(ID)})}
