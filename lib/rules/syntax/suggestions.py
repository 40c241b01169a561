"""Suggestions for unknown names: common guesses and their replacements, or the closest name."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from lib.rules.syntax.diagnostics import allowed_values

_STARS = "use rating100, from 0 to 100 (4 stars = 80)"

HINTS: dict[str, dict[str, str]] = {
    "condition": {
        "rating": _STARS,
        "stars": _STARS,
        "tag": "use has: {tags: NAME}",
        "tags": "use has: {tags: NAME}; for images without any, missing: tags",
        "performer": "use has: {performers: NAME}",
        "performers": "use has: {performers: NAME}; for images without any, missing: performers",
        "studio": "use has: {studio: NAME}; for images without one, missing: studio",
        "gallery": "use in_gallery: true, or has: {galleries: NAME}",
        "galleries": "use in_gallery: true, or has: {galleries: NAME}",
        "filename": "use name, a glob such as 'IMG_*'",
        "file": "use path or name",
        "basename": "use name, a glob such as 'IMG_*'",
        "glob": "use path: 'twitter/**'",
        "regex": "use path: {regex: …}",
        "extension": "use ext",
        "filesize": "use size: {gt: 5MB}",
        "resolution": "use width, height or megapixels",
        "title": "use image.title, or missing: title",
        "code": "use image.code, or missing: code",
        "details": "use image.details, or missing: details",
        "photographer": "use image.photographer, or missing: photographer",
        "url": "use image.urls, or missing: urls",
        "urls": "use image.urls, or missing: urls",
        "keywords": "use meta.keywords",
        "camera": "use meta.camera",
        "empty": "use missing: FIELD, or the source's name with {empty: true}",
        "exists": "use not: {missing: FIELD}",
        "and": "the conditions of a map must all hold already; for a list of maps, use all:",
        "or": "use any: with a list of maps",
        "is_video": "use video: true",
        "o_count": "use o_counter",
        "ocounter": "use o_counter",
        "age": "use age_days",
    },
    "field": {
        "rating": _STARS,
        "stars": _STARS,
        "url": "use urls, under add, remove or replace",
        "tag": "use tags, under add, remove or replace",
        "performer": "use performers, under add, remove or replace",
        "gallery": "use galleries, under add, remove or replace",
        "studios": "use studio, under set",
        "artist": "use photographer",
        "author": "use photographer",
        "creator": "use photographer",
        "description": "use details",
        "caption": "use details",
        "name": "use title",
        "o_counter": "rules can't change the o-counter",
    },
    "field of an image": {
        "rating": _STARS,
        "stars": _STARS,
        "url": "use urls",
        "tag": "use tags",
        "performer": "use performers",
        "gallery": "use galleries",
        "studios": "use studio",
        "artist": "use photographer",
        "creator": "use photographer",
        "description": "use details",
        "caption": "use details",
    },
    "rule key": {
        "if": "use match",
        "conditions": "use match",
        "filter": "use match",
        "filters": "use match",
        "actions": "use set, add, remove or replace",
        "then": "use set, add, remove or replace",
        "do": "use set, add, remove or replace",
        "enabled": "use mode: off, preview or apply",
        "description": "use about",
        "comment": "use about",
        "title": "use set: {title: …}",
        "tags": "use add, remove or replace: {tags: …}",
        "overwrite": "use strategy: overwrite",
    },
    "vocabulary key": {
        "alias": "use map",
        "aliases": "use map",
        "rename": "use map",
        "replace": "use map",
        "ignore": "use drop",
        "remove": "use drop",
        "add": "use create",
        "new": "use create",
    },
    "filter": {
        "lowercase": "use lower",
        "uppercase": "use upper",
        "capitalize": "use title",
        "trim": "use strip",
        "truncate": "use max:N",
        "slice": "use get:N or max:N",
        "first": "use get:0",
        "last": "use get:-1",
        "or": "use default:X",
        "sub": "use replace:A,B",
        "html": "use text",
        "rating": "use stars",
        "join": "a list stays a list under add or replace; in text, only its first element is used",
    },
    "source": {
        "filename": "use {path.name}, or {path.stem} without the extension",
        "name": "use {path.name}, or {path.stem} without the extension",
        "stem": "use {path.stem}",
        "folder": "use {path.folder}",
        "title": "use {image.title} or {meta.title}",
        "date": "use {meta.date}, or {file.mtime}",
        "keywords": "use {meta.keywords}",
        "tags": "use {image.tags} or {sidecar.tags}",
        "rating": "use {meta.rating|stars}",
        "mtime": "use {file.mtime}",
        "meta.tags": "use {meta.keywords}",
        "meta.author": "use {meta.creator}",
        "meta.artist": "use {meta.creator}",
        "image.rating": "use {image.rating100}",
        "image.url": "use {image.urls}",
        "image.path": "use {path}",
        "path.parent": "use {path.folder}",
        "path.filename": "use {path.name}",
        "path.path": "use {path}",
        "json": "use {sidecar.KEY}",
    },
}
"""Type of the name -> unknown name -> hint."""


def suggest(name_type: str, name: str, names: Iterable[str]) -> str:
    """Return the end of the message for an unknown name: a hint or the closest name, and the allowed values."""
    names = list(names)
    hint = HINTS.get(name_type, {}).get(name.casefold())
    closest = get_close_matches(name, names, 1)
    if hint is None and closest:
        hint = f"did you mean {closest[0]}?"
    return (f"{hint}; " if hint else "") + allowed_values(names)
