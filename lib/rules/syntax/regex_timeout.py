"""Limits the time of the user's patterns per image: a regular expression that never ends must not stop a run.

Python's matcher checks for signals while it searches, and only on the main thread. So a timer of the process's CPU
time (waiting for a disk doesn't count) ends the search. Without such a timer (Windows, another thread) subjects are
cut, the check rejects nested repeats, and time is measured afterwards.
"""

from __future__ import annotations

import re
import signal
import sys
import threading
import time
from types import FrameType

SECONDS = 1.0
SHARE = 0.25
"""The part of an image's time that its remaining rules get, once, after the time ran out."""
# The matcher checks for signals every 4,096 steps, and one step may scan all the rest of the text. Measured with the
# slowest patterns: it ends 0.7 s late with 32 Ki characters, 0.1 s with 8 Ki.
MAX_SUBJECT = 8 * 1024
MAX_UNTIMED = 1024
# The timer's resolution is a tick of 1 to 10 ms, and the remaining time is one tick too long. Shorter searches are
# measured with the clock, since ten thousand of them take time as well.
_TICK = 0.01
# Before 3.11.6 and 3.12.1 the matcher restarts its step count at every start position, so that it may never check for
# signals. There each start position of a longer text is tried separately: Python's own loop checks too.
_RESTARTS_COUNT = sys.version_info < (3, 12, 1)
_SHORT = 256


class RegexTimeoutError(Exception):
    """The patterns of one image have used up its time."""


def has_timer() -> bool:
    """Whether a timer can end a search: on a POSIX system and the main thread."""
    return sys.platform != "win32" and threading.current_thread() is threading.main_thread()


class RegexBudget:
    """The time for all patterns of one image; `renew` begins the next image. `remaining` is in seconds."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self.seconds = seconds
        self._timed = has_timer()
        if self._timed:
            signal.signal(signal.SIGVTALRM, _end)
        self.renew()

    def renew(self) -> None:
        self.remaining = self.seconds
        self._share = self.seconds * SHARE

    def extend(self) -> bool:
        """Add the extra time for the image's remaining rules; returns False if it was added before."""
        if not self._share:
            return False
        self.remaining, self._share = self._share, 0.0
        return True

    def search(self, pattern: re.Pattern[str], subject: str) -> re.Match[str] | None:
        """Search the beginning of the subject. Raises RegexTimeoutError if that takes longer than the time remaining."""
        if self.remaining <= 0:
            raise RegexTimeoutError
        if not self._timed:
            return self._search_untimed(pattern, subject[:MAX_UNTIMED])
        remaining, self.remaining = self.remaining, 0.0
        start = time.perf_counter()
        signal.setitimer(signal.ITIMER_VIRTUAL, remaining)
        try:
            return _search(pattern, subject[:MAX_SUBJECT])
        finally:
            rest = signal.setitimer(signal.ITIMER_VIRTUAL, 0)[0]
            used = time.perf_counter() - start
            self.remaining = remaining - (used if used < _TICK else min(used, remaining - rest + _TICK))

    def _search_untimed(self, pattern: re.Pattern[str], subject: str) -> re.Match[str] | None:
        """Search without a timer; a search that took too long is the rule's last."""
        cpu_start, start = time.thread_time(), time.perf_counter()
        match = pattern.search(subject)
        self.remaining -= min(time.perf_counter() - start, time.thread_time() - cpu_start + 2 * _TICK)
        if self.remaining <= 0:
            raise RegexTimeoutError
        return match


def _search(pattern: re.Pattern[str], subject: str) -> re.Match[str] | None:
    if not _RESTARTS_COUNT or len(subject) <= _SHORT:
        return pattern.search(subject)
    for start in range(len(subject) + 1):
        if match := pattern.match(subject, start):
            return match
    return None


def _end(_signal: int, _frame: FrameType | None) -> None:
    raise RegexTimeoutError
