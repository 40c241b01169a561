"""Dates: a day, or since v0.30 only a month or a year, and what the server says of anything else."""

from __future__ import annotations

import re
from datetime import date, datetime

from tests.fake_stash.language.errors import ServerError
from tests.fake_stash.language.numbers import quote
from tests.fake_stash.language.versions import since

DAY, MONTH, YEAR = 0, 1, 2
_SHOWN = {DAY: 10, MONTH: 7, YEAR: 4}


def parse_date(text: str) -> tuple[str, int]:
    """The date as stored, and its precision; a ServerError for what is none."""
    day = _day(text)
    if day is not None:
        return day, DAY
    if not since("v0.30.0"):
        raise ServerError(f"ParseDateStringAsTime failed: dateString <{text}>")
    for pattern, rest, precision in ((r"(\d{4})-(\d{2})", "-01", MONTH), (r"(\d{4})", "-01-01", YEAR)):
        if re.fullmatch(pattern, text) and _is_day(text + rest):
            return text + rest, precision
    problems = " ".join(_go_parse_error(text, layout) for layout in ("2006-01", "2006"))
    raise ServerError(
        f"failed to parse date {quote(text)}: [ParseDateStringAsTime failed: dateString <{text}> {problems}]"
    )


def shown_date(stored: str | None, precision: int | None) -> str | None:
    """The date as the server answers it."""
    return stored and stored[: _SHOWN[precision or DAY]]


def _with_known_year(text: str) -> str:
    """Go has a year 0, Python has not; 2000 is a leap year, too."""
    return re.sub("^0000", "2000", text)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(_with_known_year(text))
    except ValueError:
        return False
    return True


def _day(text: str) -> str | None:
    """A day, alone or with a time; what came with the time is dropped."""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) and _is_day(text):
        return text
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}([.,]\d+)?(Z|[+-]\d{2}:\d{2})", text) or re.fullmatch(
        r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}", text
    ):
        try:
            datetime.fromisoformat(_with_known_year(re.sub(r"[.,]\d+", "", text)).replace("Z", "+00:00"))
        except ValueError:
            return None
        return text[:10]
    return None


def _go_parse_error(text: str, layout: str) -> str:
    """What Go's time.Parse says of a text that does not fit one of the two layouts."""
    quoted = quote(text)

    def cannot(rest: str, element: str) -> str:
        return f'parsing time {quoted} as "{layout}": cannot parse {quote(rest)} as "{element}"'

    if not re.match(r"\d{4}", text):
        return cannot(text, "2006")
    rest = text[4:]
    if layout == "2006-01":
        if not rest.startswith("-"):
            return cannot(rest, "-")
        rest = rest[1:]
        month = re.match(r"\d{2}", rest)
        if not month:
            return cannot(rest, "01")
        if not 1 <= int(month[0]) <= 12:
            return f"parsing time {quoted}: month out of range"
        rest = rest[2:]
    return f"parsing time {quoted}: extra text: {quote(rest)}"
