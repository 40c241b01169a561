"""The user's regular expressions: compiled once, with an error that says what is wrong and what to do."""

from __future__ import annotations

import re
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from lib.errors import DataError
from lib.rules.syntax.regex_timeout import has_timer

_MAX_LENGTH = 1000
# Python goes through a range character by character: 4 ms for one as wide as [!-\uffff], which is 65,000.
_MAX_RANGES = 500_000
_BASIC = 0x10000
_RANGE_END = re.compile(r"-(?:\\([uUN])|([^\\]))", re.DOTALL)
_GO_GROUP = re.compile(r"\(\?<(?![=!])")


def compiled(pattern: str, *, case: bool = False) -> re.Pattern[str]:
    """The pattern, blind to case unless told; DataError where it is none, or where nothing could end it."""
    if len(pattern) > _MAX_LENGTH:
        raise DataError(f"a regular expression of {len(pattern)} characters; at most {_MAX_LENGTH} are allowed")
    if _in_ranges(pattern) > _MAX_RANGES:
        raise DataError(f"{pattern!r}: its ranges, such as [α-ω], are too wide together")
    if not has_timer() and repeats_a_repeat(pattern):
        raise DataError(f"{pattern!r} repeats a group that repeats; on this system nothing could end it")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what a later Python may read differently: nothing the user can act on
            return re.compile(pattern, 0 if case else re.IGNORECASE)
    except (re.error, RecursionError, OverflowError, ValueError) as error:  # ValueError: flags that exclude each other
        hint = "; a named group is written (?P<name>…)" if _GO_GROUP.search(pattern) else ""
        raise DataError(f"{pattern!r} is no regular expression: {error}{hint}") from error


class CompileBudget:
    """What the patterns of one file may take together to be compiled: a second, where a thousand take a fifth of it."""

    def __init__(self, seconds: float = 1.0) -> None:
        self._left = seconds

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Count the block; DataError where the patterns before took all the time."""
        if self._left <= 0:
            raise DataError("the patterns of this file take too long to be read, up to this line; make them simpler")
        began = time.process_time()
        try:
            yield
        finally:
            self._left -= time.process_time() - began


def _in_ranges(pattern: str) -> int:
    """At most so many characters stand in its ranges."""
    ends = (_BASIC if escape else min(_BASIC, ord(char)) for escape, char in _RANGE_END.findall(pattern))
    return sum(ends)


_TOKEN = re.compile(
    r"(?P<literal>\\.|\(\?\#[^)]*\)|\[\^?\]?(?:\\.|[^\]\\])*\])"
    r"|(?P<open>\((?:\?(?:P<[^>]*>|<[=!]|[^)]))?)|(?P<close>\))"
    r"|(?P<open_repeat>[*+]|\{\d*,\d*\})|(?P<repeat>\{\d+\})|.",
    re.DOTALL,
)


def repeats_a_repeat(pattern: str) -> bool:
    """Whether a group that holds an open repeat is repeated itself, such as `(a+)+` or `(a+){9}`."""
    holds = [False]
    closed = False  # whether the group that just ended holds a repeat
    for token in _TOKEN.finditer(pattern):
        kind = token.lastgroup
        if kind in ("open_repeat", "repeat"):
            if closed:
                return True
            holds[-1] = holds[-1] or kind == "open_repeat"
        if kind == "open":
            holds.append(False)
        closed = kind == "close" and len(holds) > 1 and holds[-1]
        if kind == "close" and len(holds) > 1:
            inner = holds.pop()
            holds[-1] = holds[-1] or inner
    return False
