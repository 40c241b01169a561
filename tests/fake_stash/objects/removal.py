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

    def _delete_file(self, file_id: int) -> None:
        users = self._database.value("SELECT COUNT(*) FROM images_files WHERE file_id = ?", [file_id])
        row = self._database.row(
            "SELECT files.zip_file_id, folders.path || '/' || files.basename AS path FROM files"
            " INNER JOIN folders ON folders.id = files.parent_folder_id WHERE files.id = ?",
            [file_id],
        )
        if row["zip_file_id"] is not None or users > 1:
            return
        self._database.execute("DELETE FROM files WHERE id = ?", [file_id])
        self.mark(row["path"])

    def mark(self, path: str) -> None:
        """Take the file away; one that is not there is only worth a warning."""
        if not os.path.exists(path):
            self._logs.warning(f'File "{path}" does not exist and therefore cannot be deleted. Ignoring.')
            return
        os.rename(path, path + MARK)
        self._marked.append(path)
