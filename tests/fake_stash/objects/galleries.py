"""What galleries show, and the rule about their contents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.fake_stash.language.errors import ServerError
from tests.fake_stash.language.numbers import quote
from tests.fake_stash.objects import fields, files
from tests.fake_stash.store import images, joins
from tests.fake_stash.store.connection import Database, Row


def title_of(gallery: Row) -> str:
    """How messages call the gallery: by its title, else by its zip file or folder."""
    return gallery["title"] or gallery["basename"] or (gallery["folder_path"] or "").rsplit("/", 1)[-1]


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
            name = quote(images.display_name(image))
            raise ServerError(f"changing galleries of image {name}: {error}") from error


def gallery_files(request: Any, rows: Sequence[Row], _args: dict[str, Any]) -> list[Any]:
    """The gallery's zip files."""
    return files.of_owners(request.database, "galleries_files", "gallery_id", [row["id"] for row in rows])


GALLERY = {
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
    "scenes": fields.constant([]),
    "studio": fields.referred("studio_id", fields.STUDIOS),
    "tags": fields.related(joins.GALLERY_TAGS, fields.TAGS),
    "performers": fields.related(joins.GALLERY_PERFORMERS, fields.PERFORMERS),
    "image_count": fields.counted(
        "SELECT gallery_id, COUNT(*) FROM galleries_images"
        " WHERE gallery_id IN (SELECT value FROM json_each(?)) GROUP BY gallery_id"
    ),
}
TYPES = {"Gallery": GALLERY}
