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
from lib.util import files

NAME = "runs.sqlite"
SCHEMA_VERSION = 1
"""The version of the tables below, kept in the file itself."""

SET_MARK = "INSERT OR REPLACE INTO marks VALUES (?, ?)"
"""For a mark that moves in the same transaction as what it stands for."""

_BUSY_SECONDS = 10.0
_TABLES = """
CREATE TABLE runs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  mode TEXT NOT NULL,
  status TEXT NOT NULL,
  by_hand INTEGER NOT NULL,
  started TEXT NOT NULL,
  ended TEXT,
  plan INTEGER REFERENCES runs (id),
  undoes INTEGER REFERENCES runs (id),
  key TEXT NOT NULL DEFAULT '',
  error TEXT NOT NULL DEFAULT '',
  counts TEXT NOT NULL DEFAULT '{}'
);
CREATE TABLE images (
  plan INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  image INTEGER NOT NULL,
  path TEXT NOT NULL,
  md5 TEXT NOT NULL,
  organized INTEGER NOT NULL,
  state TEXT NOT NULL DEFAULT 'planned',
  reason TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (plan, image)
) WITHOUT ROWID;
CREATE INDEX images_by_state ON images (plan, state, image);
CREATE TABLE changes (
  plan INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  image INTEGER NOT NULL,
  field TEXT NOT NULL,
  previewed TEXT NOT NULL,
  rules TEXT NOT NULL,
  change TEXT NOT NULL,
  PRIMARY KEY (plan, image, field, previewed)
) WITHOUT ROWID;
CREATE TABLE names (
  plan INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  images INTEGER NOT NULL,
  id TEXT,
  state TEXT NOT NULL DEFAULT 'planned',
  PRIMARY KEY (plan, kind, name)
) WITHOUT ROWID;
CREATE TABLE notes (
  plan INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  image INTEGER,
  text TEXT NOT NULL
);
CREATE TABLE waiting (image INTEGER PRIMARY KEY, since TEXT NOT NULL);
CREATE TABLE marks (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""


class Database:
    """The open database. `read` and `write` are all that touches it; sqlite's errors become StoreErrors here."""

    def __init__(self, path: str) -> None:
        self.path = path
        with _translated(path):
            self._connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
            self._connection.row_factory = sqlite3.Row

    def prepare(self) -> None:
        """Set what every connection needs, make the tables of a new file, refuse those of a newer plugin."""
        with _translated(self.path):
            for pragma in ("journal_mode = TRUNCATE", "synchronous = FULL", "foreign_keys = ON"):
                self._connection.execute(f"PRAGMA {pragma}").fetchall()
            if self._is_new():
                with self.write() as connection:
                    if self._is_new():  # another process may have been first
                        for statement in _TABLES.split(";"):
                            connection.execute(statement)
                        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
            layout = int(self._connection.execute("PRAGMA user_version").fetchone()[0])
            if layout != SCHEMA_VERSION:
                raise StoreError(
                    f"{self.path} has layout {layout}, this version of the plugin knows {SCHEMA_VERSION}. "
                    "Install the version that wrote it, or move the file away to begin a new history."
                )

    def _is_new(self) -> bool:
        return not self._connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()

    def read(self, sql: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """All rows of a question. They are fetched at once: an open cursor would keep a writer out."""
        with _translated(self.path):
            return self._connection.execute(sql, values).fetchall()

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A transaction: on the disk when the block ends, undone when it raises."""
        with _translated(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.commit()
            except BaseException:
                self._connection.rollback()  # of a commit too that failed, or nothing could be written any more
                raise

    def get(self, name: str) -> str | None:
        """A value kept by name, such as the highest image id that was looked at."""
        rows = self.read("SELECT value FROM marks WHERE name = ?", (name,))
        return str(rows[0]["value"]) if rows else None

    def set(self, name: str, value: str) -> None:
        with self.write() as connection:
            connection.execute(SET_MARK, (name, value))

    def corrupted(self, what: str) -> StoreError:
        """What to raise where a value is not what was written: SQLite looks at its pages, not at what they say."""
        return StoreError(
            f"{self.path} is damaged: {what}. Copy the file elsewhere and delete it to begin a new history."
        )

    def close(self) -> None:
        self._connection.close()


def open_database(folder: str, *, anew: bool = False) -> Database:
    """The store in the user's folder, made on first use. `anew`: begin a new one where a damaged one was put aside."""
    path = os.path.join(folder, NAME)
    damaged = sorted(glob.glob(f"{glob.escape(path)}.damaged-*"))
    if damaged and not os.path.exists(path) and not anew:
        raise StoreError(
            f"{path} was damaged and is kept as {os.path.basename(damaged[-1])}. Nothing is written until you press "
            "Check setup, which begins a new history."
        )
    try:
        os.makedirs(folder, exist_ok=True)
        files.ensure_private(path)
        # What SQLite sorts on the disk holds values of images, too, and belongs nowhere else.
        os.environ.setdefault("SQLITE_TMPDIR", os.path.abspath(folder))
        store = Database(path)
        store.prepare()
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror}.") from error
    return store


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
