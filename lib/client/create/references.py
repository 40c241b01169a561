"""Resolve the names of tags, performers, studios and galleries in a new image to ids."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lib.changes import KINDS
from lib.errors import DataError
from lib.stash.connection import Connection
from lib.stash.names import NameIndex


def resolve_names(connection: Connection, fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields with an id for each name. Raises a DataError with all unknown and ambiguous names.

    A name is an object with a name (a gallery: a title) and without an id, or text that isn't a whole number.
    """
    named = {field: KINDS[field] for field in KINDS if any(_name(item) for item in _items(fields.get(field)))}
    if not named:
        return fields
    index = NameIndex(connection, dict.fromkeys(named.values()))
    errors: list[str] = []
    resolved = dict(fields)
    for field, kind in named.items():
        items = [_resolve(index, kind, field, item, errors) for item in _items(fields[field])]
        resolved[field] = items if isinstance(fields[field], (list, tuple)) else items[0]
    if errors:
        raise DataError("; ".join(errors) + ".")
    return resolved


def _resolve(index: NameIndex, kind: str, field: str, item: Any, errors: list[str]) -> Any:
    name = _name(item)
    if name is None:
        return item
    match = index.find(kind, name)
    if match.ref is None or match.refused:
        reason = f"could be {match.candidates}" if match.ambiguous else "doesn't exist"
        errors.append(f"image.{field}: {name!r}: {match.refused or reason}")
        return item
    return match.ref.id


def _items(value: Any) -> Iterator[Any]:
    if isinstance(value, (list, tuple)):
        yield from value
    elif value is not None:
        yield value


def _name(item: Any) -> str | None:
    """Return the name of a reference; None for an id and for invalid values."""
    if isinstance(item, dict) and item.get("id") is None:
        item = item.get("name") or item.get("title")
        return item if isinstance(item, str) else None
    return item if isinstance(item, str) and not item.isdecimal() else None
