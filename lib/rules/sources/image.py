"""`image.*`: the image's fields as earlier rules planned them. `gallery.*`: the fields of its galleries."""

from __future__ import annotations

from functools import partial
from typing import Any

from lib.changes import LIST_FIELDS, REF_FIELDS, SINGLE_FIELDS, Ref
from lib.rules.image.context import Scope
from lib.rules.sources.base import Source, SourceNamespace, as_names

_FIXED = ("id", "o_counter", "created_at", "updated_at")
_OF_FILE = ("width", "height", "size")
IMAGE_NAMES = (*SINGLE_FIELDS, *LIST_FIELDS, *_FIXED, *_OF_FILE)
GALLERY_NAMES = (
    "title",
    "code",
    "date",
    "details",
    "photographer",
    "rating100",
    "urls",
    "studio",
    "tags",
    "performers",
)


def _planned(name: str, scope: Scope) -> Any:
    value = scope.field(name)
    if isinstance(value, Ref):
        return value.name
    if name in REF_FIELDS:
        return as_names(value or ())
    return list(value) or None if name == "urls" else value


def _fixed(name: str, scope: Scope) -> Any:
    return scope.context.image.get(name)


def _of_file(name: str, scope: Scope) -> Any:
    return scope.context.file.get(name)


def _image(name: str) -> Source | None:
    if name in SINGLE_FIELDS or name in LIST_FIELDS:
        # `organized` is the value at the start of the run, which no rule changes.
        planned_field = None if name == "organized" else name
        return Source(f"image.{name}", partial(_planned, name), frozenset({name}), planned_field)
    if name in _FIXED:
        return Source(f"image.{name}", partial(_fixed, name), frozenset({name}))
    if name in _OF_FILE:
        return Source(f"image.{name}", partial(_of_file, name), frozenset({"files", "size"}))
    return None


def _common(name: str, scope: Scope) -> Any:
    """Return the galleries' value; None if they differ."""
    values = [_of_gallery(gallery, name) for gallery in scope.context.image.get("galleries") or ()]
    return values[0] if values and all(value == values[0] for value in values) else None


def _of_gallery(gallery: dict[str, Any], name: str) -> Any:
    value = gallery.get(name)
    if isinstance(value, dict):
        return value["name"]
    if name in REF_FIELDS:
        return [item["name"] for item in value or ()] or None
    return value or None


def _gallery(name: str) -> Source | None:
    if name not in GALLERY_NAMES:
        return None
    return Source(f"gallery.{name}", partial(_common, name), frozenset({f"gallery.{name}"}))


IMAGE = SourceNamespace(_image, IMAGE_NAMES)
GALLERY = SourceNamespace(_gallery, GALLERY_NAMES)
