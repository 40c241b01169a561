"""Files and folders, with the fields that all kinds of files share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tests.fake_stash.objects import fields
from tests.fake_stash.store.connection import Database, Row, id_list

SELECT = """SELECT files.*, folders.path || '/' || files.basename AS path,
 CASE WHEN video_files.file_id IS NOT NULL THEN 'VideoFile'
      WHEN image_files.file_id IS NOT NULL THEN 'ImageFile' ELSE 'BasicFile' END AS __typename,
 COALESCE(video_files.format, image_files.format) AS format,
 COALESCE(video_files.width, image_files.width) AS width,
 COALESCE(video_files.height, image_files.height) AS height,
 video_files.duration, video_files.video_codec, video_files.audio_codec, video_files.frame_rate, video_files.bit_rate
 FROM files
 INNER JOIN folders ON folders.id = files.parent_folder_id
 LEFT JOIN image_files ON image_files.file_id = files.id
 LEFT JOIN video_files ON video_files.file_id = files.id"""

MISSING = "getting {name} by id {id}: sql: no rows in result set"
FILES = fields.Table("file", "files", SELECT, MISSING)
FOLDERS = fields.Table("folder", "folders")


def of_owners(database: Database, table: str, owner: str, owner_ids: Sequence[int]) -> list[list[Row]]:
    """The files of each owner, the primary one first."""
    sql = (
        f"SELECT {owner}, file_id FROM {table} WHERE {owner} IN (SELECT value FROM json_each(?))"
        f' ORDER BY {owner}, "primary" DESC, rowid'
    )
    with database.reading():
        pairs = database.rows(sql, [id_list(owner_ids)])
        found = FILES.by_id(database, {file_id for _, file_id in pairs})
    files: dict[int, list[Row]] = {}
    for owner_id, file_id in pairs:
        files.setdefault(owner_id, []).append(found[file_id])
    return [files.get(owner_id, []) for owner_id in owner_ids]


def fingerprints(request: Any, rows: Sequence[Row], _args: dict[str, Any]) -> list[Any]:
    """What identifies a file's content."""
    found: dict[int, list[dict[str, str]]] = {}
    sql = "SELECT * FROM files_fingerprints WHERE file_id IN (SELECT value FROM json_each(?))"
    for row in request.database.rows(sql, [id_list(_ids(rows))]):
        found.setdefault(row["file_id"], []).append({"type": row["type"], "value": row["fingerprint"]})
    return [found.get(row["id"], []) for row in rows]


def fingerprint(request: Any, rows: Sequence[Row], args: dict[str, Any]) -> list[Any]:
    """The fingerprint of one type; null where the file has none."""
    found = fingerprints(request, rows, {})
    return [next((each["value"] for each in many if each["type"] == args["type"]), None) for many in found]


def _ids(rows: Iterable[Row]) -> list[int]:
    return [row["id"] for row in rows]


BASE_FILE = {
    "parent_folder": fields.referred("parent_folder_id", FOLDERS),
    "zip_file": fields.referred("zip_file_id", FILES),
    "fingerprint": fingerprint,
    "fingerprints": fingerprints,
}
FOLDER = {
    "mod_time": fields.moment("mod_time"),
    "parent_folder": fields.referred("parent_folder_id", FOLDERS),
    "zip_file": fields.referred("zip_file_id", FILES),
}
TYPES = {
    "ImageFile": BASE_FILE,
    "VideoFile": BASE_FILE,
    "GalleryFile": BASE_FILE,
    "BasicFile": BASE_FILE,
    "Folder": FOLDER,
}
