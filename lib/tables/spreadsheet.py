"""Detect automatic changes by a spreadsheet: dropped zeros, reformatted numbers, dates and times, truncated texts.

A cell that differs from the image's value in no other way wasn't edited.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Context, Decimal
from typing import NamedTuple

MAX_CELL = 32_767
"""Excel's maximum length of a cell, in UTF-16 units."""

_NUMBER = re.compile(r"[+-]?\d+(\.\d*)?(e[+-]?\d{1,3})?", re.ASCII | re.IGNORECASE)
_MAX_NUMBER_LENGTH = 400
"""A spreadsheet's numbers have at most 308 digits; Python refuses a number of a million digits."""
_EXCEL_DIGITS, _FLOAT_DIGITS = 15, 17
"""Significant digits: Excel keeps 15 of a number, a 64-bit float up to 17."""

_TIME = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d))?", re.ASCII)
_DIGITS_AND_SEPARATORS = re.compile(r"[\d/.: -]+", re.ASCII)
_ZEROS = re.compile(r"(?<!\d)0+(?=\d)", re.ASCII)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ISO = re.compile(r"\d{4}(-\d\d){0,2}", re.ASCII)
_NOTATIONS = tuple(
    re.compile(pattern, re.ASCII | re.IGNORECASE)
    for pattern in (
        r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})",
        r"(?P<y>\d{4})-(?P<m>\d{1,2})",
        r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})[ T]00:00(:00(\.0+)?)?",
        r"(?P<y>\d{4})[/.](?P<m>\d{1,2})[/.](?P<d>\d{1,2})\.?",
        r"(?P<d>\d{1,2})(?P<sep>[/.-]) ?(?P<m>\d{1,2})(?P=sep) ?(?P<y>\d{4}|\d\d)",
        r"(?P<m>\d{1,2})(?P<sep>[/.-])(?P<d>\d{1,2})(?P=sep)(?P<y>\d{4}|\d\d)",
        r"(?P<d>\d{1,2})[. -]{1,2}(?P<name>[a-z]{3,9})\.?([ -](?P<y>\d{4}|\d\d))?",
        r"(?P<name>[a-z]{3,9})\.? (?P<d>\d{1,2}), ?(?P<y>\d{4})",
        r"(?P<name>[a-z]{3,9})[. -](?P<y>\d{4}|\d\d)",
        r"(?P<d>\d{1,2})[/.-](?P<m>\d{1,2})",
        r"(?P<m>\d{1,2})[/.-](?P<d>\d{1,2})",
    )
)


class _Date(NamedTuple):
    """The parts of a date that a notation has."""

    year: int | None
    month: int
    day: int | None


def is_equivalent(cell: str, exported: str) -> bool:
    """Return whether a cell is the image's value, or a spreadsheet's form of it. exported: the value's text."""
    cell, exported = _normalize(cell), _normalize(exported)
    return cell == exported or any(same(cell, exported) for same in (_same_word, _same_number, _same_time, _same_date))


def is_truncated(cell: str, exported: str) -> bool:
    """Return whether a cell is the start of the image's value, cut at a spreadsheet's maximum length."""
    # One less: the apostrophe before a formula counts in the spreadsheet, and is removed here.
    length = len(cell.encode("utf-16-le", "surrogatepass")) // 2
    cell, exported = _normalize(cell), _normalize(exported)
    return length >= MAX_CELL - 1 and len(exported) > len(cell) and exported.startswith(cell)


def parse_date(cell: str) -> str | None:
    """Return the date of an unambiguous cell as YYYY-MM-DD; None if day and month could be swapped."""
    date = next((date for notation in _NOTATIONS[2:4] for date in _parse(notation, cell)), None)
    return f"{date.year:04}-{date.month:02}-{date.day:02}" if date else None


def _normalize(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _same_word(cell: str, exported: str) -> bool:
    return cell in ("TRUE", "FALSE") and cell == exported.upper()


def _same_number(cell: str, exported: str) -> bool:
    if max(len(cell), len(exported)) > _MAX_NUMBER_LENGTH:
        return False
    if not _NUMBER.fullmatch(cell) or not _NUMBER.fullmatch(exported):
        return False
    new, old = Decimal(cell), Decimal(exported)
    if new == old:
        return True
    digits = len(new.normalize().as_tuple().digits)
    is_rounded = "e" in cell.lower() or len(old.as_tuple().digits) > _EXCEL_DIGITS
    roundings = (ROUND_HALF_EVEN, ROUND_DOWN)
    return (
        is_rounded
        and digits <= _FLOAT_DIGITS
        and any(Context(prec=digits, rounding=rounding).create_decimal(old) == new for rounding in roundings)
    )


def _same_time(cell: str, exported: str) -> bool:
    new, old = _TIME.fullmatch(cell), _TIME.fullmatch(exported)
    if new is None or old is None:
        return False
    return [int(part or 0) for part in new.groups()] == [int(part or 0) for part in old.groups()]


def _same_date(cell: str, exported: str) -> bool:
    if _ISO.fullmatch(cell):
        return False  # the tables' own notation is never a spreadsheet's change
    if _DIGITS_AND_SEPARATORS.fullmatch(cell) and _ZEROS.sub("", cell) == _ZEROS.sub("", exported):
        return True
    notations = [pattern for pattern in _NOTATIONS if pattern.fullmatch(exported)]
    old_dates = [date for pattern in notations for date in _parse(pattern, exported)]
    new_dates = [date for pattern in _NOTATIONS if pattern not in notations for date in _parse(pattern, cell)]
    return any(_agree(old, new) for old in old_dates for new in new_dates)


def _agree(old: _Date, new: _Date) -> bool:
    return (
        old.month == new.month
        and (old.year is None or new.year is None or old.year == new.year)
        and (old.day == new.day or (old.day is None and new.day == 1) or new.day is None)
    )


def _parse(pattern: re.Pattern[str], text: str) -> Iterator[_Date]:
    match = pattern.fullmatch(text)
    if match is None:
        return
    parts = match.groupdict()
    month = _MONTHS.index(parts["name"][:3].lower()) + 1 if _is_month(parts.get("name")) else int(parts.get("m") or 0)
    day = int(parts["d"]) if parts.get("d") else None
    if not 1 <= month <= 12 or not 1 <= (day or 1) <= 31:
        return
    for year in _years(parts.get("y")):
        yield _Date(year, month, day)


def _is_month(name: str | None) -> bool:
    return bool(name) and str(name)[:3].lower() in _MONTHS


def _years(text: str | None) -> tuple[int | None, ...]:
    if text is None:
        return (None,)
    return (1900 + int(text), 2000 + int(text)) if len(text) == 2 else (int(text),)
