"""The clean job: forgets files and folders that are gone from the disk or no longer wanted, and what hung on them."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from tests.fake_stash.language.errors import ServerError
from tests.fake_stash.objects import fields, galleries
from tests.fake_stash.server.jobs import Job
from tests.fake_stash.server.request import Request
from tests.fake_stash.store import files
from tests.fake_stash.store.connection import Row

if TYPE_CHECKING:
    from tests.fake_stash.server.core import Core


class Clean:
    """One clean; a dry run only tells what it would do."""

    def __init__(self, core: Core, request: Request, *, dry_run: bool) -> None:
        self._core = core
        self._database = core.database
        self._logs = core.logs
        self._request = request
        self._dry_run = dry_run

    def run(self, job: Job, paths: Sequence[str]) -> None:
        """Clean what is known below the paths; without any, everything."""
        self._logs.add("Info", "Starting cleaning of tracked files")
        if self._dry_run:
            self._logs.add("Info", "Running in Dry Mode")
        known = [row for row in self._database.rows(files.FILE) if _below(row["path"], paths)]
        folders = [row for row in self._database.rows("SELECT * FROM folders") if _below(row["path"], paths)]
        gone = {row["id"] for row in known if self._is_gone(row)}
        gone_files = [row for row in known if row["id"] in gone or row["zip_file_id"] in gone]
        gone_folders = [row for row in folders if row["zip_file_id"] in gone or self._folder_is_gone(row)]
        job.set_total(len(known) + len(folders))
        if not self._dry_run:
            # Members of a zip go before the zip, and folders from the innermost.
            for file in sorted(gone_files, key=lambda row: row["zip_file_id"] is None):
                self._forget("file", self._forget_file, file)
            for folder in sorted(gone_folders, key=lambda row: -len(row["path"])):
                self._forget("folder", self._forget_folder, folder)
        self._empty_galleries(paths)
        self._logs.add("Info", "Finished Cleaning")

    def _is_gone(self, file: Row) -> bool:
        path = file["path"]
        here = os.path.exists(path) if file["zip_file_id"] is None else self._is_inside(file)
        if not here:
            self._logs.add("Info", f'File not found. Marking to clean: "{path}"')
            return True
        return self._unwanted(path)

    def _is_inside(self, known: Row) -> bool:
        """Is the file or folder still in its zip?"""
        archive = self._database.row(f"{files.FILE} WHERE files.id = ?", [known["zip_file_id"]])
        assert archive is not None, "a key of the files table"
        if known["path"] == archive["path"]:
            return os.path.exists(archive["path"])
        try:
            with zipfile.ZipFile(archive["path"]) as opened:
                inside = f"{known['path'].removeprefix(archive['path'] + '/')}/"
                return any(f"{name}/".startswith(inside) for name in opened.namelist())
        except (OSError, zipfile.BadZipFile):
            return False

    def _unwanted(self, path: str) -> bool:
        config = self._core.config
        stash = config.stash_of(path)
        if stash is None:
            self._logs.add("Info", f'File not in any stash library directories. Marking to clean: "{path}"')
            return True
        endings = config.general["imageExtensions"] + config.general["galleryExtensions"]
        if os.path.splitext(path)[1].lower().removeprefix(".") not in endings:
            self._logs.add("Info", f'File extension does not match any media extensions. Marking to clean: "{path}"')
            return True
        if stash["excludeImage"]:
            self._logs.add("Info", f'File in stash library that excludes images. Marking to clean: "{path}"')
            return True
        if any(pattern.search(path) for pattern in config.image_excludes):
            self._logs.add("Info", f'File matched regex. Marking to clean: "{path}"')
            return True
        return False

    def _folder_is_gone(self, folder: Row) -> bool:
        if folder["zip_file_id"] is not None:
            return not self._is_inside(folder)
        if not os.path.exists(folder["path"]):
            self._logs.add("Info", f'Folder not found. Marking to clean: "{folder["path"]}"')
            return True
        return self._core.config.stash_of(folder["path"]) is None

    def _forget(self, kind: str, forget: Callable[[Row], None], known: Row) -> None:
        try:
            with self._database.transaction():
                forget(known)
        except ServerError as error:
            self._logs.add("Error", f'Error deleting {kind} "{known["path"]}" from database: {error}')

    def _forget_file(self, file: Row) -> None:
        for table, owner in (("galleries", "gallery_id"), ("images", "image_id")):
            owners = self._database.column(f"SELECT {owner} FROM {table}_files WHERE file_id = ?", [file["id"]])
            for owner_id in owners:
                self._leave(table, owner, owner_id, file)
        self._database.execute("UPDATE folders SET zip_file_id = NULL WHERE zip_file_id = ?", [file["id"]])
        self._database.execute("DELETE FROM files WHERE id = ?", [file["id"]])

    def _leave(self, table: str, owner: str, owner_id: int, file: Row) -> None:
        """An image or gallery without its file: gone if it was its only one."""
        others = f"SELECT file_id FROM {table}_files WHERE {owner} = ? AND file_id != ?"
        heir = self._database.value(others, [owner_id, file["id"]])
        if heir is not None:
            sql = f'UPDATE {table}_files SET "primary" = (file_id = ?) WHERE {owner} = ?'
            self._database.execute(sql, [heir, owner_id])
            return
        kind = "gallery" if table == "galleries" else "image"
        self._logs.add("Info", f'Deleting {kind} "{file["path"]}" since it has no other related files')
        self._database.execute(f"DELETE FROM {table} WHERE id = ?", [owner_id])
        about = {"delete_file": None, "delete_generated": None, "checksum": file["md5"] or "", "path": file["path"]}
        identity = {"ids": None} if kind == "gallery" else {"id": ""}
        trigger = f"{kind.capitalize()}.Destroy.Post"
        self._database.after_commit(lambda: self._request.hook(owner_id, trigger, {**identity, **about}))

    def _forget_folder(self, folder: Row) -> None:
        for gallery_id in self._database.column("SELECT id FROM galleries WHERE folder_id = ?", [folder["id"]]):
            self._forget_gallery(gallery_id)
        self._database.execute("DELETE FROM folders WHERE id = ?", [folder["id"]])

    def _forget_gallery(self, gallery_id: int) -> None:
        path = galleries.path_of(fields.GALLERIES.existing(self._database, gallery_id))
        self._database.execute("DELETE FROM galleries WHERE id = ?", [gallery_id])
        about = {"ids": None, "delete_file": None, "delete_generated": None, "checksum": "", "path": path}
        self._database.after_commit(lambda: self._request.hook(gallery_id, "Gallery.Destroy.Post", about))

    def _empty_galleries(self, paths: Sequence[str]) -> None:
        sql = f"{fields.GALLERY_SELECT} WHERE galleries.id NOT IN (SELECT gallery_id FROM galleries_images)"
        for gallery in self._database.rows(sql):
            path = galleries.path_of(gallery)
            if path and _below(path, paths):
                self._logs.add("Info", f"Gallery has 0 images. Marking to clean: {galleries.display_name(gallery)}")
                if not self._dry_run:
                    with self._database.transaction():
                        self._forget_gallery(gallery["id"])


def _below(path: str, paths: Sequence[str]) -> bool:
    return not paths or any(path == each or path.startswith(each.rstrip("/") + "/") for each in paths)
