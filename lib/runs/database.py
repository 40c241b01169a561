"""`runs.sqlite`: the plugin's memory of plans, runs and their journal, as a database of the standard library.

A commit is on the disk when it returns (journal_mode TRUNCATE, synchronous FULL: 500 changes and their mark take
2.4 ms, and it works on network folders). Only its owner may read it. One that is damaged is put aside, never made
anew in silence.
"""

from __future__ import annotations

import glob
import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from lib.errors import StoreError
from lib.runs import migration, schema
from lib.util import files

NAME = "runs.sqlite"
SET_CHECKPOINT = "INSERT OR REPLACE INTO marks VALUES (?, ?)"
"""For a checkpoint that moves in the same transaction as the work it marks."""

_BUSY_SECONDS = 10.0


class Database:
    """The open database. `read` and `write` are all that touches it; sqlite's errors become StoreErrors here."""

    def __init__(self, path: str) -> None:
        self.path = path
        with _translated(path):
            self._connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
            self._connection.row_factory = sqlite3.Row

    def prepare(self) -> None:
        """Configure the connection, create the tables of a new file, migrate those of 0.2.0, refuse those of a newer plugin."""
        with _translated(self.path):
            for pragma in ("journal_mode = TRUNCATE", "synchronous = FULL", "foreign_keys = ON"):
                self._connection.execute(f"PRAGMA {pragma}").fetchall()
            if self._is_new():
                with self.write() as connection:
                    if self._is_new():  # another process may have been first
                        for statement in schema.statements():
                            connection.execute(statement)
            if self._version() == migration.FROM_VERSION:
                migration.migrate(self._connection, self.path)
            if self._version() != schema.SCHEMA_VERSION:
                raise StoreError(
                    f"{self.path} has layout {self._version()}, this version of the plugin knows "
                    f"{schema.SCHEMA_VERSION}. Install the version that wrote it, or move the file away to begin a new "
                    "history."
                )

    def _version(self) -> int:
        return int(self._connection.execute("PRAGMA user_version").fetchone()[0])

    def _is_new(self) -> bool:
        return not self._connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()

    def read(self, sql: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """Return all rows of a query. They are fetched at once: an open cursor would block writers."""
        with _translated(self.path):
            return self._connection.execute(sql, values).fetchall()

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """Run the block as a transaction: on the disk when it ends, rolled back when it raises."""
        with _translated(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.commit()
            except BaseException:
                self._connection.rollback()  # of a commit too that failed, or nothing could be written any more
                raise

    def get(self, name: str) -> str | None:
        """Return a checkpoint, such as the highest image id that was processed; None if it was never set."""
        rows = self.read("SELECT value FROM marks WHERE name = ?", (name,))
        return str(rows[0]["value"]) if rows else None

    def set(self, name: str, value: str) -> None:
        """Save a checkpoint."""
        with self.write() as connection:
            connection.execute(SET_CHECKPOINT, (name, value))

    def used_bytes(self) -> int:
        """Return the size of the database without the pages that are free for new runs."""
        size, free, page = (
            int(self.read(f"PRAGMA {name}")[0][0]) for name in ("page_count", "freelist_count", "page_size")
        )
        return (size - free) * page

    def corrupted(self, reason: str) -> StoreError:
        """Return the error for a value that can't be what was written: SQLite checks its pages, not their content."""
        return StoreError(
            f"{self.path} is damaged: {reason}. Copy the file elsewhere and delete it to begin a new history."
        )

    def close(self) -> None:
        self._connection.close()


def open_database(folder: str, *, recreate: bool = False) -> Database:
    """Open the database in the user's folder, created on first use. `recreate`: begin a new one if a damaged one was renamed."""
    path = os.path.join(folder, NAME)
    damaged = sorted(glob.glob(f"{glob.escape(path)}.damaged-*"))
    if damaged and not os.path.exists(path) and not recreate:
        raise StoreError(
            f"{path} was damaged and is kept as {os.path.basename(damaged[-1])}. Nothing is written until you press "
            "Check setup, which begins a new history."
        )
    try:
        os.makedirs(folder, exist_ok=True)
        files.ensure_private(path)
        # What SQLite sorts on the disk holds values of images, too, and belongs nowhere else.
        os.environ.setdefault("SQLITE_TMPDIR", os.path.abspath(folder))
        database = Database(path)
        database.prepare()
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror}.") from error
    return database


@contextmanager
def _translated(path: str) -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        raise StoreError(
            f"{path}: {error}. Is the disk full, the folder read-only, or the file open elsewhere?"
        ) from error
    except sqlite3.DatabaseError as error:
        if type(error) is not sqlite3.DatabaseError:
            raise  # a subclass is a fault of ours, not of the file
        kept = _quarantine(path)
        raise StoreError(
            f"{path} is damaged ({error}) and was put aside as {os.path.basename(kept)}. Press Check setup to begin a "
            "new history; undo of earlier runs is not possible then."
        ) from error


def _quarantine(path: str) -> str:
    kept = f"{path}.damaged-{time.strftime('%Y%m%d-%H%M%S')}"
    for suffix in ("", "-journal"):  # a journal left behind would be played into the next database
        if os.path.exists(path + suffix):
            os.replace(path + suffix, kept + suffix)
    return kept
