"""Reads image files and their sidecars, in archives too, with size limits. Never writes.

Libraries may contain files from untrusted sources: sidecars outside the library folders aren't read, symlinks are
followed only if they stay inside, and only regular files are opened (a pipe would block forever).
"""

from __future__ import annotations

import io
import os
import stat
import struct
import zipfile
import zlib
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from lib.errors import DataError
from lib.metadata import Metadata, read_metadata
from lib.rules.image.path import ImagePath

if TYPE_CHECKING:
    from lib.metadata.cache import MetadataCache  # imports sqlite3, which most users of rules don't need

# Cached names of possible sidecars over all folders; a name takes some 150 bytes.
MAX_NAMES = 50_000
# An image in an archive is unpacked in memory; pages of comics have 0.2 to 5 MB.
MAX_MEMBER = 32 << 20
_CHUNK_SIZE = 1 << 20
# Stash supports no others (Go's archive/zip). bzip2 and LZMA unpack a kilobyte to a gigabyte in one step.
_SUPPORTED_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# The directory of an archive with 100,000 members has some 10 MB. Python takes half a kilobyte for each member, and
# copies the rest of a member's extra fields (some 50 bytes) once for each field.
MAX_ZIP_DIRECTORY = 16 << 20
MAX_ZIP_MEMBERS = 100_000
MAX_ZIP_EXTRA = 4096
_ZIP_ENTRY, _ZIP_ENTRY_SIZE = b"PK\x01\x02", 46
_ZIP_FLAGS, _ZIP_UTF8_BIT = 9, 0x08  # in the entry's flags: whether the name is UTF-8
_ZIP_LENGTHS = struct.Struct("<28x3H")  # of name, extra fields and comment

# All exceptions that zipfile raises for broken, encrypted or unsupported archives.
_BAD_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, OverflowError, OSError)


class UnreadableFileError(DataError):
    """A file can't be read; the message names the file and the reason."""


class Files:
    """Reads files for one run. Caches one listing per folder and keeps the last archive open: close it at the end.

    cache: where the metadata of unchanged files is stored; without it every image file is opened.
    """

    def __init__(
        self,
        libraries: Iterable[str] = (),
        suffixes: tuple[str, ...] = (".json", ".xmp", ".txt"),
        cache: MetadataCache | None = None,
    ) -> None:
        self._roots = [os.path.realpath(path) for path in libraries]
        self._suffixes = suffixes
        self._cache = cache
        self._listings: OrderedDict[str, dict[str, str]] = OrderedDict()
        self._listed_names = 0
        self._open_archive = ExitStack()
        self._last: _Opened | None = None

    def close(self) -> None:
        """Close the last archive and the metadata cache."""
        self._close_archive()
        if self._cache is not None:
            self._cache.close()

    def _close_archive(self) -> None:
        self._open_archive.close()
        self._last = None

    def metadata(self, path: ImagePath) -> Metadata:
        """Return the embedded metadata; its broken parts are among its problems."""
        if self._cache is None:
            return self._read_metadata(path)
        return self._cache.get(path.native, path.archive or path.native, lambda: self._read_metadata(path))

    def _read_metadata(self, path: ImagePath) -> Metadata:
        with self.open_image(path) as (file, size):
            return read_metadata(file, size)

    @contextmanager
    def open_image(self, path: ImagePath) -> Iterator[tuple[BinaryIO, int]]:
        """Open the image file for reading; yields the file and its size in bytes."""
        if path.archive:
            content = self._member(path.archive, path.full[len(path.archive) + 1 :], MAX_MEMBER)
            yield io.BytesIO(content), len(content)
            return
        with _open_regular(path.native) as file:
            try:
                yield file, os.fstat(file.fileno()).st_size
            except OSError as error:
                raise UnreadableFileError(f"{path.native} can't be read: {error.strerror or error}") from error

    def beside(self, path: ImagePath, folder: str) -> dict[str, str]:
        """Return the possible sidecars in a folder, on disk or in the image's archive, by folded name.

        Raises UnreadableFileError for a broken archive. An unreadable folder is reported when the image itself is read.
        """
        listing = self._listings.get(folder)
        if listing is not None:
            self._listings.move_to_end(folder)
            return listing
        names = self._list_folder(path, folder)
        listing = {name.casefold(): name for name in names if name.casefold().endswith(self._suffixes)}
        self._listings[folder] = listing
        self._listed_names += len(listing)
        while self._listed_names > MAX_NAMES and len(self._listings) > 1:
            self._listed_names -= len(self._listings.popitem(last=False)[1])
        return listing

    def sidecar(self, path: ImagePath, name: str, limit: int) -> bytes:
        """Return the content of a sidecar with the full path `name`, which `beside` listed; `limit` in bytes."""
        archive = path.archive
        if archive and name.startswith(archive + "/"):
            return self._member(archive, name[len(archive) + 1 :], limit)
        try:
            is_inside = self._is_inside(os.path.realpath(name), path)
        except (OSError, ValueError) as error:  # ValueError: a NUL in the path
            raise UnreadableFileError(f"{name} can't be opened: {error}") from error
        if not is_inside:
            raise UnreadableFileError(f"{name} is a link to a file outside the library and isn't followed")
        with _open_regular(name) as file:
            try:
                content = file.read(limit + 1)
            except OSError as error:
                raise UnreadableFileError(f"{name} can't be read: {error.strerror or error}") from error
        if len(content) > limit:
            raise UnreadableFileError(f"{name} is larger than {limit} bytes")
        return content

    def _list_folder(self, path: ImagePath, folder: str) -> list[str]:
        archive = path.archive
        if archive and (folder + "/").startswith(archive + "/"):
            return self._zip(archive).folders.get(folder[len(archive) + 1 :], [])
        try:
            if not self._is_inside(os.path.realpath(folder), path):
                return []
            return os.listdir(folder)
        except (OSError, ValueError):  # ValueError: a NUL in the path
            return []

    def _is_inside(self, real: str, path: ImagePath) -> bool:
        """Whether a real path is in a library or, without known libraries, below the image's own folder."""
        roots = self._roots or [os.path.realpath(os.path.dirname(path.archive or path.native))]
        return any(real == root or real.startswith(root.rstrip(os.sep) + os.sep) for root in roots)

    def _member(self, archive: str, name: str, limit: int) -> bytes:
        file = self._zip(archive).file
        try:
            member = file.getinfo(name)
        except KeyError:
            raise UnreadableFileError(f"{archive} doesn't contain {name}") from None
        if member.compress_type not in _SUPPORTED_METHODS:
            raise UnreadableFileError(
                f"{archive}: {name} has an unsupported compression method (supported: stored, deflate)"
            )
        if member.file_size > limit:
            raise UnreadableFileError(f"{archive}: {name} is larger than {limit} bytes")
        try:
            with file.open(member) as stream:  # returns at most file_size; in chunks it takes half the memory
                return b"".join(iter(lambda: stream.read(_CHUNK_SIZE), b""))
        except _BAD_ZIP as error:
            raise UnreadableFileError(f"{archive}: {name} can't be unpacked: {error}") from error

    def _zip(self, archive: str) -> _Archive:
        """Return the open archive; an unreadable one isn't tried again for its next image."""
        if self._last is None or self._last.path != archive:
            self._close_archive()
            self._last = self._open(archive)
        if self._last.content is None:
            raise UnreadableFileError(self._last.problem)
        return self._last.content

    def _open(self, archive: str) -> _Opened:
        try:
            file = self._open_archive.enter_context(_ZipReader(_open_regular(archive).detach()))
            content = self._open_archive.enter_context(zipfile.ZipFile(file))
            file.opening = False
            return _Opened(archive, _Archive(content, self._suffixes))
        except UnreadableFileError as error:
            return _Opened(archive, problem=str(error))
        except _BAD_ZIP as error:
            self._open_archive.close()
            return _Opened(archive, problem=f"{archive} isn't a readable zip archive: {error}")


