"""Dates in Stash's form: a day, a month or a year, without a time and without time zone conversion.

`parse` accepts text that is a date, `search` also finds one in a file name, `from_epoch` converts seconds since 1970.
"""

from __future__ import annotations

import re
import time
from calendar import timegm
from datetime import date

# The year of the first photograph.
FIRST_YEAR = 1826
_DAY_SECONDS = 86_400

_TIME = r"(?:[T ]\s*\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:Z|UTC|[+-]\d{2}:?\d{2})?)?"
_EXACT = re.compile(rf"(\d{{4}})(?:([-:./])(\d{{1,2}})(?:\2(\d{{1,2}}){_TIME})?)?", re.ASCII | re.IGNORECASE)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[T _-]?\d{4}(?:\d{2}(?:\d{1,3})?)?)?Z?", re.ASCII)
_EPOCH = re.compile(r"(\d{9,10})(?:\.\d+)?|(\d{12,13})", re.ASCII)
# In a name a date is separate or follows letters, as in IMG20110501; digits or letters after it mean that it is part
# of a number or a hash.
_IN_NAME = re.compile(
    r"(?:(?<![0-9A-Za-z])[A-Za-z]{0,12})(?:"
    r"((?:1[89]|2[01])\d{2})([-_. ])(\d{2})\2(\d{2})|((?:1[89]|2[01])\d{2})(\d{2})(\d{2})(?:\d{6}(?:\d{3})?)?"
    r")(?=T\d|[^0-9A-Za-z]|\Z)",
    re.ASCII,
)


def parse(text: str) -> str | None:
    """Parse text that is a date: `2021-07-04`, with or without a time, `2021:07:04`, `2021-07`, `2021`."""
    match = _EXACT.fullmatch(text.strip())
    return join(match[1], match[3], match[4]) if match else None


def search(text: str) -> str | None:
    """Parse text that is a date, in more formats than `parse`, or find the first date in it."""
    text = text.strip()
    if compact := _COMPACT.fullmatch(text):
        day = join(*compact.groups())
        if day:
            return day
    if epoch := _EPOCH.fullmatch(text):
        return from_epoch(int(epoch[1]) if epoch[1] else int(epoch[2]) // 1000)
    if day := parse(text):
        return day
    for match in _IN_NAME.finditer(text):
        day = join(*(match.group(1, 3, 4) if match[1] else match.group(5, 6, 7)))
        if day:
            return day
    return None


def from_epoch(seconds: float) -> str | None:
    """Return the day of a time in UTC; None for a time in the future, which is probably another number."""
    if not 0 <= seconds <= time.time() + _DAY_SECONDS:
        return None
    return time.strftime("%Y-%m-%d", time.gmtime(seconds))


def parse_format(text: str, format_: str) -> str | None:
    """Parse a date in a strptime format, as precise as the format."""
    try:
        parts = time.strptime(text.strip(), format_)
    except ValueError:
        return None
    if re.search(r"%[djxc]", format_):
        return join(str(parts.tm_year), str(parts.tm_mon), str(parts.tm_mday))
    return join(str(parts.tm_year), str(parts.tm_mon) if re.search(r"%[mbB]", format_) else None, None)


def join(year: str, month: str | None, day: str | None) -> str | None:
    """Join the parts in Stash's form; None for an invalid date or one before photography."""
    if not FIRST_YEAR <= int(year) <= 9999:
        return None
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    return "-".join([f"{int(year):04}", *(f"{int(part):02}" for part in (month, day) if part)])


def first_day(text: str) -> str:
    """Return the day to compare a date by: of a year or a month its first."""
    return text + "-01" * ((10 - len(text)) // 3)


_TIMESTAMP = re.compile(r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:Z|([+-])(\d\d):?(\d\d))?", re.ASCII)


def parse_timestamp(timestamp: str) -> float | None:
    """Return the server's created_at (RFC 3339) in seconds since 1970."""
    match = _TIMESTAMP.fullmatch(timestamp)
    if match is None:
        return None
    seconds = timegm(tuple(int(part) for part in match.group(1, 2, 3, 4, 5, 6)))
    if not match[7]:
        return seconds
    offset = int(match[8]) * 3600 + int(match[9]) * 60
    return seconds - offset if match[7] == "+" else seconds + offset


def format_day(seconds: float) -> str:
    """Return the day in UTC of a time in seconds since 1970, limited to the years 1 to 9999."""
    days = date(1970, 1, 1).toordinal() + int(seconds // _DAY_SECONDS)
    return date.fromordinal(min(max(1, days), date.max.toordinal())).isoformat()
