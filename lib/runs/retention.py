"""How long the history is kept: runs that changed something longer than those that did not."""

from __future__ import annotations

import json

from lib.log import logger
from lib.runs.database import Database
from lib.runs.history import WROTE

# What an applied preview planned was changed by the run that applied it. Counts that cannot be read prove nothing.
_MAY_MATTER = (
    f"(mode NOT LIKE '%preview' AND ({WROTE} OR (status IN ('stopped', 'failed') "  # noqa: S608 - fixed
    "AND CASE WHEN json_valid(counts) THEN json_type(counts, '$.changed') IS NOT NULL ELSE 1 END "
    "AND EXISTS (SELECT 1 FROM images WHERE images.plan = runs.plan AND state = 'planned'))))"
)


def forget(store: Database, run: int) -> None:
    """Take a run that did nothing out of the history, so that those worth keeping are kept longer."""
    with store.write() as connection:
        connection.execute("DELETE FROM runs WHERE id = ?", (run,))


def drop_old(store: Database, keep: int, *, spare: int | None = None) -> None:
    """Forget all but the newest `keep` runs that changed something, or still may, and the newest `keep` others.

    With what stays, and with `spare`, stay the plan that it carries out and the run that it takes back.
    """
    rows = store.read(f"SELECT id, plan, undoes, {_MAY_MATTER} AS matters FROM runs ORDER BY id DESC")  # noqa: S608 - fixed
    newest = [row for row in rows if row["matters"]][:keep] + [row for row in rows if not row["matters"]][:keep]
    kept = {spare, *(row["id"] for row in newest)}
    for row in rows:  # newest first: what a run refers to is older
        if row["id"] in kept:
            kept |= {row["plan"], row["undoes"]}
    dropped = [row for row in rows if row["id"] not in kept]
    if dropped:
        with store.write() as connection:
            ids = json.dumps([row["id"] for row in dropped])
            connection.execute("DELETE FROM runs WHERE id IN (SELECT value FROM json_each(?))", (ids,))
        lost = sum(row["matters"] for row in dropped)
        logger.info("%s old runs were dropped from the history; %s can no longer be undone.", len(dropped), lost)
