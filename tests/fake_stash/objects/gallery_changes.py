"""The mutations of galleries, their images, covers and chapters."""

from __future__ import annotations

import os
from typing import Any

from tests.fake_stash.language.errors import ServerError
from tests.fake_stash.language.execute import Call
from tests.fake_stash.language.numbers import atoi
from tests.fake_stash.objects import fields, hook_inputs, inputs
from tests.fake_stash.objects.galleries import path_of, refuse_change
from tests.fake_stash.objects.named import Named
from tests.fake_stash.objects.removal import Removal
from tests.fake_stash.store import images, joins
from tests.fake_stash.store.connection import Database, Row
from tests.fake_stash.store.images import Changes
from tests.fake_stash.store.joins import Change

SCALARS: inputs.Readers = {
    "code": inputs.text("code"),
    "details": inputs.text("details"),
    "photographer": inputs.text("photographer"),
    "rating100": inputs.number("rating"),
    "organized": inputs.flag("organized"),
    "date": inputs.date("date", "date"),
    "studio_id": inputs.reference("studio_id", "studio id"),
}
LISTS: inputs.Readers = {
    "url": inputs.one_text(joins.GALLERY_URLS),
    "urls": inputs.text_set(joins.GALLERY_URLS),
    "performer_ids": inputs.id_set(joins.GALLERY_PERFORMERS, "performer ids"),
    "tag_ids": inputs.id_set(joins.GALLERY_TAGS, "tag ids"),
}


def _title(changes: Changes, value: str | None) -> None:
    if value is not None:
        changes.columns["title"] = value or None


def _primary_file(changes: Changes, value: str | None) -> None:
    if value:
        changes.primary_file = atoi(value, f"converting primary file id: converting {value} to int: ")


def _check(database: Database, existing: Row | None, changes: Changes) -> None:
    if existing is None:
        return
    user_made = existing["folder_id"] is None and existing["primary_file_id"] is None
    if user_made and "title" in changes.columns and not changes.columns["title"]:
        raise ServerError("title must not be empty for user-created galleries")
    own = database.column("SELECT file_id FROM galleries_files WHERE gallery_id = ?", [existing["id"]])
    if changes.primary_file is not None and changes.primary_file not in own:
        raise ServerError(f"file with id {changes.primary_file} not associated with gallery")


GALLERIES = Named(
    table=fields.GALLERIES,
    hook="Gallery",
    create_readers={"title": inputs.text("title"), **SCALARS, "organized": inputs.switch("organized"), **LISTS},
    update_readers={"title": _title, **SCALARS, **LISTS, "primary_file_id": _primary_file},
    bulk_readers={
        **SCALARS,
        "urls": inputs.text_change(joins.GALLERY_URLS),
        "performer_ids": inputs.id_change(joins.GALLERY_PERFORMERS, "performer ids"),
        "tag_ids": inputs.id_change(joins.GALLERY_TAGS, "tag ids"),
    },
    check=_check,
    missing="sql: no rows in result set",
    update_input="GalleryUpdateInput",
)


def gallery_create(call: Call) -> Row | None:
    """Make a gallery by hand."""
    if not call.args["input"]["title"]:
        raise ServerError("title must not be empty")
    return GALLERIES.create(call)


def galleries_update(call: Call) -> list[Row | None] | None:
    """Change several galleries, each in its own way, all or none."""
    given = call.args["input"]
    database = call.request.database
    changed = []
    with database.transaction():
        for each in given:
            gallery_id = atoi(each["id"], "converting id: ")
            GALLERIES.change(database, gallery_id, inputs.read(each, GALLERIES.update_readers))
            changed.append(gallery_id)
    whole = [hook_inputs.whole("GalleryUpdateInput", each) for each in given]
    for gallery_id, each in zip(changed, given, strict=True):
        call.request.hook(gallery_id, "Gallery.Update.Post", whole, list(each))
    return [fields.GALLERIES.find(database, gallery_id) for gallery_id in changed] or None


