"""Chapters of galleries: a title for the pictures from one on."""

from __future__ import annotations

from typing import Any

from tests.fake_stash.language.errors import ServerError
from tests.fake_stash.language.execute import Call
from tests.fake_stash.language.numbers import atoi
from tests.fake_stash.objects import fields
from tests.fake_stash.objects.hook_inputs import given_only
from tests.fake_stash.store.clock import now
from tests.fake_stash.store.connection import Database, Row
from tests.fake_stash.store.images import update_row

CHAPTERS = fields.Table("gallery chapter", "galleries_chapters")


def chapter_create(call: Call) -> Row | None:
    """A new chapter."""
    given = call.args["input"]
    gallery_id = atoi(given["gallery_id"], "converting gallery id: ")
    database = call.request.database
    with database.transaction():
        _check_index(database, gallery_id, given["image_index"])
        chapter_id = database.execute(
            "INSERT INTO galleries_chapters (title, image_index, gallery_id, created_at, updated_at)"
            " VALUES (?, ?, ?, ?, ?)",
            [given["title"], given["image_index"], gallery_id, now(), now()],
        )
    call.request.hook(chapter_id, "GalleryChapter.Create.Post", given)
    return CHAPTERS.find(database, chapter_id)


def chapter_update(call: Call) -> Row | None:
    """Change a chapter."""
    given = call.args["input"]
    chapter_id = atoi(given["id"], "converting id: ")
    columns: dict[str, Any] = {name: given[name] for name in ("title", "image_index") if name in given}
    if columns.get("title", "") is None:
        columns["title"] = ""
    if given.get("gallery_id") is not None:
        columns["gallery_id"] = atoi(given["gallery_id"], "converting gallery id: ")
    database = call.request.database
    with database.transaction():
        changed = {**CHAPTERS.existing(database, chapter_id), **columns}
        _check_index(database, changed["gallery_id"], changed["image_index"])
        update_row(database, "galleries_chapters", chapter_id, columns)
    call.request.hook(chapter_id, "GalleryChapter.Update.Post", given_only(given), list(given))
    return CHAPTERS.find(database, chapter_id)


def chapter_destroy(call: Call) -> bool:
    """Remove a chapter."""
    chapter_id = atoi(call.args["id"], "converting id: ")
    database = call.request.database
    with database.transaction():
        CHAPTERS.existing(database, chapter_id)
        database.execute("DELETE FROM galleries_chapters WHERE id = ?", [chapter_id])
    call.request.hook(chapter_id, "GalleryChapter.Destroy.Post", call.args["id"])
    return True


def _check_index(database: Database, gallery_id: int, index: int) -> None:
    count = database.value("SELECT COUNT(*) FROM galleries_images WHERE gallery_id = ?", [gallery_id])
    if not 1 <= index <= count:
        raise ServerError("Image # must greater than zero and in range of the gallery images")


MUTATIONS = {
    "galleryChapterCreate": chapter_create,
    "galleryChapterUpdate": chapter_update,
    "galleryChapterDestroy": chapter_destroy,
}
