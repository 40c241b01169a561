"""What people are likely to type, and what it is called here; asked only when something is wrong already."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from lib.rules.syntax.diagnostics import allowed_values

_STARS = "write rating100 here, from 0 to 100: 4 stars are 80"

HINTS: dict[str, dict[str, str]] = {
    "condition": {
        "rating": _STARS,
        "stars": _STARS,
        "tag": "write has: {tags: NAME}",
        "tags": "write has: {tags: NAME}; for images without any, missing: tags",
        "performer": "write has: {performers: NAME}",
        "performers": "write has: {performers: NAME}; for images without any, missing: performers",
        "studio": "write has: {studio: NAME}; for images without one, missing: studio",
        "gallery": "write in_gallery: true, or has: {galleries: NAME}",
        "galleries": "write in_gallery: true, or has: {galleries: NAME}",
        "filename": "write name, a glob such as 'IMG_*'",
        "file": "write path or name",
        "basename": "write name, a glob such as 'IMG_*'",
        "glob": "write path: 'twitter/**'",
        "regex": "write path: {regex: …}",
        "extension": "write ext",
        "filesize": "write size: {gt: 5MB}",
        "resolution": "write width, height or megapixels",
        "title": "write image.title, or missing: title",
        "code": "write image.code, or missing: code",
        "details": "write image.details, or missing: details",
        "photographer": "write image.photographer, or missing: photographer",
        "url": "write image.urls, or missing: urls",
        "urls": "write image.urls, or missing: urls",
        "keywords": "write meta.keywords",
        "camera": "write meta.camera",
        "empty": "write missing: FIELD, or the source's name with {empty: true}",
        "exists": "write not: {missing: FIELD}",
        "and": "a map of conditions is AND already; a list of maps is all:",
        "or": "write any: with a list of maps",
        "is_video": "write video: true",
        "o_count": "write o_counter",
        "ocounter": "write o_counter",
        "age": "write age_days",
    },
    "field": {
        "rating": _STARS,
        "stars": _STARS,
        "url": "write urls, under add, remove or replace",
        "tag": "write tags, under add, remove or replace",
        "performer": "write performers, under add, remove or replace",
        "gallery": "write galleries, under add, remove or replace",
        "studios": "write studio, under set",
        "artist": "write photographer",
        "author": "write photographer",
        "creator": "write photographer",
        "description": "write details",
        "caption": "write details",
        "name": "write title",
        "o_counter": "the o-counter is not changed by rules",
    },
    "field of an image": {
        "rating": _STARS,
        "stars": _STARS,
        "url": "write urls",
        "tag": "write tags",
        "performer": "write performers",
        "gallery": "write galleries",
        "studios": "write studio",
        "artist": "write photographer",
        "creator": "write photographer",
        "description": "write details",
        "caption": "write details",
    },
    "rule key": {
        "if": "write match",
        "conditions": "write match",
        "filter": "write match",
        "filters": "write match",
        "actions": "write set, add, remove or replace",
        "then": "write set, add, remove or replace",
        "do": "write set, add, remove or replace",
        "enabled": "write mode: off, preview or apply",
        "description": "write about",
        "comment": "write about",
        "title": "a title is written under set: {title: …}",
        "tags": "tags are written under add, remove or replace: {tags: …}",
        "overwrite": "write strategy: overwrite",
    },
    "filter": {
        "lowercase": "write lower",
        "uppercase": "write upper",
        "capitalize": "write title",
        "trim": "write strip",
        "truncate": "write max:N",
        "slice": "write get:N or max:N",
        "first": "write get:0",
        "last": "write get:-1",
        "or": "write default:X",
        "sub": "write replace:A,B",
        "html": "write text",
        "rating": "write stars",
        "join": "a list under add or replace stays a list; in a text it gives its first element",
    },
    "source": {
        "filename": "write {path.name}, or {path.stem} without the extension",
        "name": "write {path.name}, or {path.stem} without the extension",
        "stem": "write {path.stem}",
        "folder": "write {path.folder}",
        "title": "write {image.title} or {meta.title}",
        "date": "write {meta.date}, or {file.mtime}",
        "keywords": "write {meta.keywords}",
        "tags": "write {image.tags} or {sidecar.tags}",
        "rating": "write {meta.rating|stars}",
        "mtime": "write {file.mtime}",
        "meta.tags": "write {meta.keywords}",
        "meta.author": "write {meta.creator}",
        "meta.artist": "write {meta.creator}",
        "image.rating": "write {image.rating100}",
        "image.url": "write {image.urls}",
        "image.path": "write {path}",
        "path.parent": "write {path.folder}",
        "path.filename": "write {path.name}",
        "path.path": "write {path}",
        "json": "write {sidecar.KEY}",
    },
}
"""What something is -> what was typed -> what to write instead."""


def suggest(what: str, typed: str, names: Iterable[str]) -> str:
    """The end of the message about an unknown name: a hint where it is known, else the nearest name, and all of them."""
    names = list(names)
    hint = HINTS.get(what, {}).get(typed.casefold())
    near = get_close_matches(typed, names, 1)
    if hint is None and near:
        hint = f"did you mean {near[0]}?"
    return (f"{hint}; " if hint else "") + allowed_values(names)
