"""Notes from planning, about an image or about the run. All SQL on `notes` is here."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from lib.runs.database import Database

LIMIT = 50


class PlanNote(NamedTuple):
    """A note about an image, or without an id about the run."""

    image_id: str | None
    text: str


def insert(connection: sqlite3.Connection, plan: int, notes: Iterable[PlanNote]) -> None:
    """Add notes, in the transaction that adds their images."""
    connection.executemany("INSERT INTO notes VALUES (?, ?, ?)", [(plan, *note) for note in notes])


def remove(connection: sqlite3.Connection, plan: int, ids: str) -> None:
    """Remove the notes about images, whose ids are JSON, in the transaction that removes them."""
    connection.execute("DELETE FROM notes WHERE plan = ? AND image IN (SELECT value FROM json_each(?))", (plan, ids))


def as_json(db: Database, plan: int, limit: int = LIMIT) -> list[dict[str, str | None]]:
    """Return the first notes of a plan: image id or None, and the text."""
    rows = db.read("SELECT image, text FROM notes WHERE plan = ? LIMIT ?", (plan, limit))
    return [{"id": None if row["image"] is None else str(row["image"]), "text": row["text"]} for row in rows]
