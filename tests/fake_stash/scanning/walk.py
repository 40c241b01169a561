"""Walks folders and zip files, in the order of names; links are followed."""

from __future__ import annotations

import os
import stat
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import partial


@dataclass(frozen=True)
class Entry:
    """A folder or file that the walk came by; `read` gives its content. Of folders in a zip nobody knows the time."""

    path: str
    size: int
    modified: float | None
    is_folder: bool
    read: Callable[[], bytes] = bytes

    @property
    def folder(self) -> str:
        """Where it lies."""
        return os.path.dirname(self.path)

    @property
    def basename(self) -> str:
        """Its name in there."""
        return os.path.basename(self.path)


def walk(path: str, accept: Callable[[Entry], bool], on_error: Callable[[str], None]) -> Iterator[Entry]:
    """The path and everything below it that is accepted; a folder that is not accepted is not entered."""
    try:
        entry = _entry(path)
    except OSError as error:
        on_error(f"error scanning {path}: lstat {os.path.realpath(path)}: {(error.strerror or '').lower()}")
        return
    if not accept(entry):
        return
    yield entry
    if entry.is_folder:
        for name in sorted(os.listdir(path)):
            yield from walk(os.path.join(path, name), accept, on_error)


def _entry(path: str) -> Entry:
    found = os.stat(path)

    def read() -> bytes:
        with open(path, "rb") as file:
            return file.read()

    return Entry(path, found.st_size, found.st_mtime, stat.S_ISDIR(found.st_mode), read)


def walk_zip(path: str) -> Iterator[Entry]:
    """The zip as a folder, and the members below it; a BadZipFile error if it is none."""
    with zipfile.ZipFile(path) as archive:
        yield Entry(path, 0, None, is_folder=True)
        members = {info.filename.rstrip("/"): info for info in archive.infolist()}
        names = set(members) | {parent for name in members for parent in _parents(name)}
        for name in sorted(names, key=lambda each: each.split("/")):
            info = members.get(name)
            is_folder = info is None or info.is_dir()
            # Read while the archive is open, but only when asked: what is wrong with one member is said of that one.
            read = bytes if is_folder or info is None else partial(archive.read, info)
            seconds = None if info is None else _member_time(info)
            yield Entry(f"{path}/{name}", info.file_size if info else 0, seconds, is_folder, read)


def _parents(name: str) -> Iterator[str]:
    while "/" in name:
        name = name.rpartition("/")[0]
        yield name


def _member_time(info: zipfile.ZipInfo) -> float:
    try:
        return datetime(*info.date_time, tzinfo=timezone.utc).timestamp()
    except ValueError:  # month 0, day 0
        return datetime(1979, 11, 30, tzinfo=timezone.utc).timestamp()
