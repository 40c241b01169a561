"""New images to try again for a day: their sidecar may still be written, or Stash refused the update. All SQL on `waiting`."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta, timezone

from lib.log import logger
from lib.runs.database import Database
from lib.runs.plans import Plan

PATIENCE = timedelta(hours=24)
MAX_LOGGED = 3
_REMOVE = "DELETE FROM waiting WHERE image = ?"


def due(db: Database) -> list[str]:
    """Return the images to try again, among them those that waited for a day, for the last time."""
    return [str(row["image"]) for row in db.read("SELECT image FROM waiting ORDER BY image")]


def delete(db: Database, plan_id: int) -> None:
    """Stop waiting for the images of a plan: what it did is undone, and must not be done again."""
    ids = Plan(db, plan_id).image_ids()
    with db.write() as connection:
        connection.executemany(_REMOVE, [(id_,) for id_ in ids])


def update(
    connection: sqlite3.Connection, checked: Collection[str], lacking: Mapping[str, str], undone: Collection[str]
) -> list[str]:
    """Update after a page, in a transaction, which images wait. Returns those that are given up.

    lacking: images that lack a sidecar (id -> path); they wait if they are younger than a day. undone: images that
    weren't changed. Both wait for a day; the others of `checked` no longer do.
    """
    now = datetime.now(timezone.utc)
    rows = connection.execute("SELECT image FROM waiting WHERE since < ?", (_text(now - PATIENCE),))
    overdue = {str(row["image"]) for row in rows}
    pending = {image for image in checked if image in undone or (image in lacking and _is_young(lacking[image]))}
    wait = pending - overdue
    removed = {image for image in set(checked) - wait if connection.execute(_REMOVE, (int(image),)).rowcount}
    connection.executemany("INSERT OR IGNORE INTO waiting VALUES (?, ?)", [(int(image), _text(now)) for image in wait])
    return sorted(removed & (pending | lacking.keys()), key=int)


def log_given_up(late: Collection[object]) -> None:
    """Log which images are given up, if there are any."""
    if late:
        shown = ", ".join(map(str, list(late)[:MAX_LOGGED])) + (" …" if len(late) > MAX_LOGGED else "")
        logger.warning(
            "Gave up on %s images after 24 hours (sidecar missing, or update refused by Stash): %s", len(late), shown
        )


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _is_young(path: str) -> bool:
    try:
        return time.time() - os.stat(path).st_mtime < PATIENCE.total_seconds()
    except OSError:
        return False  # a page of an archive, or deleted: no sidecar will follow
