"""Fills the database of a throw-away Stash with images that have no pictures: 100,000 in seconds, for measuring.

The server must be idle. Tables and columns are those of database schema 75 (v0.30).
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing

WHEN = "2026-01-01T00:00:00Z"
PER_FOLDER = 1000


def fill(database: str, library: str, images: int, tags: int = 500, tags_each: int = 3) -> None:
    """Put `images` images in folders of a thousand into the library, each with `tags_each` of `tags` tags."""
    with closing(sqlite3.connect(database, timeout=60)) as connection, connection:
        insert = connection.executemany
        first_tag = _next(connection, "tags")
        insert(
            "INSERT INTO tags (id, name, created_at, updated_at) VALUES (?, ?, ?, ?)",
            [(first_tag + number, f"tag {number}", WHEN, WHEN) for number in range(tags)],
        )
        first_folder = _next(connection, "folders")
        insert(
            "INSERT INTO folders (id, path, mod_time, created_at, updated_at) VALUES (?, ?, ?, ?, ?)",
            [
                (first_folder + number, _folder(library, number), WHEN, WHEN, WHEN)
                for number in range(images // PER_FOLDER + 1)
            ],
        )
        image, file = _next(connection, "images"), _next(connection, "files")
        for sql, rows in _tables(image, file, first_folder, images):
            insert(sql, rows)
        pairs = (
            (image + each, first_tag + (each * 7 + step * 31) % tags)
            for each in range(images)
            for step in range(tags_each)
        )
        insert("INSERT INTO images_tags (image_id, tag_id) VALUES (?, ?)", pairs)


def _tables(image: int, file: int, folder: int, images: int) -> Iterator[tuple[str, Iterator[tuple[object, ...]]]]:
    numbers = range(images)
    yield (
        "INSERT INTO images (id, created_at, updated_at) VALUES (?, ?, ?)",
        ((image + each, WHEN, WHEN) for each in numbers),
    )
    yield (
        (
            "INSERT INTO files (id, basename, parent_folder_id, size, mod_time, created_at, updated_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)"
        ),
        (
            (
                file + each,
                _name(each),
                folder + each // PER_FOLDER,
                2000000 + each,
                WHEN,
                WHEN,
                WHEN,
            )
            for each in numbers
        ),
    )
    yield (
        "INSERT INTO image_files (file_id, format, width, height) VALUES (?, 'jpeg', ?, ?)",
        ((file + each, 4000 if each % 3 else 1500, 3000 if each % 5 else 4500) for each in numbers),
    )
    yield (
        'INSERT INTO images_files (image_id, file_id, "primary") VALUES (?, ?, 1)',
        ((image + each, file + each) for each in numbers),
    )
    yield (
        "INSERT INTO files_fingerprints (file_id, type, fingerprint) VALUES (?, 'md5', ?)",
        ((file + each, hashlib.md5(b"%d" % each).hexdigest()) for each in numbers),
    )


def lay_out_pictures(library: str, images: int, picture: str) -> None:
    """Give the images files, all of them the same picture: a copy in each folder, and links to it."""
    for start in range(0, images, PER_FOLDER):
        folder = _folder(library, start // PER_FOLDER)
        os.mkdir(folder)
        first, *others = (os.path.join(folder, _name(each)) for each in range(start, min(start + PER_FOLDER, images)))
        shutil.copyfile(picture, first)
        for path in others:
            os.link(first, path)


def _folder(library: str, number: int) -> str:
    return f"{library}/set {number:04}"


def _name(each: int) -> str:
    return f"IMG_2021{each % 12 + 1:02}{each % 28 + 1:02}_{each:06}.jpg"


def _next(connection: sqlite3.Connection, table: str) -> int:
    return int(connection.execute(f"SELECT COALESCE(MAX(id), 0) + 1 FROM {table}").fetchone()[0])
