"""Copy a file into a folder: it gets its name when it is complete, and never replaces another file."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from typing import BinaryIO

from lib.client.create import source
from lib.client.create.filenames import numbered
from lib.errors import DataError, TransportError

PART = ".part"
"""The ending of an incomplete file. A scan ignores it, because it isn't one of an image, video or archive."""

_CHUNK = 1 << 20


def place(image_file: BinaryIO, md5: str, folder: str, name: str, modified: int | None = None) -> str:
    """Copy `image_file`, which has this MD5, into `folder` under the first free variant of `name`. Return the path.

    `modified`: the copy's modification time in nanoseconds. Raises a TransportError if the file can't be copied.
    """
    part = os.path.join(folder, f".{secrets.token_hex(8)}{PART}")
    try:
        os.makedirs(folder, exist_ok=True)
        try:
            if _copy(image_file, part) != md5:
                raise DataError(f"image.path: {image_file.name} was changed while it was copied; try again.")
            if modified is not None:
                os.utime(part, ns=(modified, modified))
            return _named(part, folder, name, md5)
        finally:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(part)
    except OSError as error:
        raise TransportError(f"{name} cannot be copied into {folder}: {error.strerror}.") from error


def _copy(image_file: BinaryIO, part: str) -> str:
    digest = hashlib.md5(usedforsecurity=False)
    image_file.seek(0)
    with open(part, "xb") as file:
        while chunk := image_file.read(_CHUNK):
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def _named(part: str, folder: str, name: str, md5: str) -> str:
    number = 1
    while True:
        path = os.path.join(folder, numbered(name, number))
        try:
            _rename(part, path)
        except FileExistsError:
            if _holds(path, md5):
                return path
            number += 1
        else:
            return path


def _holds(path: str, md5: str) -> bool:
    """Whether the file has this MD5: an attempt that failed before Stash's scan leaves one."""
    if os.path.islink(path) or not os.path.isfile(path):
        return False
    with open(path, "rb") as file:
        return source.md5(file) == md5


def _rename(part: str, path: str) -> None:
    """Give the file its name. Raises a FileExistsError if another file has it, even one created just now."""
    try:
        os.link(part, path)
    except FileExistsError:
        raise
    except OSError:
        # No hard links on exFAT and some network shares. An empty file reserves the name: a scan skips empty files.
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
        os.replace(part, path)
