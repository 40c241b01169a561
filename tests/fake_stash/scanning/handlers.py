"""What becomes of a scanned file: an image, a further file of an image, a gallery. Within the file's transaction."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from tests.fake_stash.objects.fields import GALLERIES
from tests.fake_stash.store import images, joins
from tests.fake_stash.store.clock import now
from tests.fake_stash.store.connection import Database, Row
from tests.fake_stash.store.joins import Change

Announce = Callable[[int, str], None]


class Handlers:
    """Makes images and galleries of files. `announce` is called with an id and a hook's name after the commit."""

    def __init__(self, database: Database, logs: Any, announce: Announce, *, folder_galleries: bool) -> None:
        self._database = database
        self._logs = logs
        self._announce = announce
        self._folder_galleries = folder_galleries

    def image(self, file: Row, *, changed: bool) -> None:
        """A picture was found; `changed` if the file was known and is another one now."""
        existing = self._images_of(file)
        for image_id in existing:
            self._join(image_id, file, changed=changed)
        if not existing:
            self._create(file)

    def _images_of(self, file: Row) -> list[int]:
        by_file = "SELECT image_id FROM images_files WHERE file_id = ?"
        by_content = (
            "SELECT DISTINCT images_files.image_id FROM images_files INNER JOIN files_fingerprints"
            " ON files_fingerprints.file_id = images_files.file_id WHERE files_fingerprints.fingerprint = ?"
        )
        return self._database.column(by_file, [file["id"]]) or self._database.column(by_content, [file["md5"]])

    def _create(self, file: Row) -> None:
        self._logs.add("Info", f"{file['path']} doesn't exist. Creating new image...")
        gallery_id = self._gallery(file)
        image_id = images.create(self._database, file["id"])
        if gallery_id is not None:
            self._add_to_gallery(image_id, gallery_id)
        self._later(image_id, "Image.Create.Post")

    def _join(self, image_id: int, file: Row, *, changed: bool) -> None:
        gallery_id = self._gallery(file)
        if gallery_id in joins.IMAGE_GALLERIES.ids(self._database, image_id):
            gallery_id = None
        if file["id"] not in images.file_ids(self._database, image_id):
            image = images.existing(self._database, image_id)
            self._logs.add("Info", f"Adding {file['path']} to image {images.display_name(image)}")
            row = [image_id, file["id"]]
            self._database.execute('INSERT INTO images_files (image_id, file_id, "primary") VALUES (?, ?, 0)', row)
        elif gallery_id is None and not changed:
            return
        elif gallery_id is None:
            self._later(image_id, "Image.Update.Post")
            return
        images.update_row(self._database, "images", image_id, {})
        if gallery_id is not None:
            self._add_to_gallery(image_id, gallery_id)
        self._later(image_id, "Image.Update.Post")

    def _add_to_gallery(self, image_id: int, gallery_id: int) -> None:
        joins.IMAGE_GALLERIES.apply(self._database, image_id, Change([gallery_id], "ADD"))
        images.update_row(self._database, "galleries", gallery_id, {})

    def _gallery(self, file: Row) -> int | None:
        """The gallery that the file belongs to, made if need be: of its zip file, or of its folder where wanted."""
        if file["zip_file_id"] is not None:
            return self._zip_gallery(file["zip_file_id"])
        folder = os.path.dirname(file["path"])
        exempt = os.path.exists(os.path.join(folder, ".nogallery"))
        if os.path.exists(os.path.join(folder, ".forcegallery")) or (self._folder_galleries and not exempt):
            return self._folder_gallery(file["parent_folder_id"])
        return None

    def _zip_gallery(self, zip_file_id: int) -> int:
        known = self._database.value("SELECT gallery_id FROM galleries_files WHERE file_id = ?", [zip_file_id])
        return self._new_zip_gallery(zip_file_id) if known is None else known

    def _new_zip_gallery(self, zip_file_id: int) -> int:
        gallery_id = self._new_gallery(None)
        row = [gallery_id, zip_file_id]
        self._database.execute('INSERT INTO galleries_files (gallery_id, file_id, "primary") VALUES (?, ?, 1)', row)
        return gallery_id

    def _folder_gallery(self, folder_id: int) -> int:
        known = self._database.value("SELECT id FROM galleries WHERE folder_id = ?", [folder_id])
        if known is not None:
            return int(known)
        gallery_id = self._new_gallery(folder_id)
        members = self._database.column(
            "SELECT images_files.image_id FROM images_files INNER JOIN files ON files.id = images_files.file_id"
            " WHERE files.parent_folder_id = ?",
            [folder_id],
        )
        for image_id in members:
            joins.IMAGE_GALLERIES.apply(self._database, image_id, Change([gallery_id], "ADD"))
        return gallery_id

    def _new_gallery(self, folder_id: int | None) -> int:
        moment = now()
        gallery_id = self._database.execute(
            "INSERT INTO galleries (folder_id, created_at, updated_at) VALUES (?, ?, ?)", [folder_id, moment, moment]
        )
        self._later(gallery_id, "Gallery.Create.Post")
        return gallery_id

    def gallery(self, file: Row, *, changed: bool) -> None:
        """A zip file was found: known galleries hear of a change, and members without a gallery get one."""
        known = self._database.column("SELECT gallery_id FROM galleries_files WHERE file_id = ?", [file["id"]])
        for gallery_id in known if changed else ():
            self._later(gallery_id, "Gallery.Update.Post")
        if known:
            return
        twins = self._database.column(
            "SELECT DISTINCT galleries_files.gallery_id FROM galleries_files INNER JOIN files_fingerprints"
            " ON files_fingerprints.file_id = galleries_files.file_id WHERE files_fingerprints.fingerprint = ?",
            [file["md5"]],
        )
        for gallery_id in twins:
            row = [gallery_id, file["id"]]
            self._database.execute('INSERT INTO galleries_files (gallery_id, file_id, "primary") VALUES (?, ?, 0)', row)
            images.update_row(self._database, "galleries", GALLERIES.existing(self._database, gallery_id)["id"], {})
            self._later(gallery_id, "Gallery.Update.Post")
        if not twins:
            self._gallery_of_members(file["id"])

    def _gallery_of_members(self, zip_file_id: int) -> None:
        members = self._database.column(
            "SELECT images_files.image_id FROM images_files INNER JOIN files ON files.id = images_files.file_id"
            " WHERE files.zip_file_id = ?",
            [zip_file_id],
        )
        if members:
            gallery_id = self._new_zip_gallery(zip_file_id)
            for image_id in members:
                joins.IMAGE_GALLERIES.apply(self._database, image_id, Change([gallery_id], "ADD"))

    def _later(self, object_id: int, trigger: str) -> None:
        self._database.after_commit(lambda: self._announce(object_id, trigger))
