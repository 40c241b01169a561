"""What rules read of the disk: pictures, in archives too, and what lies beside them; bounded, and never a write.

Names come from a library that others fill: nothing outside the library folders is read as a sidecar, symlinks are
followed only where they stay inside, and nothing but a regular file is opened (a pipe would wait for ever).
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
from typing import TYPE_CHECKING, BinaryIO

from lib.errors import DataError
from lib.metadata import Metadata, read_metadata
from lib.rules.image.path import ImagePath

if TYPE_CHECKING:
    from lib.metadata.cache import MetadataCache  # brings sqlite3, which not everything that loads rules needs

# Names of possible sidecars that are remembered, over all folders; a name takes some 150 bytes.
MAX_NAMES = 50_000
# A picture in an archive is unpacked in memory; pages of comics have 0.2 to 5 MB.
MAX_MEMBER = 32 << 20
_PIECE = 1 << 20
# Stash unpacks no others (Go's archive/zip). bzip2 and LZMA unpack a kilobyte to a gigabyte in one step.
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# The directory of an archive with 100,000 members has some 10 MB. Python takes half a kilobyte for each; and of the
# further fields of a member, some 50 bytes, it copies the rest for each of them.
MAX_ZIP_DIRECTORY = 16 << 20
MAX_ZIP_MEMBERS = 100_000
MAX_ZIP_EXTRA = 4096
_ZIP_ENTRY, _ZIP_ENTRY_SIZE = b"PK\x01\x02", 46
_ZIP_IS_UTF8, _ZIP_UTF8_BIT = 9, 0x08  # in the entry's flags: whether the name is UTF-8
_ZIP_LENGTHS = struct.Struct("<28x3H")  # of name, further fields and comment

# Whatever zipfile raises on archives that are broken, encrypted or packed in a way that Python cannot unpack.
_BAD_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, OverflowError, OSError)


class UnreadableFileError(DataError):
    """A file cannot be read; the text says which one and why."""


class Files:
    """Reads files for one run. Remembers one listing per folder, and keeps the last archive open: close at the end.

    `kept`: where metadata that was read before is found; without it every picture is opened.
    """

    def __init__(
        self,
        libraries: Iterable[str] = (),
        suffixes: tuple[str, ...] = (".json", ".xmp", ".txt"),
        kept: MetadataCache | None = None,
    ) -> None:
        self._roots = [os.path.realpath(path) for path in libraries]
        self._suffixes = suffixes
        self._kept = kept
        self._listings: OrderedDict[str, dict[str, str]] = OrderedDict()
        self._remembered = 0
        self._archive = ExitStack()
        self._opened: dict[str, _Archive | str] = {}

    def close(self) -> None:
        """Close the archive that was read last, and what metadata is kept in."""
        self._close_archive()
        if self._kept is not None:
            self._kept.close()

    def _close_archive(self) -> None:
        self._archive.close()
        self._opened.clear()

    def metadata(self, place: ImagePath) -> Metadata:
        """What the picture carries; its broken parts are among its problems."""
        if self._kept is None:
            return self._read_metadata(place)
        return self._kept.get(place.native, place.archive or place.native, lambda: self._read_metadata(place))

    def _read_metadata(self, place: ImagePath) -> Metadata:
        with self.picture(place) as (file, size):
            return read_metadata(file, size)

    @contextmanager
    def picture(self, place: ImagePath) -> Iterator[tuple[BinaryIO, int]]:
        """The picture, open for reading, and its size in bytes."""
        if place.archive:
            content = self._member(place.archive, place.path[len(place.archive) + 1 :], MAX_MEMBER)
            yield io.BytesIO(content), len(content)
            return
        with _regular(place.native) as file:
            try:
                yield file, os.fstat(file.fileno()).st_size
            except OSError as error:
                raise UnreadableFileError(f"{place.native} cannot be read: {error.strerror or error}") from error

    def beside(self, place: ImagePath, folder: str) -> dict[str, str]:
        """The possible sidecars in a folder, which may lie in the place's archive: folded name -> name.

        Unreadable for an archive; of a folder the picture itself says what is wrong, if a rule reads it.
        """
        listing = self._listings.get(folder)
        if listing is not None:
            self._listings.move_to_end(folder)
            return listing
        names = self._names_in(place, folder)
        listing = {name.casefold(): name for name in names if name.casefold().endswith(self._suffixes)}
        self._listings[folder] = listing
        self._remembered += len(listing)
        while self._remembered > MAX_NAMES and len(self._listings) > 1:
            self._remembered -= len(self._listings.popitem(last=False)[1])
        return listing

    def sidecar(self, place: ImagePath, path: str, limit: int) -> bytes:
        """What stands in a file that `beside` named; at most so many bytes."""
        archive = place.archive
        if archive and path.startswith(archive + "/"):
            return self._member(archive, path[len(archive) + 1 :], limit)
        try:
            inside = self._is_inside(os.path.realpath(path), place)
        except (OSError, ValueError) as error:  # ValueError: a NUL in the path
            raise UnreadableFileError(f"{path} cannot be opened: {error}") from error
        if not inside:
            raise UnreadableFileError(f"{path}: a link that leads out of the library is not followed")
        with _regular(path) as file:
            try:
                content = file.read(limit + 1)
            except OSError as error:
                raise UnreadableFileError(f"{path} cannot be read: {error.strerror or error}") from error
        if len(content) > limit:
            raise UnreadableFileError(f"{path}: larger than {limit} bytes")
        return content

    def _names_in(self, place: ImagePath, folder: str) -> list[str]:
        archive = place.archive
        if archive and (folder + "/").startswith(archive + "/"):
            return self._zip(archive).folders.get(folder[len(archive) + 1 :], [])
        try:
            if not self._is_inside(os.path.realpath(folder), place):
                return []
            return os.listdir(folder)
        except (OSError, ValueError):  # ValueError: a NUL in the path
            return []

    def _is_inside(self, real: str, place: ImagePath) -> bool:
        """Whether a real path lies in a library, or, where none is known, below the picture's own folder."""
        roots = self._roots or [os.path.realpath(os.path.dirname(place.archive or place.native))]
        return any(real == root or real.startswith(root.rstrip(os.sep) + os.sep) for root in roots)

    def _member(self, archive: str, name: str, limit: int) -> bytes:
        file = self._zip(archive).file
        try:
            member = file.getinfo(name)
        except KeyError:
            raise UnreadableFileError(f"{archive} has no {name}") from None
        if member.compress_type not in _PACKED:
            raise UnreadableFileError(
                f"{archive}: {name} is packed in a way that is not read: neither stored nor deflated"
            )
        if member.file_size > limit:
            raise UnreadableFileError(f"{archive}: {name} is larger than {limit} bytes")
        try:
            with file.open(member) as opened:  # brings no more than file_size; in pieces it takes half the memory
                return b"".join(iter(lambda: opened.read(_PIECE), b""))
        except _BAD_ZIP as error:
            raise UnreadableFileError(f"{archive}: {name} cannot be unpacked: {error}") from error

    def _zip(self, archive: str) -> _Archive:
        """The archive, open; what cannot be opened is not tried again for the next of its pictures."""
        if archive not in self._opened:
            self._close_archive()
            try:
                file = self._archive.enter_context(_ZipReader(_regular(archive).detach()))
                opened = self._archive.enter_context(zipfile.ZipFile(file))
                file.opening = False
                self._opened[archive] = _Archive(opened, self._suffixes)
            except UnreadableFileError as error:
                self._opened[archive] = str(error)
            except _BAD_ZIP as error:
                self._close_archive()
                self._opened[archive] = f"{archive} is no zip archive that can be read: {error}"
        found = self._opened[archive]
        if isinstance(found, str):
            raise UnreadableFileError(found)
        return found


