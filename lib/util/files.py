"""Write user files: atomically, or readable only by their owner."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO


@contextmanager
def atomic_write(path: str, encoding: str = "utf-8") -> Iterator[TextIO]:
    """Open a new text file that replaces `path` when the block ends without an error. Raises an OSError.

    An existing file keeps its permissions; those of a new one follow the umask, because users edit it. A link in place
    of the temporary file isn't followed.
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
    """Return the permissions of a file; 0 if it doesn't exist."""
    try:
        return stat.S_IMODE(os.stat(path).st_mode)
    except FileNotFoundError:
        return 0


def ensure_private(path: str) -> None:
    """Create the database if necessary, and make it and its journal readable only by their owner. Raises an OSError.

    A copy or a backup may have other permissions.
    """
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    for name in (path, f"{path}-journal"):
        if _mode(name) & 0o077:
            os.chmod(name, 0o600)
