"""Files and folders as rows."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

from tests.fake_stash.store.clock import now
from tests.fake_stash.store.connection import Database, Row

FILE = """SELECT files.*, folders.path || '/' || files.basename AS path, files_fingerprints.fingerprint AS md5
 FROM files INNER JOIN folders ON folders.id = files.parent_folder_id
 LEFT JOIN files_fingerprints ON files_fingerprints.file_id = files.id AND files_fingerprints.type = 'md5'"""


@dataclass(frozen=True)
class FileData:
    """What a file is; `media` holds the columns of image_files or, with a codec, of video_files."""

    path: str
    folder_id: int
    size: int
    mod_time: str
    fingerprints: dict[str, str]
    zip_file_id: int | None = None
    media: Any = None


def find_by_path(database: Database, path: str) -> Row | None:
    """The file of exactly this path."""
    folder, basename = os.path.split(path)
    return database.row(FILE + " WHERE folders.path = ? AND files.basename = ?", [folder, basename])


def find_by_md5(database: Database, md5: str) -> list[Row]:
    """The files with this content."""
    return database.rows(FILE + " WHERE files_fingerprints.fingerprint = ? ORDER BY files.id", [md5])


def create(database: Database, data: FileData) -> int:
    """A new file; its id."""
    moment = now()
    file_id = database.execute(
        "INSERT INTO files (basename, zip_file_id, parent_folder_id, size, mod_time, created_at, updated_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        [os.path.basename(data.path), data.zip_file_id, data.folder_id, data.size, data.mod_time, moment, moment],
    )
    _set_content(database, file_id, data)
    return file_id


def update(database: Database, file_id: int, data: FileData) -> None:
    """The file has another place or content now."""
    database.execute(
        "UPDATE files SET basename = ?, zip_file_id = ?, parent_folder_id = ?, size = ?, mod_time = ?, updated_at = ?"
        " WHERE id = ?",
        [os.path.basename(data.path), data.zip_file_id, data.folder_id, data.size, data.mod_time, now(), file_id],
    )
    _set_content(database, file_id, data)


def _set_content(database: Database, file_id: int, data: FileData) -> None:
    for table in ("files_fingerprints", "image_files", "video_files"):
        database.execute(f"DELETE FROM {table} WHERE file_id = ?", [file_id])
    for kind, value in data.fingerprints.items():
        database.execute("INSERT INTO files_fingerprints VALUES (?, ?, ?)", [file_id, kind, value])
    media = data.media
    if media is not None and media.video_codec:
        database.execute(
            "INSERT INTO video_files VALUES (?, ?, ?, ?, '', ?, ?, ?, ?)",
            [
                *(file_id, media.duration, media.video_codec, media.format),
                *(media.width, media.height, media.frame_rate, media.bit_rate),
            ],
        )
    elif media is not None:
        row = [file_id, media.format, media.width, media.height]
        database.execute("INSERT INTO image_files VALUES (?, ?, ?, ?)", row)


def folder_id(database: Database, path: str) -> int | None:
    """The id of the folder, if it is known."""
    found: int | None = database.value("SELECT id FROM folders WHERE path = ?", [path])
    return found


def move_zip(database: Database, zip_file_id: int, old: str, new: str) -> None:
    """The zip lies elsewhere now: its members are in new folders, and the old ones stay behind, belonging to no zip."""
    inside = f"SELECT id, path FROM folders WHERE zip_file_id = {zip_file_id} ORDER BY id"
    for folder in database.rows(inside):
        if folder["path"].startswith(old):
            path = new + folder["path"].removeprefix(old)
            save_folder(database, path, now(), zip_file_id)
            sql = "UPDATE files SET parent_folder_id = ?, updated_at = ? WHERE zip_file_id = ? AND parent_folder_id = ?"
            database.execute(sql, [folder_id(database, path), now(), zip_file_id, folder["id"]])
            database.execute("UPDATE folders SET zip_file_id = NULL WHERE id = ?", [folder["id"]])


def save_folder(database: Database, path: str, mod_time: str, zip_file_id: int | None) -> None:
    """Make the folder known, or note that it changed."""
    known = folder_id(database, path)
    if known is None:
        parent = folder_id(database, os.path.dirname(path))
        moment = now()
        database.execute(
            "INSERT INTO folders (path, parent_folder_id, zip_file_id, mod_time, created_at, updated_at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [path, parent, zip_file_id, mod_time, moment, moment],
        )
        return
    database.execute(
        "UPDATE folders SET mod_time = ?, zip_file_id = ?, updated_at = ?"
        " WHERE id = ? AND (mod_time != ? OR zip_file_id IS NOT ?)",
        [mod_time, zip_file_id, now(), known, mod_time, zip_file_id],
    )