class _Archive:
    """An archive that is open, and the names of possible sidecars in it by their folder."""

    def __init__(self, file: zipfile.ZipFile, suffixes: tuple[str, ...]) -> None:
        self.file = file
        self.folders: dict[str, list[str]] = {}
        for path in file.namelist():
            folder, _, name = path.rpartition("/")
            if name.casefold().endswith(suffixes):
                self.folders.setdefault(folder, []).append(name)


class _ZipReader(io.BufferedReader):
    """An archive's bytes: where its directory lies is found by zipfile, what it may be is decided here.

    Several records can say how large it is, and which of them counts differs between releases of Python.
    """

    opening = True

    def read(self, size: int | None = -1, /) -> bytes:
        if not self.opening:
            return super().read(size)
        if size is not None and size > MAX_ZIP_DIRECTORY:
            raise zipfile.BadZipFile(f"its directory is larger than {MAX_ZIP_DIRECTORY} bytes")
        return _checked_directory(super().read(size))


def _checked_directory(data: bytes) -> bytes:
    """The directory as zipfile can read it, and BadZipFile for one it would be long about; other bytes as they are.

    zipfile gives up at the first name that says it is UTF-8 and is not. Told that it is not, it reads the others.
    """
    at = members = 0
    readable = bytearray(data)
    while data.startswith(_ZIP_ENTRY, at) and at + _ZIP_ENTRY_SIZE <= len(data):
        name, extra, comment = _ZIP_LENGTHS.unpack_from(data, at)
        members += 1
        if members > MAX_ZIP_MEMBERS or extra > MAX_ZIP_EXTRA:
            most = f"{MAX_ZIP_MEMBERS} members" if extra <= MAX_ZIP_EXTRA else f"{MAX_ZIP_EXTRA} bytes about one"
            raise zipfile.BadZipFile(f"its directory has more than {most}")
        begin = at + _ZIP_ENTRY_SIZE
        if not _is_utf8(data[begin : begin + name]):
            readable[at + _ZIP_IS_UTF8] &= ~_ZIP_UTF8_BIT
        at += _ZIP_ENTRY_SIZE + name + extra + comment
    return bytes(readable)


def _is_utf8(name: bytes) -> bool:
    try:
        name.decode()
    except UnicodeDecodeError:
        return False
    return True


def _regular(path: str) -> io.BufferedReader:
    """A regular file, open for reading; the open itself must not wait for a pipe's other end."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise UnreadableFileError(f"{path} cannot be opened: {getattr(error, 'strerror', None) or error}") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise UnreadableFileError(f"{path} is no regular file")
    return os.fdopen(descriptor, "rb")
