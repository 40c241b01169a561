"""`runs.sqlite`: the plugin's memory of plans, runs and their journal, as a database of the standard library.

A commit is on the disk when it returns (journal_mode TRUNCATE, synchronous FULL: 500 changes and their mark take
2.4 ms, and it works on network folders). Only its owner may read it. A damaged one is renamed, and never
replaced silently.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from lib.errors import StoreError

SET_CHECKPOINT = "INSERT OR REPLACE INTO marks VALUES (?, ?)"
"""For a checkpoint that moves in the same transaction as the work it marks."""

_BUSY_SECONDS = 10.0


def run_lock_path(path: str) -> str:
    """Return the file whose lock only one run holds, beside the database."""
    return os.path.join(os.path.dirname(path), "runs.lock")


class Database:
    """The open database. `read` and `write` are all that touches it; sqlite's errors become StoreErrors here."""

    def __init__(self, path: str) -> None:
        self.path = path
        with translated_errors(path):
            self._connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
            self._connection.row_factory = sqlite3.Row

    def configure(self) -> None:
        """Set what every connection needs."""
        with translated_errors(self.path):
            for pragma in ("journal_mode = TRUNCATE", "synchronous = FULL", "foreign_keys = ON"):
                self._connection.execute(f"PRAGMA {pragma}").fetchall()

    @property
    def connection(self) -> sqlite3.Connection:
        """SQLite's connection, for what opens a history; everything else uses `read` and `write`."""
        return self._connection

    def version(self) -> int:
        """Return the version of the tables."""
        return int(self.read("PRAGMA user_version")[0][0])

    def is_new(self) -> bool:
        """Whether the file has no tables yet."""
        return not self.read("SELECT 1 FROM sqlite_master LIMIT 1")

    def read(self, sql: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """Return all rows of a query. They are fetched at once: an open cursor would block writers."""
        with translated_errors(self.path):
            return self._connection.execute(sql, values).fetchall()

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """Run the block as a transaction: on the disk when it ends, rolled back when it raises."""
        with translated_errors(self.path):
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
        return StoreError(f"{self.path} is corrupted: {reason}. Copy the file, then delete it to start a new history.")

    def close(self) -> None:
        self._connection.close()


@contextmanager
def translated_errors(path: str) -> Iterator[None]:
    """Raise SQLite's errors as StoreErrors; a damaged file is renamed."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise StoreError(
            f"{path}: {error}. Is the disk full, the folder read-only, or the file open elsewhere?"
        ) from error
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        if type(error) not in {sqlite3.DatabaseError, UnicodeDecodeError}:
            raise  # a subclass is a fault of ours, not of the file
        # UnicodeDecodeError: SQLite's own message quotes text of the file that isn't UTF-8.
        kept = _quarantine(path)
        raise StoreError(
            f"{path} is corrupted ({error}) and was renamed to {os.path.basename(kept)}. Run Check setup to start a "
            "new history. Earlier runs can't be undone then."
        ) from error


def _quarantine(path: str) -> str:
    kept = f"{path}.damaged-{time.strftime('%Y%m%d-%H%M%S')}"
    for suffix in ("", "-journal"):  # a journal left behind would be played into the next database
        if os.path.exists(path + suffix):
            os.replace(path + suffix, kept + suffix)
    return kept
