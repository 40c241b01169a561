"""Dates as Stash keeps them: a day, a month or a year, without a time and without time zone arithmetic.

`exact` reads a text that is a date as a whole, `found` one that stands in a file name, `of_epoch` a time in seconds.
"""

from __future__ import annotations

import re
import time
from calendar import timegm
from datetime import date

# Before the first photograph nothing was taken.
FIRST_YEAR = 1826
_DAY_SECONDS = 86_400

_TIME = r"(?:[T ]\s*\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:Z|UTC|[+-]\d{2}:?\d{2})?)?"
_EXACT = re.compile(rf"(\d{{4}})(?:([-:./])(\d{{1,2}})(?:\2(\d{{1,2}}){_TIME})?)?", re.ASCII | re.IGNORECASE)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[T _-]?\d{4}(?:\d{2}(?:\d{1,3})?)?)?Z?", re.ASCII)
_EPOCH = re.compile(r"(\d{9,10})(?:\.\d+)?|(\d{12,13})", re.ASCII)
# In a name a date stands alone, or behind letters as in IMG20110501; digits or letters on its other side make it
# part of a number or a hash.
_IN_NAME = re.compile(
    r"(?:(?<![0-9A-Za-z])[A-Za-z]{0,12})(?:"
    r"((?:1[89]|2[01])\d{2})([-_. ])(\d{2})\2(\d{2})|((?:1[89]|2[01])\d{2})(\d{2})(\d{2})(?:\d{6}(?:\d{3})?)?"
    r")(?=T\d|[^0-9A-Za-z]|\Z)",
    re.ASCII,
)


def exact(text: str) -> str | None:
    """The date that the text is: `2021-07-04`, with a time or not, `2021:07:04`, `2021-07`, `2021`."""
    match = _EXACT.fullmatch(text.strip())
    return joined(match[1], match[3], match[4]) if match else None


def found(text: str) -> str | None:
    """The date that the text is, in more notations than `exact`, or else the first one that stands in it."""
    text = text.strip()
    if compact := _COMPACT.fullmatch(text):
        day = joined(*compact.groups())
        if day:
            return day
    if epoch := _EPOCH.fullmatch(text):
        return of_epoch(int(epoch[1]) if epoch[1] else int(epoch[2]) // 1000)
    if day := exact(text):
        return day
    for match in _IN_NAME.finditer(text):
        day = joined(*(match.group(1, 3, 4) if match[1] else match.group(5, 6, 7)))
        if day:
            return day
    return None


def of_epoch(seconds: float) -> str | None:
    """The day of a time in UTC; nothing for one that lies ahead, which is some other number."""
    if not 0 <= seconds <= time.time() + _DAY_SECONDS:
        return None
    return time.strftime("%Y-%m-%d", time.gmtime(seconds))


def by_format(text: str, form: str) -> str | None:
    """The date in a text of this strptime format, as precise as the format is."""
    try:
        parts = time.strptime(text.strip(), form)
    except ValueError:
        return None
    if re.search(r"%[djxc]", form):
        return joined(str(parts.tm_year), str(parts.tm_mon), str(parts.tm_mday))
    return joined(str(parts.tm_year), str(parts.tm_mon) if re.search(r"%[mbB]", form) else None, None)


def joined(year: str, month: str | None, day: str | None) -> str | None:
    """The parts as Stash writes them; nothing where they are no date or lie before photography."""
    if not FIRST_YEAR <= int(year) <= 9999:
        return None
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    return "-".join([f"{int(year):04}", *(f"{int(part):02}" for part in (month, day) if part)])


def first_day(text: str) -> str:
    """The day that stands for a date in a comparison: of a year or a month alone, its first."""
    return text + "-01" * ((10 - len(text)) // 3)


_TIMESTAMP = re.compile(r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:Z|([+-])(\d\d):?(\d\d))?", re.ASCII)


def seconds_of(timestamp: str) -> float | None:
    """The server's created_at (RFC 3339) as seconds since 1970."""
    match = _TIMESTAMP.fullmatch(timestamp)
    if match is None:
        return None
    at = timegm(tuple(int(part) for part in match.group(1, 2, 3, 4, 5, 6)))
    if not match[7]:
        return at
    offset = int(match[8]) * 3600 + int(match[9]) * 60
    return at - offset if match[7] == "+" else at + offset


def day_of(seconds: float) -> str:
    """The day, in UTC, of a time since 1970; the first or the last there is where it lies beyond."""
    days = date(1970, 1, 1).toordinal() + int(seconds // _DAY_SECONDS)
    return date.fromordinal(min(max(1, days), date.max.toordinal())).isoformat()
