"""The columns of a table, each with its GraphQL fields and its value."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from lib.changes import LIST_FIELDS, SELECTIONS, Ref


@dataclass(frozen=True)
class Column:
    """A column: its GraphQL fields, and a function that returns an image's value as JSON types (None is empty)."""

    name: str
    selection: str
    value: Callable[[dict[str, Any]], Any]


def _field(name: str) -> Column:
    return Column(name, SELECTIONS.get(name, name), lambda image: None if image[name] == "" else image[name])


def _file_field(name: str, selection: str) -> Column:
    def value(image: dict[str, Any]) -> Any:
        files = image["visual_files"]
        return files[0].get(name) if files else None

    return Column(name, f"visual_files{{{selection}}}", value)


def _entities(field: str, selection: str) -> Column:
    return Column(field, selection, lambda image: [name for name, _ in named_refs(image, field)])


def named_refs(image: dict[str, Any], field: str) -> list[tuple[str, Ref]]:
    """Return the tags, performers, galleries or the studio of an image, each with its name in tables."""
    items = image[field] if field in LIST_FIELDS else [image[field]] if image[field] else []
    return [(name := _name(item), Ref(str(item["id"]), name)) for item in items]


def _name(item: dict[str, Any]) -> str:
    if item.get("disambiguation"):
        return f"{item['name']} ({item['disambiguation']})"
    # A gallery of a folder or a zip usually has no title: the name of that folder or zip identifies it.
    sources = [item.get("folder"), *(item.get("files") or ())]
    basename = next((os.path.basename(source["path"]) for source in sources if source), f"gallery {item['id']}")
    return str(item.get("name") or item.get("title") or basename)


def _studio(image: dict[str, Any]) -> str | None:
    return next((name for name, _ in named_refs(image, "studio")), None)


_SIZES = "... on ImageFile{width height} ... on VideoFile{width height}"
_COLUMNS = (
    _field("id"),
    _file_field("path", "... on BaseFile{path}"),
    _field("title"),
    _field("code"),
    _field("date"),
    _field("rating100"),
    _field("organized"),
    _field("photographer"),
    _field("details"),
    Column("studio", "studio{id name}", _studio),
    _entities("performers", "performers{id name disambiguation}"),
    _entities("tags", "tags{id name}"),
    _entities("galleries", "galleries{id title folder{path} files{path}}"),
    _field("urls"),
    _file_field("width", _SIZES),
    _file_field("height", _SIZES),
    _file_field("size", "... on BaseFile{size}"),
    _field("updated_at"),
)
COLUMNS = {column.name: column for column in _COLUMNS}
"""Name -> column, in the order of a table's columns."""

KEYS = ("id", "path")
READ_ONLY = ("width", "height", "size", "updated_at")
EDITABLE = tuple(name for name in COLUMNS if name not in KEYS + READ_ONLY)


def selection(names: Iterable[str]) -> str:
    """Return the GraphQL fields of these columns."""
    return " ".join(dict.fromkeys(COLUMNS[name].selection for name in names))
