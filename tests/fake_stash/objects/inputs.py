"""Inputs of mutations, read field by field: what each field becomes, and what is said of a bad one.

A field that is absent changes nothing; null clears.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from typing import Any

from tests.fake_stash.language.errors import ServerError, panic
from tests.fake_stash.language.numbers import atoi, quote
from tests.fake_stash.language.versions import since
from tests.fake_stash.objects.fields import ids
from tests.fake_stash.store.dates import parse_date
from tests.fake_stash.store.images import Changes
from tests.fake_stash.store.joins import Change, IdJoin, ValueJoin
from tests.fake_stash.store.stash_ids import StashIds

PICTURE = re.compile("data:|https?:")

Reader = Callable[[Changes, Any], None]
Readers = dict[str, Reader]


def read(given: dict[str, Any], readers: Readers, changes: Changes | None = None) -> Changes:
    """The changes that the given fields ask for."""
    changes = Changes() if changes is None else changes
    for name, reader in readers.items():
        if name in given:
            reader(changes, given[name])
    return changes


def text(column: str) -> Reader:
    """A text without spaces around it; empty is null."""

    def reader(changes: Changes, value: str | None) -> None:
        changes.columns[column] = _trimmed(value or "") or None

    return reader


def _trimmed(value: str) -> str:
    return value.strip() if since("v0.30.0") else value


def number(column: str) -> Reader:
    """A number, whatever it is: the server checks no range."""

    def reader(changes: Changes, value: float | None) -> None:
        changes.columns[column] = value

    return reader


def flag(column: str) -> Reader:
    """True or false; the server panics on null."""

    def reader(changes: Changes, value: bool | None) -> None:
        if value is None:
            raise panic("null value not allowed in optional bool")
        changes.columns[column] = value

    return reader


def switch(column: str) -> Reader:
    """The same for a new object, where null is false."""

    def reader(changes: Changes, value: bool | None) -> None:
        changes.columns[column] = bool(value)

    return reader


def picture(column: str) -> Reader:
    """A picture in the request; the fake server only knows that there is one."""

    def reader(changes: Changes, value: str | None) -> None:
        if value and not PICTURE.match(value):
            raise ServerError(f'processing image: Get {quote(value)}: unsupported protocol scheme ""')
        changes.columns[column] = value and hashlib.md5(value.encode(), usedforsecurity=False).hexdigest()

    return reader


def date(column: str, label: str) -> Reader:
    """A date, empty clears."""

    def reader(changes: Changes, value: str | None) -> None:
        try:
            day, precision = parse_date(value) if value else (None, None)
        except ServerError as error:
            raise ServerError(f"converting {label}: {error}") from error
        changes.columns |= {column: day, f"{column}_precision": precision}

    return reader


def reference(column: str, label: str) -> Reader:
    """The id of another object."""

    def reader(changes: Changes, value: str | None) -> None:
        changes.columns[column] = (
            None if value is None else atoi(value, f"converting {label}: converting {value} to int: ")
        )

    return reader


def id_set(join: IdJoin, label: str) -> Reader:
    """The ids of all objects that shall be joined."""

    def reader(changes: Changes, value: list[str] | None) -> None:
        changes.lists[join] = Change(ids(value, f"converting {label}: "))

    return reader


def id_change(join: IdJoin, label: str) -> Reader:
    """Ids with a mode; null changes nothing."""

    def reader(changes: Changes, value: dict[str, Any] | None) -> None:
        if value is not None:
            given = value.get("ids") or []
            context = f"converting {label}: converting ids [[{' '.join(given)}]]: "
            changes.lists[join] = Change(ids(given, context), value["mode"])

    return reader


def text_set(join: ValueJoin) -> Reader:
    """All texts that shall be joined."""

    def reader(changes: Changes, value: Iterable[str] | None) -> None:
        changes.lists[join] = Change([_trimmed(each) for each in value or ()])

    return reader


def text_change(join: ValueJoin) -> Reader:
    """Texts with a mode; null changes nothing."""

    def reader(changes: Changes, value: dict[str, Any] | None) -> None:
        if value is not None:
            changes.lists[join] = Change([_trimmed(each) for each in value.get("values") or ()], value["mode"])

    return reader


def stash_ids(join: StashIds) -> Reader:
    """All ids on other servers' lists."""

    def reader(changes: Changes, value: list[dict[str, Any]] | None) -> None:
        changes.lists[join] = Change(value or [])

    return reader


def one_text(join: ValueJoin) -> Reader:
    """The old field for a single url."""

    def reader(changes: Changes, value: str | None) -> None:
        changes.lists[join] = Change([] if value is None else [_trimmed(value)])

    return reader
