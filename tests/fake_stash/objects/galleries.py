"""What galleries show, and the rule about their contents."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from tests.fake_stash.language.errors import ServerError
from tests.fake_stash.language.numbers import quote
from tests.fake_stash.objects import fields, files
from tests.fake_stash.store import images, joins
from tests.fake_stash.store.connection import Database, Row, id_list

MEMBERS = (
    images.SELECT
    + " INNER JOIN galleries_images ON galleries_images.image_id = images.id WHERE galleries_images.gallery_id = ?"
    " ORDER BY COALESCE(folders.path, '') || COALESCE(files.basename, '') COLLATE NATURAL_CI ASC,"
    " COALESCE(images.title, images.id) COLLATE NATURAL_CI ASC"
)


def title_of(gallery: Row) -> str:
    """How messages call the gallery: by its title, else by its zip file or folder."""
    return gallery["title"] or gallery["basename"] or (gallery["folder_path"] or "").rsplit("/", 1)[-1] or "."


def display_name(gallery: Row) -> str:
    """How the log calls the gallery: by its path, else by its title or id."""
    return path_of(gallery) or gallery["title"] or str(gallery["id"])


def path_of(gallery: Row) -> str:
    """The path of its zip file or folder; empty without one."""
    if gallery["basename"]:
        return f"{gallery['file_folder_path']}/{gallery['basename']}"
    return gallery["folder_path"] or ""


def refuse_change(gallery: Row) -> None:
    """A ServerError if the gallery's images come from a zip file or a folder."""
    if gallery["folder_id"] is not None or gallery["primary_file_id"] is not None:
        kind = "folder-based" if gallery["folder_id"] is not None else "zip-based"
        raise ServerError(f"cannot change contents of {kind} gallery {quote(title_of(gallery))}")


def refuse_changed_contents(database: Database, gallery_ids: Sequence[int], image: Row) -> None:
    """The same for all galleries that an image shall enter or leave."""
    for gallery in fields.GALLERIES.many(database, gallery_ids):
        try:
            refuse_change(gallery)
        except ServerError as error:
            name = quote(images.title_of(image))
            raise ServerError(f"changing galleries of image {name}: {error}") from error


def gallery_files(request: Any, rows: Sequence[Row], _args: dict[str, Any]) -> list[Any]:
    """The gallery's zip files."""
    return files.of_owners(request.database, "galleries_files", "gallery_id", [row["id"] for row in rows])


def _cover(request: Any, rows: Sequence[Row], _args: dict[str, Any]) -> list[Any]:
    """The image that was chosen, else the one whose name says so, else the first."""
    pattern = re.compile(request.stash.config.general["galleryCoverRegex"], re.IGNORECASE)
    found = []
    for row in rows:
        sql = "SELECT image_id FROM galleries_images WHERE gallery_id = ? AND cover = 1"
        chosen = request.database.value(sql, [row["id"]])
        members = request.database.rows(MEMBERS, [row["id"]])
        named = [each for each in members if pattern.search(images.path_of(each))]
        first = (named or members or [None])[0]
        found.append(images.find(request.database, chosen) if chosen else first)
    return found


def _image(request: Any, rows: Sequence[Row], args: dict[str, Any]) -> list[Any]:
    if args["index"] < 0:
        return [ServerError("index must >= 0")] * len(rows)
    limited = f"{MEMBERS} LIMIT 1 OFFSET {args['index']}"
    return [request.database.row(limited, [row["id"]]) for row in rows]


def _chapters(request: Any, rows: Sequence[Row], _args: dict[str, Any]) -> list[Any]:
    found: dict[int, list[Row]] = {}
    sql = "SELECT * FROM galleries_chapters WHERE gallery_id IN (SELECT value FROM json_each(?)) ORDER BY image_index"
    for row in request.database.rows(sql, [id_list(row["id"] for row in rows)]):
        found.setdefault(row["gallery_id"], []).append(row)
    return [found.get(row["id"], []) for row in rows]


def _paths(request: Any, rows: Sequence[Row], _args: dict[str, Any]) -> list[Any]:
    stems = [(f"{request.base_url}/gallery/{row['id']}", fields.unix_time(row["updated_at"])) for row in rows]
    return [{"cover": f"{stem}/cover?t={stamp}", "preview": f"{stem}/preview"} for stem, stamp in stems]


GALLERY: dict[str, fields.Resolver] = {
    "title": fields.text("title"),
    "code": fields.text("code"),
    "url": fields.first_value(joins.GALLERY_URLS),
    "urls": fields.values(joins.GALLERY_URLS),
    "date": fields.date("date"),
    "details": fields.text("details"),
    "photographer": fields.text("photographer"),
    "rating100": fields.column("rating"),
    "files": gallery_files,
    "folder": fields.referred("folder_id", files.FOLDERS),
    "chapters": _chapters,
    "scenes": fields.constant([]),
    "studio": fields.referred("studio_id", fields.STUDIOS),
    "tags": fields.related(joins.GALLERY_TAGS, fields.TAGS),
    "performers": fields.related(joins.GALLERY_PERFORMERS, fields.PERFORMERS),
    "image_count": fields.counted("galleries_images", "gallery_id"),
    "cover": _cover,
    "paths": _paths,
    "image": _image,
}
TYPES = {"Gallery": GALLERY, "GalleryChapter": {"gallery": fields.referred("gallery_id", fields.GALLERIES)}}
