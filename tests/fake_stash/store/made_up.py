"""Images without files, as many as a measurement needs."""

from __future__ import annotations

from tests.fake_stash.store.clock import now
from tests.fake_stash.store.connection import Database


def add_images(database: Database, count: int) -> None:
    """Put so many images in; each has a title."""
    if count:
        moment = now()
        with database.transaction():
            database.fill(
                "INSERT INTO images (title, created_at, updated_at) VALUES (?, ?, ?)",
                ((f"Image {number}", moment, moment) for number in range(1, count + 1)),
            )
