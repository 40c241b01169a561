"""Cache metadata by the file's path, size and modification time, so that unchanged files aren't opened again.

Reading a photograph takes 0.8 ms, and on a network folder several round trips; a cache hit takes 0.03 ms and one
(measured on 5,000 JPEGs with EXIF, IPTC and XMP). The cache may be deleted. If it can't be read or written, files are
read without it.
"""

from __future__ import annotations

import json
import os
import sqlite3
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from lib.log import logger
from lib.metadata.model import Metadata
from lib.util import files

MAX_BYTES = 512 << 20
"""Size of the database above which nothing is added; a photograph takes about 500 bytes, a ComfyUI workflow 5,000."""
_MAX_TIME = (1 << 63) - 1
"""The latest time that SQLite can store, in the year 2262; a file may have a later one."""
_MAX_PENDING = 500
_MAX_PENDING_BYTES = 4 << 20
_SCHEMA = """CREATE TABLE IF NOT EXISTS files (
  path BLOB PRIMARY KEY, size INTEGER NOT NULL, time INTEGER NOT NULL, metadata BLOB NOT NULL
) WITHOUT ROWID"""


class MetadataCache:
    """A database of metadata. It is opened on first use; `close` writes pending entries."""

    def __init__(self, path: str, max_bytes: int = MAX_BYTES) -> None:
        self._path = path
        self._max_bytes = max_bytes
        self._connection: sqlite3.Connection | None = None
        self._pending: dict[bytes, tuple[bytes, int, int, bytes]] = {}
        self._pending_bytes = 0
        self._usable = True

    def get(self, name: str, file: str, read: Callable[[], Metadata]) -> Metadata:
        """Return the cached metadata of the image `name`, or cache the result of `read`.

        file: the image file, or the archive that contains it.
        """
        try:
            stat, key = os.stat(file), os.fsencode(name)
        except (OSError, ValueError):
            return read()  # reports the problem of the file
        if abs(stat.st_mtime_ns) > _MAX_TIME:
            return read()
        cached = self._look_up(key, stat.st_size, stat.st_mtime_ns)
        if cached is not None:
            return cached
        metadata = read()
        packed = zlib.compress(json.dumps(asdict(metadata), separators=(",", ":")).encode(), 1)
        self._pending[key] = (key, stat.st_size, stat.st_mtime_ns, packed)
        self._pending_bytes += len(packed)
        if len(self._pending) >= _MAX_PENDING or self._pending_bytes >= _MAX_PENDING_BYTES:
            self._write()
        return metadata

    def close(self) -> None:
        """Write pending entries, and close the database."""
        self._write()
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _look_up(self, key: bytes, size: int, time: int) -> Metadata | None:
        try:
            sql = "SELECT metadata FROM files WHERE path = ? AND size = ? AND time = ?"
            row = self._open().execute(sql, (key, size, time)).fetchone() if self._usable else None
            return None if row is None else Metadata(**json.loads(zlib.decompress(row[0])))
        except (sqlite3.Error, OSError, zlib.error, ValueError, TypeError) as error:
            self._disable(error)
            return None

    def _write(self) -> None:
        rows, self._pending, self._pending_bytes = list(self._pending.values()), {}, 0
        if not rows or not self._usable:
            return
        try:
            with self._open() as connection:
                if _size(connection) < self._max_bytes:
                    connection.executemany("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?)", rows)
        except (sqlite3.Error, OSError) as error:
            self._disable(error)

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            os.makedirs(os.path.dirname(self._path), exist_ok=True)
            files.ensure_private(self._path)
            self._connection = sqlite3.connect(self._path)
            self._connection.execute("PRAGMA synchronous = OFF")  # a file corrupted by a power cut is created again
            version = _cache_version()
            if self._connection.execute("PRAGMA user_version").fetchone()[0] != version:
                with self._connection:
                    self._connection.execute("DROP TABLE IF EXISTS files")
                    self._connection.execute(_SCHEMA)
                    self._connection.execute(f"PRAGMA user_version = {version}")
        return self._connection

    def _disable(self, error: Exception) -> None:
        """Disable the cache for the rest of the run, and delete a corrupted file, so that the next run creates a new one."""
        logger.debug("The metadata cache is disabled in this run: %s: %s", self._path, error)
        self._usable = False
        if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
            self.close()
            with suppress(OSError):
                os.remove(self._path)


def _cache_version() -> int:
    """Return the cache version: the CRC of the parsers' source code."""
    code = (path.read_bytes() for path in sorted(Path(__file__).parent.rglob("*.py")))
    return zlib.crc32(b"".join(code)) & 0x7FFFFFFF


def _size(connection: sqlite3.Connection) -> int:
    pages, size = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
    return int(pages * size)
