"""The picture that an image shall be made of: a regular file whose first bytes are those of an image."""

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
"""How the files of each format begin. Which extensions count as images is the server's setting."""

_HEADER = re.compile(b"|".join(b"(?:%s)" % header for header in HEADERS.values()), re.DOTALL)
_LONGEST = 32


def absolute(path: str) -> str:
    """The path without `..` and doubled separators; a DataError for a relative one, whose meaning is the process's."""
    if not os.path.isabs(path) or "\0" in path:
        raise DataError(f"image.path: {path!r} is not allowed; an absolute path is expected.")
    return os.path.normpath(path)


@contextmanager
def open_image(path: str, extensions: Sequence[str]) -> Iterator[BinaryIO]:
    """The file, open for reading; a DataError if it is no picture that Stash takes, or a symbolic link."""
    name = f"image.path: {path!r}"
    if os.path.splitext(path)[1][1:].lower() not in extensions:
        raise DataError(f"{name} has none of Stash's image extensions: {', '.join(extensions)}.")
    try:
        kind = os.lstat(path).st_mode
        if stat.S_ISLNK(kind):
            raise DataError(f"{name} is a symbolic link; name the file itself.")
        if not stat.S_ISREG(kind):
            raise DataError(f"{name} is no regular file.")
        file = open(path, "rb")  # noqa: SIM115 - closed below, apart from the errors of opening it
    except OSError as error:
        raise DataError(f"{name} cannot be read: {error.strerror}.") from error
    with file:
        if not _HEADER.match(file.read(_LONGEST)):
            raise DataError(f"{name} is no image: its first bytes are not those of {', '.join(HEADERS)}.")
        yield file


def md5(file: BinaryIO) -> str:
    """The MD5 of the whole file, which is what Stash knows an image by."""
    digest = hashlib.md5(usedforsecurity=False)
    file.seek(0)
    while piece := file.read(1 << 20):
        digest.update(piece)
    return digest.hexdigest()
