"""Files in the folder that is the user's: complete before they have their name, or for their owner alone."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO


@contextmanager
def atomic_write(path: str, encoding: str = "utf-8") -> Iterator[TextIO]:
    """A new text file that takes the place of `path` when the block ends; what raises leaves the old one. An OSError as it is.

    A file that was there keeps its permissions, else they follow the umask: people edit it. A link in the way of the new
    file is not followed.
    """
    part, mode = f"{path}.part", _mode(path)
    with suppress(FileNotFoundError):
        os.unlink(part)
    try:
        with open(
            part, "x", encoding=encoding, newline="", opener=lambda name, flags: os.open(name, flags, mode or 0o666)
        ) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if mode:
            os.chmod(part, mode)
        os.replace(part, path)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(part)
        raise


def _mode(path: str) -> int:
    """The permissions of a file; 0 where there is none."""
    try:
        return stat.S_IMODE(os.stat(path).st_mode)
    except FileNotFoundError:
        return 0


def ensure_private(path: str) -> None:
    """Make a database if it is not there, and take it and its journal from all but their owner. An OSError as it is.

    A copy or a backup may have lost that.
    """
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    for each in (path, f"{path}-journal"):
        if _mode(each) & 0o077:
            os.chmod(each, 0o600)
