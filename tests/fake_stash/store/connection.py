"""The database: one connection, one lock, one transaction at a time."""

from __future__ import annotations

import json
import math
import re
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from tests.fake_stash.language.errors import ServerError
from tests.fake_stash.store.natural import compare

Row = sqlite3.Row

TABLES = Path(__file__).with_name("tables.sql")


class Database:
    """SQLite in memory. Everything runs under one lock: readers see whole transactions only."""

    def __init__(self) -> None:
        self._connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self._connection.row_factory = Row
        self._connection.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
        self._connection.create_function("regexp", 2, _matches, deterministic=True)
        self._connection.create_function("mod", 2, math.fmod, deterministic=True)
        self._connection.create_function("basename", 1, _basename, deterministic=True)
        self._connection.create_collation("NATURAL_CI", compare)
        self._connection.executescript(TABLES.read_text(encoding="utf-8"))
        self._connection.execute("PRAGMA foreign_keys = ON")
        self._lock = threading.RLock()
        self._after_commit: list[Callable[[], None]] = []

    def close(self) -> None:
        """Forget everything."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it or nothing. What was given to `after_commit` runs when it is done and the lock is free."""
        with self._lock:
            self._connection.execute("BEGIN")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                self._after_commit.clear()
                raise
            self._connection.execute("COMMIT")
            actions, self._after_commit = self._after_commit, []
        for action in actions:
            action()

    def after_commit(self, action: Callable[[], None]) -> None:
        """Run this once the transaction at hand is committed; forget it if that fails."""
        self._after_commit.append(action)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Several reads of one state."""
        with self._lock:
            yield

    def rows(self, sql: str, arguments: Sequence[Any] = ()) -> list[Row]:
        """All rows of a query."""
        with self._lock:
            return self._run(sql, arguments).fetchall()

    def row(self, sql: str, arguments: Sequence[Any] = ()) -> Row | None:
        """The first row, if there is one."""
        with self._lock:
            found: Row | None = self._run(sql, arguments).fetchone()
            return found

    def value(self, sql: str, arguments: Sequence[Any] = ()) -> Any:
        """The first value of the first row; None without a row."""
        found = self.row(sql, arguments)
        return found[0] if found else None

    def column(self, sql: str, arguments: Sequence[Any] = ()) -> list[Any]:
        """The first value of every row."""
        return [row[0] for row in self.rows(sql, arguments)]

    def execute(self, sql: str, arguments: Sequence[Any] = (), context: str = "error executing") -> int:
        """Change something; the id of the row inserted last. `context` begins the error's text."""
        with self._lock:
            return self._run(sql, arguments, context).lastrowid or 0

    def back_up(self, path: str) -> None:
        """Write a copy of the whole database to a new file."""
        with self._lock:
            try:
                self._connection.execute("VACUUM INTO ?", (path,))
            except sqlite3.Error as error:
                raise ServerError(f"vacuum failed: {error}") from error

    def insert(self, table: str, columns: dict[str, Any], context: str = "") -> None:
        """A row whose error shows its values within the statement."""
        names = ", ".join(f"`{name}`" for name in columns)
        shown = ", ".join(self.column("SELECT quote(value) FROM json_each(?)", [json.dumps(list(columns.values()))]))
        self.execute(
            f"INSERT INTO `{table}` ({names}) VALUES ({shown})", (), f"{context}inserting into {table}: executing"
        )

    def fill(self, sql: str, arguments: Iterable[Sequence[Any]]) -> None:
        """Insert many rows."""
        with self._lock:
            self._connection.executemany(sql, arguments)

    def _run(self, sql: str, arguments: Sequence[Any], context: str = "error executing") -> sqlite3.Cursor:
        try:
            return self._connection.execute(*_bound(sql, arguments))
        except sqlite3.Error as error:
            raise ServerError(f"{context} `{sql}` [{go_list(arguments)}]: {error}") from error


def _bound(sql: str, arguments: Sequence[Any]) -> tuple[str, Sequence[Any]]:
    """A name of a file that is no UTF-8 goes into the database byte by byte, which sqlite3 does for no text."""
    wild = [isinstance(value, str) and not value.isascii() and value != _replaced(value) for value in arguments]
    if not any(wild):
        return sql, arguments
    first, *pieces = sql.split("?")
    holders = ["CAST(? AS TEXT)" if each else "?" for each in wild]
    text = first + "".join(holder + piece for holder, piece in zip(holders, pieces, strict=True))
    pairs = zip(arguments, wild, strict=True)
    return text, [value.encode("utf-8", "surrogateescape") if each else value for value, each in pairs]


def _replaced(value: str) -> str:
    return value.encode("utf-8", "replace").decode()


def id_list(ids: Iterable[int]) -> str:
    """Ids as one argument for `IN (SELECT value FROM json_each(?))`, however many they are."""
    return json.dumps(list(ids))


def go_list(values: Sequence[Any]) -> str:
    """Values as Go prints a slice."""
    words = {None: "<nil>", True: "true", False: "false"}
    return (
        "["
        + " ".join(words[value] if value is None or isinstance(value, bool) else str(value) for value in values)
        + "]"
    )


@lru_cache(maxsize=1000)
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _matches(pattern: str, text: str | None) -> bool:
    return text is not None and _pattern(pattern).search(text) is not None


def _basename(path: str) -> str:
    return path.rsplit("/", 1)[-1]
