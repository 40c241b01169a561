"""New images to try again: their sidecar may still be written, or Stash refused what the rules gave them. For a day."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta, timezone

from lib.log import logger
from lib.runs.database import Database

PATIENCE = timedelta(hours=24)
_TOLD = 3
_REMOVE = "DELETE FROM waiting WHERE image = ?"


def due(store: Database) -> list[str]:
    """The images to try again; those that have waited for a day for the last time."""
    return [str(row["image"]) for row in store.read("SELECT image FROM waiting ORDER BY image")]


def forget(store: Database, plan_id: int) -> None:
    """Wait no longer for the images of a plan: what it did is taken back, and is not to be done again."""
    with store.write() as connection:
        sql = "DELETE FROM waiting WHERE image IN (SELECT image FROM images WHERE plan = ?)"
        connection.execute(sql, (plan_id,))


def update(
    connection: sqlite3.Connection, looked_at: Collection[str], lacking: Mapping[str, str], undone: Collection[str]
) -> list[str]:
    """After a page, in a transaction of the store: who waits on. Returns those that are given up.

    Pictures that lack a sidecar (id -> path) wait if they are younger than a day, as do those that are `undone`, both
    for a day; the others of `looked_at` no longer do.
    """
    now = datetime.now(timezone.utc)
    rows = connection.execute("SELECT image FROM waiting WHERE since < ?", (_text(now - PATIENCE),))
    over = {str(row["image"]) for row in rows}
    wanted = {image for image in looked_at if image in undone or (image in lacking and _is_young(lacking[image]))}
    wait = wanted - over
    left = {image for image in set(looked_at) - wait if connection.execute(_REMOVE, (int(image),)).rowcount}
    connection.executemany("INSERT OR IGNORE INTO waiting VALUES (?, ?)", [(int(image), _text(now)) for image in wait])
    return sorted(left & (wanted | lacking.keys()), key=int)


def log_given_up(late: Collection[object]) -> None:
    """Say which images are given up, if there are any."""
    if late:
        shown = ", ".join(map(str, list(late)[:_TOLD])) + (" …" if len(late) > _TOLD else "")
        logger.warning(
            "%s images had no readable sidecar for a day, or were refused by Stash, and are given up: %s",
            len(late),
            shown,
        )


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _is_young(path: str) -> bool:
    try:
        return time.time() - os.stat(path).st_mtime < PATIENCE.total_seconds()
    except OSError:
        return False  # a page of an archive, or gone: nothing will come to lie beside it
