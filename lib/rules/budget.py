"""A time budget per image for the user's patterns: a regular expression that never ends must not stop a run.

Python's matcher looks for signals while it searches, and only on the main thread. So a timer of the processor time
that this process uses (waiting for a disk costs nothing) ends the search. Where there is no such timer (Windows,
another thread) subjects are cut, and the check refuses a repeat within a repeat.
"""

from __future__ import annotations

import re
import signal
import sys
import threading
from types import FrameType

SECONDS = 1.0
MAX_SUBJECT = 1024


class OutOfTimeError(Exception):
    """The patterns of one image used up its budget."""


def has_timer() -> bool:
    """Whether a search can be ended from outside: a POSIX system, and the main thread."""
    return sys.platform != "win32" and threading.current_thread() is threading.main_thread()


class Budget:
    """What the patterns of one image may take together; `renew` begins the next image."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._left = seconds
        self._timed = has_timer()
        if self._timed:
            signal.signal(signal.SIGVTALRM, _end)

    def renew(self) -> None:
        self._left = self._seconds

    def search(self, pattern: re.Pattern[str], subject: str) -> re.Match[str] | None:
        """`pattern.search`; OutOfTimeError where it takes more than is left."""
        if not self._timed:
            return pattern.search(subject[:MAX_SUBJECT])
        if self._left <= 0:
            raise OutOfTimeError
        signal.setitimer(signal.ITIMER_VIRTUAL, self._left)
        try:
            return pattern.search(subject)
        finally:
            self._left = signal.setitimer(signal.ITIMER_VIRTUAL, 0)[0]


def _end(_number: int, _frame: FrameType | None) -> None:
    raise OutOfTimeError
