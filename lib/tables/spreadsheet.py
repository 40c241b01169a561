"""What a spreadsheet does to a cell by itself: it drops zeros, redraws numbers, dates and times, and cuts long texts.

A cell that differs from the present value in no other way was not edited.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Context, Decimal
from typing import NamedTuple

LONGEST = 32_767
"""UTF-16 units that Excel keeps of a cell."""

_NUMBER = re.compile(r"[+-]?\d+(\.\d*)?(e[+-]?\d{1,3})?", re.ASCII | re.IGNORECASE)
_LONGEST_NUMBER = 400
"""A spreadsheet's numbers have 308 digits at most; Python refuses one of a million."""
_DIGITS_SAFE, _DIGITS_KEPT = 15, 17
"""Excel keeps 15 digits of a number, what goes through floating point up to 17."""

_TIME = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d))?", re.ASCII)
_ONLY_FIGURES = re.compile(r"[\d/.: -]+", re.ASCII)
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
    """A date as far as a notation tells it."""

    year: int | None
    month: int
    day: int | None


def is_equivalent(cell: str, shown: str) -> bool:
    """Whether a cell is the present value, or what a spreadsheet makes of it. `shown`: that value as it was written."""
    cell, shown = _plain(cell), _plain(shown)
    return cell == shown or any(same(cell, shown) for same in (_same_word, _same_number, _same_time, _same_date))


def is_truncated(cell: str, shown: str) -> bool:
    """Whether a cell is the beginning of the present value, as long as a spreadsheet lets a cell be."""
    # One less: the apostrophe before a formula's sign counts in the spreadsheet, and is off here.
    length = len(cell.encode("utf-16-le", "surrogatepass")) // 2
    return length >= LONGEST - 1 and len(_plain(shown)) > len(_plain(cell)) and _plain(shown).startswith(_plain(cell))


def date(cell: str) -> str | None:
    """The date that a cell can only mean, as YYYY-MM-DD; None where day and month cannot be told apart."""
    found = next((date for notation in _NOTATIONS[2:4] for date in _read(notation, cell)), None)
    return f"{found.year:04}-{found.month:02}-{found.day:02}" if found else None


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _same_word(cell: str, shown: str) -> bool:
    return cell in ("TRUE", "FALSE") and cell == shown.upper()


def _same_number(cell: str, shown: str) -> bool:
    if max(len(cell), len(shown)) > _LONGEST_NUMBER:
        return False
    if not _NUMBER.fullmatch(cell) or not _NUMBER.fullmatch(shown):
        return False
    given, present = Decimal(cell), Decimal(shown)
    if given == present:
        return True
    digits = len(given.normalize().as_tuple().digits)
    shortened = "e" in cell.lower() or len(present.as_tuple().digits) > _DIGITS_SAFE
    roundings = (ROUND_HALF_EVEN, ROUND_DOWN)
    return (
        shortened
        and digits <= _DIGITS_KEPT
        and any(Context(prec=digits, rounding=rounding).create_decimal(present) == given for rounding in roundings)
    )


def _same_time(cell: str, shown: str) -> bool:
    times = [_TIME.fullmatch(text) for text in (cell, shown)]
    if None in times:
        return False
    one, other = ([int(part or 0) for part in time.groups()] for time in times if time)
    return one == other


def _same_date(cell: str, shown: str) -> bool:
    if _ISO.fullmatch(cell):
        return False  # the notation that the tables are written in means what it says
    if _ONLY_FIGURES.fullmatch(cell) and _ZEROS.sub("", cell) == _ZEROS.sub("", shown):
        return True
    used = [pattern for pattern in _NOTATIONS if pattern.fullmatch(shown)]
    present = [found for pattern in used for found in _read(pattern, shown)]
    given = [found for pattern in _NOTATIONS if pattern not in used for found in _read(pattern, cell)]
    return any(_agree(one, other) for one in present for other in given)


def _agree(present: _Date, given: _Date) -> bool:
    return (
        present.month == given.month
        and (present.year is None or given.year is None or present.year == given.year)
        and (present.day == given.day or (present.day is None and given.day == 1) or given.day is None)
    )


def _read(pattern: re.Pattern[str], text: str) -> Iterator[_Date]:
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
