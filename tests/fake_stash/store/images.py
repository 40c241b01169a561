"""Images: found, made, changed, counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.fake_stash.language.errors import ServerError
from tests.fake_stash.store import joins
from tests.fake_stash.store.clock import now
from tests.fake_stash.store.connection import Database, Row, id_list
from tests.fake_stash.store.custom_fields import CustomFields
from tests.fake_stash.store.joins import Change
from tests.fake_stash.store.stash_ids import StashIds

SELECT = """SELECT images.*, images_files.file_id AS primary_file_id, folders.path AS folder_path,
 files.basename AS basename, files_fingerprints.fingerprint AS checksum
 FROM images
 LEFT JOIN images_files ON images_files.image_id = images.id AND images_files."primary" = 1
 LEFT JOIN files ON files.id = images_files.file_id
 LEFT JOIN folders ON folders.id = files.parent_folder_id
 LEFT JOIN files_fingerprints ON files_fingerprints.file_id = images_files.file_id AND files_fingerprints.type = 'md5'
"""


@dataclass
class Changes:
    """What an update changes: columns of the object's row, and the lists joined to it."""

    columns: dict[str, Any] = field(default_factory=dict)
    lists: dict[joins.IdJoin | joins.ValueJoin | StashIds | CustomFields, Change] = field(default_factory=dict)
    primary_file: int | None = None


def find(database: Database, image_id: int) -> Row | None:
    """The image, or None."""
    return database.row(SELECT + " WHERE images.id = ?", [image_id])


def existing(database: Database, image_id: int) -> Row:
    """The image; a ServerError if there is none."""
    found = find(database, image_id)
    if found is None:
        raise ServerError(f"image with id {image_id} not found")
    return found


def find_many(database: Database, ids: Sequence[int]) -> list[Row]:
    """The images in the order of their ids; a ServerError where one is missing or named twice."""
    rows = database.rows(SELECT + " WHERE images.id IN (SELECT value FROM json_each(?))", [id_list(ids)])
    by_id = {row["id"]: row for row in rows}
    seen: set[int] = set()
    for image_id in ids:
        if image_id not in by_id or image_id in seen:
            raise ServerError(f"image with id {image_id} not found")
        seen.add(image_id)
    return [by_id[image_id] for image_id in ids]


def path_of(image: Row) -> str:
    """The path of the image's primary file; empty without one."""
    return f"{image['folder_path']}/{image['basename']}" if image["basename"] else ""


def title_of(image: Row) -> str:
    """How errors call the image: by its title, else by its file."""
    return image["title"] or image["basename"] or ""


def display_name(image: Row) -> str:
    """How the log calls the image: by its path, else by its id."""
    return path_of(image) or str(image["id"])


def create(database: Database, file_id: int) -> int:
    """A new image of this file; its id."""
    moment = now()
    image_id = database.execute("INSERT INTO images (created_at, updated_at) VALUES (?, ?)", [moment, moment])
    database.execute('INSERT INTO images_files (image_id, file_id, "primary") VALUES (?, ?, 1)', [image_id, file_id])
    return image_id


def update(database: Database, image_id: int, changes: Changes) -> None:
    """Change the image, as one step of the transaction at hand."""
    update_row(database, "images", image_id, changes.columns)
    for join in (joins.IMAGE_GALLERIES, joins.IMAGE_URLS, joins.IMAGE_PERFORMERS, joins.IMAGE_TAGS):
        if join in changes.lists:
            join.apply(database, image_id, changes.lists[join])
    if changes.primary_file is not None:
        sql = 'UPDATE images_files SET "primary" = ? WHERE image_id = ? AND file_id {} ?'
        database.execute(sql.format("!="), [0, image_id, changes.primary_file])
        database.execute(sql.format("="), [1, image_id, changes.primary_file])


def update_row(database: Database, table: str, row_id: int, columns: dict[str, Any]) -> None:
    """Set these columns, and the time of the change."""
    values = dict(sorted({"updated_at": now(), **columns}.items()))
    assignments = ",".join(f"`{name}`=?" for name in values)
    database.execute(
        f"UPDATE `{table}` SET {assignments} WHERE (`{table}`.`id` = ?)",
        [*values.values(), row_id],
        f"updating {table}: executing",
    )


def count_o(database: Database, image_id: int, expression: str) -> int:
    """Set the o-counter to this expression of itself; its new value."""
    if database.value("SELECT COUNT(*) FROM images WHERE id = ?", [image_id]) == 0:
        raise ServerError(f"id {image_id} does not exist in images")
    database.execute(f"UPDATE images SET o_counter = {expression} WHERE id = ?", [image_id])
    value: int = database.value("SELECT o_counter FROM images WHERE id = ?", [image_id])
    return value


def file_ids(database: Database, image_id: int) -> list[int]:
    """The image's files, the primary one first."""
    sql = 'SELECT file_id FROM images_files WHERE image_id = ? ORDER BY "primary" DESC, rowid'
    return database.column(sql, [image_id])
