"""rules_explain: one image, every rule and condition with the value it saw, and everything found in it."""

from __future__ import annotations

from typing import Any

from lib.errors import DataError
from lib.planning.rules import load, planner
from lib.rules.selection import EVERYTHING, selection
from lib.stash import paging
from lib.tasks import Context, Operation
from lib.tasks.arguments import ID, required


def rules_explain(context: Context, id: str) -> dict[str, Any]:  # noqa: A002 - the operation's argument
    """What every rule that is not off makes of this image, and why."""
    ruleset, _ = load(context.folder)
    image = paging.get_many(context.connection, [id], selection({*EVERYTHING, *ruleset.fields})).get(id)
    if image is None:
        raise DataError(f"id: there is no image {id}.")
    with planner(context.connection, context.folder, ruleset.enabled(), context.progress) as work:
        return work.engine.explain(image)


OPERATIONS = {"rules_explain": Operation(rules_explain, {"id": required(ID)})}
