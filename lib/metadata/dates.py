"""Parse the day from the many date formats that programs write."""

from __future__ import annotations

import re
from datetime import date

_MAX_LENGTH = 64
_FIRST_YEAR = 1826  # the first photograph; an earlier year means that the camera's clock wasn't set
# 2011:05:01 18:30:00 (EXIF), 2011-05-01T18:30:00+02:00 (XMP), 20110501 (IPTC); digits may be padded with blanks.
_NUMBERS = re.compile(r"(\d{4})(?:([:/.-])([ \d]?\d)\2([ \d]?\d)|(\d\d)(\d\d))(?!\d)")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = f"({'|'.join(_MONTHS)})[a-z]*"
# Recommended by the PNG specification: RFC 1123 (Sun, 01 May 2011 18:30:00 GMT), and C's asctime (Sun May  1 18:30:00 2011).
_RFC_1123 = re.compile(rf"(?:[a-z]+,?\s+)?(\d\d?)\s+{_MONTH}\s+(\d{{4}})(?:\s+\d\d?:\d\d\b|$)", re.IGNORECASE)
_ASCTIME = re.compile(rf"(?:[a-z]+\s+)?{_MONTH}\s+(\d\d?)\s+[\d:]+\s+(\d{{4}})\b", re.IGNORECASE)


def parse_day(text: str) -> str | None:
    """Return the day as YYYY-MM-DD, ignoring the time zone; None if the text has no valid day."""
    text = text.strip()[:_MAX_LENGTH]
    if match := _NUMBERS.match(text):
        year, _, month, day, compact_month, compact_day = match.groups()
        return _iso_date(year, month or compact_month, day or compact_day)
    if match := _RFC_1123.match(text):
        return _iso_date(match[3], _month_number(match[2]), match[1])
    if match := _ASCTIME.match(text):
        return _iso_date(match[3], _month_number(match[1]), match[2])
    return None


def _month_number(name: str) -> str:
    return str(_MONTHS.index(name[:3].lower()) + 1)


def _iso_date(year: str, month: str, day: str) -> str | None:
    try:
        parsed = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return parsed.isoformat() if parsed.year >= _FIRST_YEAR else None
