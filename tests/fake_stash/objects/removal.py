"""Removes images and their files: files get another name first, and are gone only when all went well."""

from __future__ import annotations

import os
from types import TracebackType
from typing import Any

from tests.fake_stash.store import images
from tests.fake_stash.store.connection import Row

MARK = ".delete"


class Removal:
    """Used around a transaction: what it marked is removed after the commit, and put back after a rollback."""

    def __init__(self, stash: Any) -> None:
        self._database = stash.database
        self._logs = stash.logs
        self._marked: list[str] = []

    def __enter__(self) -> Removal:
        return self

    def __exit__(
        self, error: type[BaseException] | None, _value: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        for path in self._marked:
            if error is None:
                os.remove(path + MARK)
            else:
                os.rename(path + MARK, path)

    def destroy_image(self, image_id: int, *, delete_file: bool) -> Row:
        """Remove the image; with `delete_file` also those of its files that no other image uses.

        Members of a zip stay, on the disk and in the database. Answers the image as it was.
        """
        image = images.existing(self._database, image_id)
        if delete_file:
            for file_id in images.file_ids(self._database, image_id):
                self._delete_file(file_id)
        self._database.execute("DELETE FROM images WHERE id = ?", [image_id])
        return image

    def destroy_members(self, condition: str, value: int, *, delete_file: bool) -> list[Row]:
        """Remove the images whose files meet the condition; an image with further files only loses these."""
        files_of = "SELECT images_files.image_id, files.id FROM images_files INNER JOIN files ON files.id = file_id"
        destroyed = []
        for image_id, file_id in self._database.rows(f"{files_of} WHERE {condition}", [value]):
            if len(images.file_ids(self._database, image_id)) > 1:
                self._database.execute(
                    "DELETE FROM images_files WHERE image_id = ? AND file_id = ?", [image_id, file_id]
                )
                self._make_one_primary(image_id)
                if delete_file:
                    self._delete_file(file_id)
            else:
                destroyed.append(self.destroy_image(image_id, delete_file=delete_file))
        return destroyed

    def _make_one_primary(self, image_id: int) -> None:
        first = images.file_ids(self._database, image_id)[0]
        sql = 'UPDATE images_files SET "primary" = 1 WHERE image_id = ? AND file_id = ?'
        self._database.execute(sql, [image_id, first])

    def destroy_zip(self, file_id: int) -> None:
        """Remove a zip file with everything that is known of its inside."""
        path = self._path_of(file_id)
        self._database.execute("DELETE FROM files WHERE zip_file_id = ?", [file_id])
        self._database.execute("DELETE FROM folders WHERE zip_file_id = ?", [file_id])
        self._database.execute("DELETE FROM files WHERE id = ?", [file_id])
        self.mark(path)

    def _path_of(self, file_id: int) -> str:
        path: str = self._database.value(
            "SELECT folders.path || '/' || files.basename FROM files"
            " INNER JOIN folders ON folders.id = files.parent_folder_id WHERE files.id = ?",
            [file_id],
        )
        return path

    def _delete_file(self, file_id: int) -> None:
        users = self._database.value("SELECT COUNT(*) FROM images_files WHERE file_id = ?", [file_id])
        in_zip = self._database.value("SELECT zip_file_id FROM files WHERE id = ?", [file_id]) is not None
        if in_zip or users > 1:
            return
        path = self._path_of(file_id)
        self._database.execute("DELETE FROM files WHERE id = ?", [file_id])
        self.mark(path)

    def mark(self, path: str) -> None:
        """Take the file away; one that is not there is only worth a warning."""
        if not os.path.exists(path):
            self._logs.add("Warning", f'File "{path}" does not exist and therefore cannot be deleted. Ignoring.')
            return
        os.rename(path, path + MARK)
        self._marked.append(path)
