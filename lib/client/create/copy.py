"""Puts a file into a folder: complete before it has its name, and never over one that is there."""

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
"""The ending of a file that is not complete: no image, video or archive for Stash, so a scan passes it by."""

_PIECE = 1 << 20


def place(picture: BinaryIO, md5: str, folder: str, name: str, modified: int | None = None) -> str:
    """Copy what `picture` holds, which has this MD5, into `folder` under the first form of `name` that no other has; its path.

    `modified`: the time of its last change in nanoseconds, which the copy shall have too. A TransportError says why
    it cannot be copied.
    """
    part = os.path.join(folder, f".{secrets.token_hex(8)}{PART}")
    try:
        os.makedirs(folder, exist_ok=True)
        try:
            if _copy(picture, part) != md5:
                raise DataError(f"image.path: {picture.name} was changed while it was copied; try again.")
            if modified is not None:
                os.utime(part, ns=(modified, modified))
            return _named(part, folder, name, md5)
        finally:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(part)
    except OSError as error:
        raise TransportError(f"{name} cannot be copied into {folder}: {error.strerror}.") from error


def _copy(picture: BinaryIO, part: str) -> str:
    digest = hashlib.md5(usedforsecurity=False)
    picture.seek(0)
    with open(part, "xb") as file:
        while piece := picture.read(_PIECE):
            digest.update(piece)
            file.write(piece)
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
    """Whether a file of this name is the same picture: what a try left behind that failed before Stash's scan."""
    if os.path.islink(path) or not os.path.isfile(path):
        return False
    with open(path, "rb") as file:
        return source.md5(file) == md5


def _rename(part: str, path: str) -> None:
    """Give the file its name; FileExistsError where there is one of that name, made in this moment or long ago."""
    try:
        os.link(part, path)
    except FileExistsError:
        raise
    except OSError:
        # No hard links here (exFAT, some network shares). An empty file of ours takes the name first: a scan skips
        # empty files, and nobody else can take it any more.
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
        os.replace(part, path)
