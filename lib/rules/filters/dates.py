"""Filters that return dates, and `stars`, which returns a rating."""

from __future__ import annotations

import re
import time

from lib.rules import dates
from lib.rules.filters.base import Arguments, Filter, on_text
from lib.rules.values import as_number

# The epoch of each service in milliseconds; an id has the time since then above bit 22.
SNOWFLAKES = {"twitter": 1_288_834_974_657, "discord": 1_420_070_400_000}
# Twitter's ids were plain numbers until 2010-11-04; the first with a time is close to this one.
_FIRST_SNOWFLAKE = 29_700_000_000

_ID = re.compile(r"\d{1,20}", re.ASCII)
_LONG_NUMBER = re.compile(r"(?<!\d)\d{15,20}(?!\d)", re.ASCII)


def _date(text: str, format_: str | None = None) -> str | None:
    return dates.parse_format(text, format_) if format_ else dates.search(text)


def _snowflake(text: str, service: str = "twitter") -> str | None:
    text = text.strip()
    match = _ID.fullmatch(text) or _LONG_NUMBER.search(text)
    if match is None or int(match[0]) < _FIRST_SNOWFLAKE:
        return None
    return dates.from_epoch(((int(match[0]) >> 22) + SNOWFLAKES[service]) / 1000)


def _stars(text: str) -> int | None:
    """Convert 1..5 stars to 20..100; 0 (unrated) and -1 (rejected) have no rating."""
    stars = as_number(text)
    return round(stars * 20) if stars is not None and 0 < stars <= 5 else None


def _check_format(arguments: Arguments) -> str | None:
    if not arguments:
        return None
    if len(arguments) != 1 or not re.search("%[YyGcx]", arguments[0]):
        return "needs a format with the year, such as date:%d.%m.%Y"
    try:
        time.strptime(time.strftime(arguments[0], time.gmtime(0)), arguments[0])
    except (ValueError, re.error) as error:  # re.error: strptime doesn't allow a directive twice
        return f"needs a valid strptime format, such as date:%d.%m.%Y: {error}"
    return None


def _check_service(arguments: Arguments) -> str | None:
    if not arguments or (len(arguments) == 1 and arguments[0] in SNOWFLAKES):
        return None
    return "supports the services " + " and ".join(SNOWFLAKES) + ", such as snowflake:discord"


DATES = {
    "date": Filter(on_text(_date), _check_format),
    "snowflake": Filter(on_text(_snowflake), _check_service),
    "stars": Filter(on_text(_stars)),
}
