"""A lock on a file, so that only one run is active. The operating system releases it when its process ends."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from lib.errors import StoreError

if sys.platform == "win32":
    import msvcrt

    def _try_lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _try_lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def file_lock(path: str, patience: float = 2.0) -> Iterator[bool]:
    """Lock `path` for the block; yields False if another process has it locked for `patience` seconds. Raises a
    StoreError if the file can't be created.

    The patience is for processes that only check whether a run is active: they lock it for a moment.
    """
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror}.") from error
    try:
        yield _acquire(handle, time.monotonic() + patience)
    finally:
        os.close(handle)


def _acquire(handle: int, ends: float) -> bool:
    while True:
        try:
            _try_lock(handle)
        except OSError:
            if time.monotonic() >= ends:
                return False
            time.sleep(0.05)
        else:
            return True
