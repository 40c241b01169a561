"""The scan job: one walker makes the folders known, one or more workers take the files."""

from __future__ import annotations

import hashlib
import os
import time
import zipfile
import zlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from tests.fake_stash.scanning.handlers import Handlers
from tests.fake_stash.scanning.media import UNREADABLE, Media, NoPicture, probe, probe_in_zip
from tests.fake_stash.scanning.walk import Entry, walk, walk_zip
from tests.fake_stash.server.jobs import Job
from tests.fake_stash.server.request import Request
from tests.fake_stash.store import files
from tests.fake_stash.store.clock import from_timestamp
from tests.fake_stash.store.connection import Row
from tests.fake_stash.store.files import FileData

if TYPE_CHECKING:
    from tests.fake_stash.server.core import Core

BROKEN = (NoPicture, *UNREADABLE, zipfile.BadZipFile, zlib.error, RuntimeError)
"""What one file may raise; zipfile raises a RuntimeError for a member with a password."""
SHORTEST = 0.03  # seconds: a real scan takes this long even where nothing changed, so that clients see it run


class Scan:
    """One scan. `least_time` leaves older files out; `rescan` handles files that did not change, too."""

    def __init__(self, core: Core, request: Request, *, rescan: bool = False, least_time: float = 0.0) -> None:
        self._core = core
        self._database = core.database
        self._logs = core.logs
        self._request = request
        self._rescan = rescan
        self._least_time = least_time
        general = core.config.general
        self._handlers = Handlers(
            core.database,
            core.logs,
            lambda object_id, trigger: request.hook(object_id, trigger, None),
            folder_galleries=general["createGalleriesFromFolders"],
        )
        self._excluded = core.config.image_excludes
        self._checked_folders: set[int] = set()

    def run(self, job: Job, paths: Sequence[str]) -> None:
        """Scan the paths; without any, all libraries."""
        began = time.monotonic()
        roots = self._roots(paths)
        self._logs.add("Info", f"scanning {len(roots)} paths")
        with job.task("Walking directory tree"):
            queue = [entry for root in roots for entry in self._walk_root(job, root)]
        self._logs.add("Info", f"Finished adding files to queue. {len(queue)} files queued")
        job.set_total(len(queue))
        workers = self._core.config.general["parallelTasks"]
        with ThreadPoolExecutor(workers if workers > 0 else (os.cpu_count() or 1) // 4 + 1) as pool:
            for _ in pool.map(lambda entry: self._take(job, entry), queue):
                pass
        job.cancelled.wait(SHORTEST - (time.monotonic() - began))
        if job.cancelled.is_set():
            self._logs.add("Info", "Stopping due to user request")
        else:
            self._logs.add("Info", "Scan finished")

    def _roots(self, paths: Sequence[str]) -> list[str]:
        if not paths:
            return [stash["path"] for stash in self._core.config.stashes]
        roots = []
        for path in paths:
            if self._core.config.stash_of(path) is None:
                self._logs.add("Warning", f"{path} is not in the configured stash paths")
            else:
                roots.append(path)
        return roots

    def _walk_root(self, job: Job, root: str) -> list[Entry]:
        found = []
        for entry in walk(root.rstrip("/"), self._accept, lambda message: self._logs.add("Error", message)):
            if job.cancelled.is_set():
                break
            if entry.is_folder:
                self._save_folder(entry, None)
            else:
                found.append(entry)
        return found

    def _save_folder(self, entry: Entry, zip_file_id: int | None) -> None:
        with self._database.transaction():
            files.save_folder(self._database, entry.path, from_timestamp(entry.modified), zip_file_id)

    def _accept(self, entry: Entry) -> bool:
        stash = self._core.config.stash_of(entry.path)
        if stash is None or entry.is_folder:
            return stash is not None
        if (entry.modified or 0.0) < self._least_time or not (self._is_image(entry.path) or self._is_zip(entry.path)):
            return False
        if entry.size == 0:
            self._logs.add("Info", f"Skipping zero-length file: {entry.path}")
            return False
        return not stash["excludeImage"] and not any(pattern.search(entry.path) for pattern in self._excluded)

    def _is_image(self, path: str) -> bool:
        return _extension(path) in self._core.config.general["imageExtensions"]

    def _is_zip(self, path: str) -> bool:
        return _extension(path) in self._core.config.general["galleryExtensions"]

    def _take(self, job: Job, entry: Entry) -> None:
        if not job.cancelled.is_set():
            with job.task(f"Scanning {entry.path}"):
                self._handle(entry, None)
            job.step()

    def _handle(self, entry: Entry, zip_file_id: int | None) -> None:
        """One file; what is wrong with it is only logged."""
        try:
            known = files.find_by_path(self._database, entry.path)
            file = self._new(entry, zip_file_id) if known is None else self._existing(entry, known)
        except BROKEN as error:
            self._logs.add("Error", f'error processing "{entry.path}": {error}')
            return
        if file is not None and self._is_zip(entry.path):
            self._scan_zip(entry, file)

    def _scan_zip(self, entry: Entry, file: Row) -> None:
        try:
            for member in walk_zip(entry.path):
                if member.is_folder:
                    self._save_folder(member, file["id"])
                elif self._accept(member):
                    self._handle(member, file["id"])
        except zipfile.BadZipFile:
            self._logs.add("Error", f'Error scanning zip file "{entry.path}": zip: not a valid zip file')

    def _new(self, entry: Entry, zip_file_id: int | None) -> Row | None:
        """A new file, or one that was moved; None if there is nothing further to do with it."""
        folder_id = files.folder_id(self._database, entry.folder)
        if folder_id is None:
            self._logs.add("Error", f'error processing "{entry.path}": parent folder for "{entry.path}" doesn\'t exist')
            return None
        data = self._data(entry, folder_id, zip_file_id)
        moved = self._moved(data)
        with self._database.transaction():
            file_id = files.create(self._database, data) if moved is None else moved["id"]
            if moved is not None:
                self._logs.add("Info", f"{moved['path']} moved to {entry.path}. Updating path...")
                files.update(self._database, file_id, data)
                files.move_zip(self._database, file_id, moved["path"], entry.path)
            file = files.find_by_path(self._database, entry.path)
            assert file is not None, "it was just written"
            self._fire(file, changed=moved is not None)
        return file if moved is None else None

    def _data(self, entry: Entry, folder_id: int, zip_file_id: int | None) -> FileData:
        self._logs.add("Info", f"Calculating fingerprints for {entry.path} ...")
        content = entry.read()
        media: Media | None = None
        if self._is_image(entry.path):
            media = probe(entry.path, content) if zip_file_id is None else probe_in_zip(entry.path, content)
        md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
        moment = from_timestamp(entry.modified)
        return FileData(entry.path, folder_id, len(content), moment, {"md5": md5}, zip_file_id, media)

    def _moved(self, data: FileData) -> Row | None:
        """A known file with this content that is no longer where it was.

        Inside a zip the server cannot look, and takes any member with the same content for one that was moved.
        """
        for other in files.find_by_md5(self._database, data.fingerprints["md5"]):
            if other["zip_file_id"] is not None:
                if other["zip_file_id"] == data.zip_file_id:
                    return other
            elif not os.path.lexists(other["path"]) or self._core.config.stash_of(other["path"]) is None:
                return other
        return None

    def _existing(self, entry: Entry, known: Row) -> Row | None:
        """A known file: None if nothing changed and nothing is missing."""
        if from_timestamp(entry.modified) == known["mod_time"] and not self._rescan:
            if not self._handler_required(known):
                return None
            with self._database.transaction():
                self._fire(known, changed=False)
            return known
        data = self._data(entry, known["parent_folder_id"], known["zip_file_id"])
        with self._database.transaction():
            files.update(self._database, known["id"], data)
            file = files.find_by_path(self._database, entry.path)
            assert file is not None, "it was just written"
            self._fire(file, changed=True)
        return file

    def _handler_required(self, file: Row) -> bool:
        """Must an unchanged file be handled: it has no image or gallery, or its folder shall become a gallery?"""
        table = "images_files" if self._is_image(file["path"]) else "galleries_files"
        if self._database.value(f"SELECT COUNT(*) FROM {table} WHERE file_id = ?", [file["id"]]) == 0:
            return True
        folder_id = file["parent_folder_id"]
        if table != "images_files" or file["zip_file_id"] is not None or folder_id in self._checked_folders:
            return False
        self._checked_folders.add(folder_id)
        forced = os.path.exists(os.path.join(os.path.dirname(file["path"]), ".forcegallery"))
        wanted = forced or self._core.config.general["createGalleriesFromFolders"]
        galleries = self._database.value("SELECT COUNT(*) FROM galleries WHERE folder_id = ?", [folder_id])
        return bool(wanted) and galleries == 0

    def _fire(self, file: Any, *, changed: bool) -> None:
        if self._is_image(file["path"]):
            self._handlers.image(file, changed=changed)
        else:
            self._handlers.gallery(file, changed=changed)


def _extension(path: str) -> str:
    return os.path.splitext(path)[1].lower().removeprefix(".")