class _Opened(NamedTuple):
    """The result of opening an archive: its content, or the problem."""

    path: str
    content: _Archive | None = None
    problem: str = ""


class _Archive:
    """An open archive, and the names of possible sidecars in it by folder."""

    def __init__(self, file: zipfile.ZipFile, suffixes: tuple[str, ...]) -> None:
        self.file = file
        self.folders: dict[str, list[str]] = {}
        for path in file.namelist():
            folder, _, name = path.rpartition("/")
            if name.casefold().endswith(suffixes):
                self.folders.setdefault(folder, []).append(name)


class _ZipReader(io.BufferedReader):
    """An archive's bytes: zipfile locates the directory, and its size is limited here.

    Several records can contain the size, and Python's releases differ in which of them they use.
    """

    opening = True

    def read(self, size: int | None = -1, /) -> bytes:
        if not self.opening:
            return super().read(size)
        if size is not None and size > MAX_ZIP_DIRECTORY:
            raise zipfile.BadZipFile(f"the directory is larger than {MAX_ZIP_DIRECTORY} bytes")
        return _checked_directory(super().read(size))


def _checked_directory(data: bytes) -> bytes:
    """Return a directory that zipfile can read; other data unchanged. Raises BadZipFile for one that takes too long.

    zipfile fails at the first name that is flagged as UTF-8 and isn't, so the flag is cleared.
    """
    pos = members = 0
    readable = bytearray(data)
    while data.startswith(_ZIP_ENTRY, pos) and pos + _ZIP_ENTRY_SIZE <= len(data):
        name, extra, comment = _ZIP_LENGTHS.unpack_from(data, pos)
        members += 1
        if members > MAX_ZIP_MEMBERS or extra > MAX_ZIP_EXTRA:
            limit = f"{MAX_ZIP_MEMBERS} members" if extra <= MAX_ZIP_EXTRA else f"{MAX_ZIP_EXTRA} bytes for one member"
            raise zipfile.BadZipFile(f"the directory has more than {limit}")
        start = pos + _ZIP_ENTRY_SIZE
        if not _is_utf8(data[start : start + name]):
            readable[pos + _ZIP_FLAGS] &= ~_ZIP_UTF8_BIT
        pos += _ZIP_ENTRY_SIZE + name + extra + comment
    return bytes(readable)


def _is_utf8(name: bytes) -> bool:
    try:
        name.decode()
    except UnicodeDecodeError:
        return False
    return True


def _open_regular(path: str) -> io.BufferedReader:
    """Open a regular file for reading; opening a pipe must not block."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise UnreadableFileError(f"{path} can't be opened: {getattr(error, 'strerror', None) or error}") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise UnreadableFileError(f"{path} isn't a regular file")
    return os.fdopen(descriptor, "rb")
