"""Compiles the user's regular expressions once, with errors that name the problem and the remedy."""

from __future__ import annotations

import re
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from lib.errors import DataError
from lib.rules.syntax.regex_timeout import has_timer

MAX_LENGTH = 1000
# Python iterates over the characters of a range: 4 ms for one as wide as [!-\uffff], which is 65,000.
_MAX_RANGES = 500_000
_BASIC = 0x10000
_RANGE_END = re.compile(r"-(?:\\([uUN])|([^\\]))", re.DOTALL)
_GO_GROUP = re.compile(r"\(\?<(?![=!])")


def compile_regex(pattern: str, *, case: bool = False) -> re.Pattern[str]:
    """Compile a pattern, ignoring case by default. Raises DataError for an invalid one, or one that no timer could end."""
    if len(pattern) > MAX_LENGTH:
        raise DataError(f"the regular expression has {len(pattern)} characters (maximum: {MAX_LENGTH})")
    if _range_size(pattern) > _MAX_RANGES:
        raise DataError(f"{pattern!r}: its ranges, such as [α-ω], have too many characters in total")
    if not has_timer() and repeats_a_repeat(pattern):
        raise DataError(
            f"{pattern!r} repeats a group that contains a repeat, which may never end and can't be stopped on this system"
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about syntax of future Python versions, which the user can't act on
            return re.compile(pattern, 0 if case else re.IGNORECASE)
    except (re.error, RecursionError, OverflowError, ValueError) as error:  # ValueError: incompatible flags
        hint = "; for a named group, use (?P<name>…)" if _GO_GROUP.search(pattern) else ""
        raise DataError(f"{pattern!r} isn't a valid regular expression: {error}{hint}") from error


class CompileBudget:
    """The time to compile all patterns of one file: one second; a thousand patterns take a fifth of it."""

    def __init__(self, seconds: float = 1.0) -> None:
        self._left = seconds

    @contextmanager
    def measure(self) -> Iterator[None]:
        """Measure the block. Raises DataError if earlier patterns have used up the time."""
        if self._left <= 0:
            raise DataError("the patterns before this line take too long to compile; simplify them")
        start = time.process_time()
        try:
            yield
        finally:
            self._left -= time.process_time() - start


def _range_size(pattern: str) -> int:
    """Return the maximum number of characters in the pattern's ranges."""
    ends = (_BASIC if escape else min(_BASIC, ord(char)) for escape, char in _RANGE_END.findall(pattern))
    return sum(ends)


_TOKEN = re.compile(
    r"(?P<literal>\\.|\(\?\#[^)]*\)|\[\^?\]?(?:\\.|[^\]\\])*\])"
    r"|(?P<open>\((?:\?(?:P<[^>]*>|<[=!]|[^)]))?)|(?P<close>\))"
    r"|(?P<open_repeat>[*+]|\{\d*,\d*\})|(?P<repeat>\{\d+\})|.",
    re.DOTALL,
)


def repeats_a_repeat(pattern: str) -> bool:
    """Whether a group that contains an open-ended repeat is repeated, such as `(a+)+` or `(a+){9}`."""
    has_repeat = [False]
    closed = False  # whether the group that just ended contains a repeat
    for token in _TOKEN.finditer(pattern):
        kind = token.lastgroup
        if kind in ("open_repeat", "repeat"):
            if closed:
                return True
            has_repeat[-1] = has_repeat[-1] or kind == "open_repeat"
        if kind == "open":
            has_repeat.append(False)
        closed = kind == "close" and len(has_repeat) > 1 and has_repeat[-1]
        if kind == "close" and len(has_repeat) > 1:
            inner = has_repeat.pop()
            has_repeat[-1] = has_repeat[-1] or inner
    return False
