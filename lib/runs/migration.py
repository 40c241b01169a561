"""Migrates a history of 0.2.0."""

from __future__ import annotations

import sqlite3

FROM_VERSION = 1


def migrate(connection: sqlite3.Connection, path: str) -> None:
    """Later."""
