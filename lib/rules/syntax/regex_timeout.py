"""A time budget per image for the user's patterns: a regular expression that never ends must not stop a run.

Python's matcher looks for signals while it searches, and only on the main thread. So a timer of the processor time
that this process uses (waiting for a disk costs nothing) ends the search. Where there is no such timer (Windows,
another thread) subjects are cut short, the check refuses a repeat within a repeat, and time is counted afterwards.
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
"""What the other rules of an image get, once, after its time ran out: this part of it."""
# The matcher looks for signals every 4,096 steps, and one step may run over all the rest of the text. Measured, on the
# slowest patterns: it ends 0.7 s late with 32 Ki characters, 0.1 s with 8 Ki.
MAX_SUBJECT = 8 * 1024
MAX_UNTIMED = 1024
# The timer counts by the tick, of 1 to 10 ms, and gives one too many back. What takes less is taken by the clock, since
# ten thousand searches of a list take their time as well.
_TICK = 0.01
# Before 3.11.6 and 3.12.1 the matcher counts its steps anew for every character at which it tries the pattern, so that
# it may look for signals never. There each character of a longer text is tried by itself: a loop of Python's looks too.
_COUNTS_ANEW = sys.version_info < (3, 12, 1)
_SHORT = 256


class RegexTimeoutError(Exception):
    """The patterns of one image used up its budget."""


def has_timer() -> bool:
    """Whether a search can be ended from outside: a POSIX system, and the main thread."""
    return sys.platform != "win32" and threading.current_thread() is threading.main_thread()


class RegexBudget:
    """What the patterns of one image may take together; `renew` begins the next image. `left` are seconds."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self.seconds = seconds
        self._timed = has_timer()
        if self._timed:
            signal.signal(signal.SIGVTALRM, _end)
        self.renew()

    def renew(self) -> None:
        self.left = self.seconds
        self._share = self.seconds * SHARE

    def extend(self) -> bool:
        """Give the image's other rules their share; False where they had it."""
        if not self._share:
            return False
        self.left, self._share = self._share, 0.0
        return True

    def search(self, pattern: re.Pattern[str], subject: str) -> re.Match[str] | None:
        """`pattern.search` at the beginning of the subject; OutOfTimeError where it takes more than is left."""
        if self.left <= 0:
            raise RegexTimeoutError
        if not self._timed:
            return self._counted(pattern, subject[:MAX_UNTIMED])
        left, self.left = self.left, 0.0
        began = time.perf_counter()
        signal.setitimer(signal.ITIMER_VIRTUAL, left)
        try:
            return _search(pattern, subject[:MAX_SUBJECT])
        finally:
            rest = signal.setitimer(signal.ITIMER_VIRTUAL, 0)[0]
            used = time.perf_counter() - began
            self.left = left - (used if used < _TICK else min(used, left - rest + _TICK))

    def _counted(self, pattern: re.Pattern[str], subject: str) -> re.Match[str] | None:
        """Nothing ends this search; but where it took too long, it is the rule's last."""
        began, clock = time.thread_time(), time.perf_counter()
        match = pattern.search(subject)
        self.left -= min(time.perf_counter() - clock, time.thread_time() - began + 2 * _TICK)
        if self.left <= 0:
            raise RegexTimeoutError
        return match


def _search(pattern: re.Pattern[str], subject: str) -> re.Match[str] | None:
    if not _COUNTS_ANEW or len(subject) <= _SHORT:
        return pattern.search(subject)
    for start in range(len(subject) + 1):
        if match := pattern.match(subject, start):
            return match
    return None


def _end(_number: int, _frame: FrameType | None) -> None:
    raise RegexTimeoutError