def gallery_destroy(call: Call) -> bool:
    """Remove galleries: with those of a zip also its images, with `delete_file` also zip files and folders' images."""
    given = call.args["input"]
    gallery_ids = fields.ids(given["ids"], "converting ids: ")
    database = call.request.database
    removal = Removal(call.request.stash)
    delete_file = bool(given.get("delete_file"))
    galleries: list[Row] = []
    destroyed: list[Row] = []
    with removal, database.transaction():
        for gallery_id in gallery_ids:
            gallery = fields.GALLERIES.existing(database, gallery_id)
            galleries.append(gallery)
            destroyed = _destroy(database, removal, gallery, delete_file=delete_file)
    for gallery in galleries:
        place = path_of(gallery)
        if delete_file and place and os.path.isdir(place) and not os.listdir(place):
            os.rmdir(place)
        about = {name: given.get(name) for name in ("ids", "delete_file", "delete_generated")}
        about |= {"checksum": gallery["checksum"] or "", "path": place}
        call.request.hook(gallery["id"], "Gallery.Destroy.Post", about)
    for image in destroyed:
        about = {"id": "", "delete_file": None, "delete_generated": None}
        about |= {"checksum": image["checksum"] or "", "path": images.path_of(image)}
        call.request.hook(image["id"], "Image.Destroy.Post", about)
    return True


def _destroy(database: Database, removal: Removal, gallery: Row, *, delete_file: bool) -> list[Row]:
    gallery_id = gallery["id"]
    destroyed: list[Row] = []
    for file_id in database.column("SELECT file_id FROM galleries_files WHERE gallery_id = ?", [gallery_id]):
        if database.value("SELECT COUNT(*) FROM galleries_files WHERE file_id = ?", [file_id]) == 1:
            destroyed += removal.destroy_members("files.zip_file_id = ?", file_id, delete_file=False)
            if delete_file:
                removal.destroy_zip(file_id)
    if delete_file and gallery["folder_id"] is not None:
        destroyed += removal.destroy_members("files.parent_folder_id = ?", gallery["folder_id"], delete_file=True)
    database.execute("DELETE FROM galleries WHERE id = ?", [gallery_id])
    return destroyed


def _changed_contents(call: Call, *, mode: str) -> bool:
    given = call.args["input"]
    gallery_id = atoi(given["gallery_id"], "converting gallery id: ")
    image_ids = fields.ids(given["image_ids"], "converting image ids: ")
    database = call.request.database
    verb = "add images to" if mode == "ADD" else "remove images from"
    with database.transaction():
        refuse_change(fields.GALLERIES.existing(database, gallery_id))
        try:
            joins.GALLERY_IMAGES.apply(database, gallery_id, Change(image_ids, mode))
        except ServerError as error:
            raise ServerError(f"failed to {verb} gallery: {error}") from error
        images.update_row(database, "galleries", gallery_id, {})
    return True


def set_cover(call: Call) -> bool:
    """Choose the image that stands for the gallery."""
    return _cover(call, atoi(call.args["input"]["cover_image_id"], "converting cover image id: "))


def _cover(call: Call, image_id: int | None) -> bool:
    gallery_id = atoi(call.args["input"]["gallery_id"], "converting gallery id: ")
    database = call.request.database
    with database.transaction():
        fields.GALLERIES.existing(database, gallery_id)
        database.execute("UPDATE galleries_images SET cover = 0 WHERE gallery_id = ? AND cover = 1", [gallery_id])
        sql = "UPDATE galleries_images SET cover = 1 WHERE gallery_id = ? AND image_id = ?"
        database.execute(sql, [gallery_id, image_id])
        images.update_row(database, "galleries", gallery_id, {})
    return True


MUTATIONS: dict[str, Any] = {
    "galleryCreate": gallery_create,
    "galleryUpdate": GALLERIES.update,
    "galleriesUpdate": galleries_update,
    "bulkGalleryUpdate": GALLERIES.bulk_update,
    "galleryDestroy": gallery_destroy,
    "addGalleryImages": lambda call: _changed_contents(call, mode="ADD"),
    "removeGalleryImages": lambda call: _changed_contents(call, mode="REMOVE"),
    "setGalleryCover": set_cover,
    "resetGalleryCover": lambda call: _cover(call, None),
}
