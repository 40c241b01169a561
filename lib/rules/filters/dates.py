"""Filters that make a date, and the one that makes a rating of stars."""

from __future__ import annotations

import re
import time

from lib.rules import dates
from lib.rules.filters.base import Arguments, Filter, on_text
from lib.rules.values import as_number

# The time in an id, in milliseconds above bit 22, counts from the service's own beginning.
SNOWFLAKES = {"twitter": 1_288_834_974_657, "discord": 1_420_070_400_000}
# Twitter's ids were plain numbers until 2010-11-04; the first with a time in it is close to this one.
_FIRST_SNOWFLAKE = 29_700_000_000

_LONG_NUMBER = re.compile(r"(?<!\d)\d{15,20}(?!\d)", re.ASCII)


def _date(text: str, form: str = "") -> str | None:
    return dates.by_format(text, form) if form else dates.found(text)


def _snowflake(text: str, service: str = "twitter") -> str | None:
    text = text.strip()
    number = text if text.isascii() and text.isdigit() and len(text) <= 20 else ""
    if not number and (match := _LONG_NUMBER.search(text)):
        number = match[0]
    if not number or int(number) < _FIRST_SNOWFLAKE:
        return None
    return dates.of_epoch(((int(number) >> 22) + SNOWFLAKES[service]) / 1000)


def _stars(text: str) -> int | None:
    """0..5 -> 20..100; 0 is unrated and -1 rejected, and of neither is a rating known."""
    stars = as_number(text)
    return round(stars * 20) if stars is not None and 0 < stars <= 5 else None


def _check_form(arguments: Arguments) -> str:
    if not arguments:
        return ""
    if len(arguments) != 1 or not re.search("%[YyGcx]", arguments[0]):
        return "takes a format that names the year, such as date:%d.%m.%Y"
    try:
        time.strptime(time.strftime(arguments[0], time.gmtime(0)), arguments[0])
    except (ValueError, re.error) as error:  # strptime looks for what stands twice with a regular expression
        return f"takes a format as strptime knows it, such as date:%d.%m.%Y: {error}"
    return ""


def _check_service(arguments: Arguments) -> str:
    if not arguments or (len(arguments) == 1 and arguments[0] in SNOWFLAKES):
        return ""
    return "is for ids of " + " or ".join(SNOWFLAKES) + ", such as snowflake:discord"


TIMES = {
    "date": Filter(on_text(_date), _check_form),
    "snowflake": Filter(on_text(_snowflake), _check_service),
    "stars": Filter(on_text(_stars)),
}
