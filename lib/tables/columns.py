"""The columns of a table, and what each holds of an image."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from lib.changes import LIST_FIELDS, SELECTIONS, Ref


@dataclass(frozen=True)
class Column:
    """One column: what to ask the server for it, and its value of an image as JSON can hold it (None is empty)."""

    name: str
    selection: str
    value: Callable[[dict[str, Any]], Any]


def _plain(name: str) -> Column:
    return Column(name, SELECTIONS.get(name, name), lambda image: None if image[name] == "" else image[name])


def _of_file(name: str, selection: str) -> Column:
    def value(image: dict[str, Any]) -> Any:
        files = image["visual_files"]
        return files[0].get(name) if files else None

    return Column(name, f"visual_files{{{selection}}}", value)


def _names(field: str, selection: str) -> Column:
    return Column(field, selection, lambda image: [name for name, _ in shown(image, field)])


def shown(image: dict[str, Any], field: str) -> list[tuple[str, Ref]]:
    """What an image refers to in this field: each under the name that a table shows."""
    items = image[field] if field in LIST_FIELDS else [image[field]] if image[field] else []
    return [(name := _name(item), Ref(str(item["id"]), name)) for item in items]


def _name(item: dict[str, Any]) -> str:
    if item.get("disambiguation"):
        return f"{item['name']} ({item['disambiguation']})"
    # A gallery of a folder or a zip has no title as a rule: what it is made of says which one it is.
    places = [item.get("folder"), *(item.get("files") or ())]
    place = next((os.path.basename(place["path"]) for place in places if place), f"gallery {item['id']}")
    return str(item.get("name") or item.get("title") or place)


def _studio(image: dict[str, Any]) -> str | None:
    return next((name for name, _ in shown(image, "studio")), None)


_SIZES = "... on ImageFile{width height} ... on VideoFile{width height}"
_COLUMNS = (
    _plain("id"),
    _of_file("path", "... on BaseFile{path}"),
    _plain("title"),
    _plain("code"),
    _plain("date"),
    _plain("rating100"),
    _plain("organized"),
    _plain("photographer"),
    _plain("details"),
    Column("studio", "studio{id name}", _studio),
    _names("performers", "performers{id name disambiguation}"),
    _names("tags", "tags{id name}"),
    _names("galleries", "galleries{id title folder{path} files{path}}"),
    _plain("urls"),
    _of_file("width", _SIZES),
    _of_file("height", _SIZES),
    _of_file("size", "... on BaseFile{size}"),
    _plain("updated_at"),
)
COLUMNS = {column.name: column for column in _COLUMNS}
"""Every column by its name, in the order in which tables have them."""

KEYS = ("id", "path")
READ_ONLY = ("width", "height", "size", "updated_at")
EDITABLE = tuple(name for name in COLUMNS if name not in KEYS + READ_ONLY)


def selection(names: Iterable[str]) -> str:
    """What to ask the server for these columns."""
    return " ".join(dict.fromkeys(COLUMNS[name].selection for name in names))
