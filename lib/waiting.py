"""Images whose sidecar is not there yet: the program that downloads them may still be writing. Kept for a day."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone

from lib.log import logger
from lib.store import Store

PATIENCE = timedelta(hours=24)
_TOLD = 3
_REMOVE = "DELETE FROM waiting WHERE image = ?"


def due(store: Store) -> list[str]:
    """The images to try again; those that have waited for a day are given up, and reported."""
    oldest = (datetime.now(timezone.utc) - PATIENCE).isoformat(timespec="seconds")
    late = [row["image"] for row in store.read("SELECT image FROM waiting WHERE since < ?", (oldest,))]
    if late:
        _tell(late)
        with store.write() as connection:
            connection.execute("DELETE FROM waiting WHERE since < ?", (oldest,))
    return [str(row["image"]) for row in store.read("SELECT image FROM waiting ORDER BY image")]


def update(store: Store, looked_at: Sequence[str], lacking: Mapping[str, str]) -> None:
    """After a page: pictures lacking one (id -> path) wait if they are younger than a day, the others no longer do.

    One that waited and has grown too old for it is reported.
    """
    now = datetime.now(timezone.utc).isoformat(timespec="seconds")
    wait = [image for image in looked_at if image in lacking and _is_young(lacking[image])]
    done = set(looked_at) - set(wait)
    with store.write() as connection:
        left = {image for image in done if connection.execute(_REMOVE, (int(image),)).rowcount}
        connection.executemany("INSERT OR IGNORE INTO waiting VALUES (?, ?)", [(int(image), now) for image in wait])
    if late := sorted(left & lacking.keys(), key=int):
        _tell(late)


def _tell(late: Sequence[object]) -> None:
    shown = ", ".join(map(str, late[:_TOLD])) + (" …" if len(late) > _TOLD else "")
    logger.warning("%s images had no readable sidecar for a day and are given up: %s", len(late), shown)


def _is_young(path: str) -> bool:
    try:
        return time.time() - os.stat(path).st_mtime < PATIENCE.total_seconds()
    except OSError:
        return False  # a page of an archive, or gone: nothing will come to lie beside it
