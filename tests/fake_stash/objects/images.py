"""What images show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.fake_stash.language.versions import since
from tests.fake_stash.objects import fields, files
from tests.fake_stash.store import joins
from tests.fake_stash.store.connection import Row


def visual_files(request: Any, rows: Sequence[Row], _args: dict[str, Any]) -> list[Any]:
    """The image's files, the primary one first."""
    return files.of_owners(request.database, "images_files", "image_id", [row["id"] for row in rows])


def image_files(request: Any, rows: Sequence[Row], args: dict[str, Any]) -> list[Any]:
    """The same without the animated ones."""
    return [[each for each in many if each["__typename"] == "ImageFile"] for many in visual_files(request, rows, args)]


def paths(request: Any, rows: Sequence[Row], _args: dict[str, Any]) -> list[Any]:
    """Where the picture and its thumbnail are served; the time of the last change keeps caches fresh."""
    found = []
    for row in rows:
        stem = f"{request.base_url}/image/{row['id']}"
        stamp = fields.unix_time(row["updated_at"])
        found.append({"thumbnail": f"{stem}/thumbnail?t={stamp}", "preview": "", "image": f"{stem}/image?t={stamp}"})
    return found


def title(request: Any, rows: Sequence[Row], args: dict[str, Any]) -> list[Any]:
    """The title; before v0.28 an image without one shows the name of its file."""
    titles = [row["title"] or "" for row in rows]
    if since("v0.28.0"):
        return titles
    many = visual_files(request, rows, args)
    return [text or (found[0]["basename"] if found else "") for text, found in zip(titles, many, strict=True)]


IMAGE = {
    "title": title,
    "code": fields.text("code"),
    "rating100": fields.column("rating"),
    "url": fields.first_value(joins.IMAGE_URLS),
    "urls": fields.values(joins.IMAGE_URLS),
    "date": fields.date("date"),
    "details": fields.text("details"),
    "photographer": fields.text("photographer"),
    "files": image_files,
    "visual_files": visual_files,
    "paths": paths,
    "galleries": fields.related(joins.IMAGE_GALLERIES, fields.GALLERIES),
    "studio": fields.referred("studio_id", fields.STUDIOS),
    "tags": fields.related(joins.IMAGE_TAGS, fields.TAGS),
    "performers": fields.related(joins.IMAGE_PERFORMERS, fields.PERFORMERS),
}
TYPES = {"Image": IMAGE}
