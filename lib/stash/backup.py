"""Backs up Stash's database, as Backup under Settings > Tasks does."""

from __future__ import annotations

from lib.errors import TransportError
from lib.log import logger
from lib.stash.connection import Connection

SECONDS = 3600.0
"""How long a backup may take: Stash copies the whole database before it answers."""
_BACKUP = "mutation BackupDatabase { backupDatabase(input: {download: false}) }"


def back_up_database(connection: Connection) -> None:
    """Back up the database into Stash's backup folder; a TransportError if that fails.

    Stash answers no path (v0.30.1), but its own log has it.
    """
    try:
        path = connection.execute(_BACKUP, seconds=SECONDS)["backupDatabase"]
    except TransportError as error:
        error.args = (f"Stash's database could not be backed up, so nothing was applied. {error}",)
        raise
    logger.info("Stash's database was backed up. %s", f"File: {path}" if path else "Stash's log names the file.")
