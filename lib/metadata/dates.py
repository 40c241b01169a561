"""The day out of the many ways in which programs write a date."""

from __future__ import annotations

import re
from datetime import date

_LONGEST = 64
_FIRST_YEAR = 1826  # no photograph is older; what claims to be is a clock that was never set
# 2011:05:01 18:30:00 (EXIF), 2011-05-01T18:30:00+02:00 (XMP), 20110501 (IPTC); digits may be padded with blanks.
_NUMBERS = re.compile(r"(\d{4})(?:([:/.-])([ \d]?\d)\2([ \d]?\d)|(\d\d)(\d\d))(?!\d)")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = f"({'|'.join(_MONTHS)})[a-z]*"
# PNG's own advice, RFC 1123 (Sun, 01 May 2011 18:30:00 GMT), and C's asctime (Sun May  1 18:30:00 2011).
_RFC_1123 = re.compile(rf"(?:[a-z]+,?\s+)?(\d\d?)\s+{_MONTH}\s+(\d{{4}})(?:\s+\d\d?:\d\d\b|$)", re.IGNORECASE)
_ASCTIME = re.compile(rf"(?:[a-z]+\s+)?{_MONTH}\s+(\d\d?)\s+[\d:]+\s+(\d{{4}})\b", re.IGNORECASE)


def parse_day(text: str) -> str | None:
    """YYYY-MM-DD as written there, without regard to a time zone; None for no day, or one that cannot be."""
    text = text.strip()[:_LONGEST]
    if found := _NUMBERS.match(text):
        year, _, month, number, compact_month, compact_day = found.groups()
        return _valid(year, month or compact_month, number or compact_day)
    if found := _RFC_1123.match(text):
        return _valid(found[3], _month_number(found[2]), found[1])
    if found := _ASCTIME.match(text):
        return _valid(found[3], _month_number(found[1]), found[2])
    return None


def _month_number(name: str) -> str:
    return str(_MONTHS.index(name[:3].lower()) + 1)


def _valid(year: str, month: str, number: str) -> str | None:
    try:
        found = date(int(year), int(month), int(number))
    except ValueError:
        return None
    return found.isoformat() if found.year >= _FIRST_YEAR else None
