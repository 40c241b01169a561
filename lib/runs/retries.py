"""New images to try again for a day: their sidecar may still be written, or Stash refused the update. All SQL on `waiting`."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Collection, Iterable, Mapping
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
    """Stop waiting for the images of a plan: what it did is undone or discarded, and must not be done again."""
    _delete(db, Plan(db, plan_id).image_ids())


def delete_decided(db: Database, plan_id: int) -> None:
    """Stop waiting for the images of a plan of which a change was excluded or edited: a retry would plan it again."""
    _delete(db, Plan(db, plan_id).decided_ids())


def _delete(db: Database, ids: Iterable[int]) -> None:
    with db.write() as connection:
        connection.executemany(_REMOVE, [(id_,) for id_ in ids])


def expect(connection: sqlite3.Connection, planned: Collection[str], lacking: Mapping[str, str]) -> None:
    """Record after planning, in a transaction, which of the planned images lack a sidecar: `update` needs it once they
    are applied. lacking: as there.
    """
    now = _text(datetime.now(timezone.utc))
    young = [(int(image), now) for image in planned if image in lacking and _is_young(lacking[image])]
    connection.executemany("INSERT OR IGNORE INTO waiting (image, since) VALUES (?, ?)", young)
    flags = [(image in lacking, int(image)) for image in planned]
    connection.executemany("UPDATE waiting SET lacks_sidecar = ? WHERE image = ?", flags)


def lacking(db: Database, images: Mapping[str, str]) -> dict[str, str]:
    """Return those of these images (id -> path) that lack a sidecar, as `expect` recorded."""
    sql = "SELECT image FROM waiting WHERE lacks_sidecar AND image IN (SELECT value FROM json_each(?))"
    rows = db.read(sql, (json.dumps([int(image) for image in images]),))
    return {str(row["image"]): images[str(row["image"])] for row in rows}


def hand_over(connection: sqlite3.Connection, images: Collection[str]) -> None:
    """Stop waiting for images whose plan is held, in a transaction; those that lack a sidecar still wait for it."""
    sql = "DELETE FROM waiting WHERE image = ? AND NOT lacks_sidecar"
    connection.executemany(sql, [(int(image),) for image in images])


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
    sql = "INSERT OR IGNORE INTO waiting (image, since) VALUES (?, ?)"
    connection.executemany(sql, [(int(image), _text(now)) for image in wait])
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
