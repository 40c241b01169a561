"""The file for a new image: a regular file that begins like an image."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import BinaryIO

from lib.errors import DataError

HEADERS = {
    "png": rb"\x89PNG\r\n\x1a\n",
    "jpg": rb"\xff\xd8\xff",
    "gif": rb"GIF8[79]a",
    "webp": rb"RIFF....WEBP",
    "avif": rb"....ftyp(avif|avis|mif1|msf1)",
    "jxl": rb"\xff\x0a|\x00\x00\x00\x0cJXL \r\n\x87\n",
    "bmp": rb"BM",
    "tiff": rb"II\*\0|MM\0\*",
}
"""The first bytes of each format. The extensions of images are a setting of the server."""

_HEADER = re.compile(b"|".join(b"(?:%s)" % header for header in HEADERS.values()), re.DOTALL)
_HEADER_BYTES = 32


def absolute(path: str) -> str:
    """Return the path without `..` and double separators. Raises a DataError for a relative path."""
    if not os.path.isabs(path) or "\0" in path:
        raise DataError(f"image.path: {path!r} is not allowed; expected an absolute path.")
    return os.path.normpath(path)


@contextmanager
def open_image(path: str, extensions: Sequence[str]) -> Iterator[BinaryIO]:
    """Open the file for reading. Raises a DataError if it isn't an image for Stash, or is a symbolic link."""
    name = f"image.path: {path!r}"
    if os.path.splitext(path)[1][1:].lower() not in extensions:
        raise DataError(f"{name} doesn't have one of Stash's image extensions: {', '.join(extensions)}.")
    try:
        kind = os.lstat(path).st_mode
        if stat.S_ISLNK(kind):
            raise DataError(f"{name} is a symbolic link. Use the path of the file.")
        if not stat.S_ISREG(kind):
            raise DataError(f"{name} isn't a regular file.")
        file = open(path, "rb")  # noqa: SIM115 - closed below
    except OSError as error:
        raise DataError(f"{name} cannot be read: {error.strerror}.") from error
    with file:
        if not _HEADER.match(file.read(_HEADER_BYTES)):
            raise DataError(f"{name} isn't an image: its first bytes aren't those of {', '.join(HEADERS)}.")
        yield file


def md5(file: BinaryIO) -> str:
    """Return the MD5 of the whole file, by which Stash identifies an image."""
    digest = hashlib.md5(usedforsecurity=False)
    file.seek(0)
    while chunk := file.read(1 << 20):
        digest.update(chunk)
    return digest.hexdigest()
