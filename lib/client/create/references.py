"""Names of tags, performers, studios and galleries in a new image, as the ids that the server wants."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lib.changes import KINDS
from lib.errors import DataError
from lib.stash.connection import Connection
from lib.stash.names import NameIndex


def resolve_names(connection: Connection, fields: dict[str, Any]) -> dict[str, Any]:
    """The fields, objects as dicts, with an id for each name. A DataError names all that mean nobody, or several.

    A name is an object with a name (of a gallery: a title) and no id, or text that is no whole number.
    """
    named = {field: KINDS[field] for field in KINDS if any(_name(item) for item in _items(fields.get(field)))}
    if not named:
        return fields
    book = NameIndex(connection, dict.fromkeys(named.values()))
    wrong: list[str] = []
    found = dict(fields)
    for field, kind in named.items():
        items = [_resolved(book, kind, field, item, wrong) for item in _items(fields[field])]
        found[field] = items if isinstance(fields[field], (list, tuple)) else items[0]
    if wrong:
        raise DataError("; ".join(wrong) + ".")
    return found


def _resolved(book: NameIndex, kind: str, field: str, item: Any, wrong: list[str]) -> Any:
    name = _name(item)
    if name is None:
        return item
    found = book.find(kind, name)
    if found.ref is None or found.refused:
        could = f"it could be {', '.join(found.ambiguous)}" if found.ambiguous else "there is none of that name"
        wrong.append(f"image.{field}: {name!r}: {found.refused or could}")
        return item
    return found.ref.id


def _items(value: Any) -> Iterator[Any]:
    if isinstance(value, (list, tuple)):
        yield from value
    elif value is not None:
        yield value


def _name(item: Any) -> str | None:
    """The name by which something is referred to; None where it is an id, or nothing that could be either."""
    if isinstance(item, dict) and item.get("id") is None:
        item = item.get("name") or item.get("title")
        return item if isinstance(item, str) else None
    return item if isinstance(item, str) and not item.isdecimal() else None
