"""Opens the history: creates it, migrates that of 0.2.0, and refuses that of a newer version."""

from __future__ import annotations

import glob
import os

from lib.errors import StoreError
from lib.runs import migration, schema
from lib.runs.database import Database
from lib.util import files

NAME = "runs.sqlite"


def open_database(folder: str, *, recreate: bool = False) -> Database:
    """Open the database in the user's folder, created on first use. `recreate`: begin a new one if a damaged one was renamed."""
    path = os.path.join(folder, NAME)
    damaged = sorted(glob.glob(f"{glob.escape(path)}.damaged-*"))
    if damaged and not os.path.exists(path) and not recreate:
        raise StoreError(
            f"{path} is corrupted and was renamed to {os.path.basename(damaged[-1])}. Run Check setup to start a new history."
        )
    try:
        os.makedirs(folder, exist_ok=True)
        files.ensure_private(path)
        # SQLite's temporary files hold values of images, too, so they belong in this folder.
        os.environ.setdefault("SQLITE_TMPDIR", os.path.abspath(folder))
        database = Database(path)
        _prepare(database)
    except OSError as error:
        raise StoreError(f"{path} can't be written: {error.strerror}.") from error
    return database


def _prepare(database: Database) -> None:
    database.configure()
    if database.is_new():
        with database.write() as connection:
            if database.is_new():  # another process may have been first
                for statement in schema.statements():
                    connection.execute(statement)
    if database.version() == migration.FROM_VERSION:
        migration.migrate(database)
    version = database.version()
    if version != schema.SCHEMA_VERSION:
        raise StoreError(
            f"{database.path} has layout {version}, but this version of Image Tools only reads layout "
            f"{schema.SCHEMA_VERSION}. Install the version that wrote it, or move the file to start a new history."
        )
