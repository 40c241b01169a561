"""The fields of an image that rules write, and the conversion of computed values to the server's form."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from lib.changes import LIST_FIELDS, SINGLE_FIELDS
from lib.rules import dates
from lib.rules.values import as_number, as_text

ALL_FIELDS = (*SINGLE_FIELDS, *LIST_FIELDS)

CREATABLE = ("tags", "performers", "studios")

TRUE = ("true", "yes", "on")
FALSE = ("false", "no", "off")

MAX_TEXT = 100_000
"""Maximum characters of a text, and of all values of a list together."""
MAX_VALUES = 1_000
"""Maximum values that one rule adds to a list of one image."""

Convert: TypeAlias = Callable[[Any], Any]


def _text(value: Any) -> str | None:
    text = (as_text(value) or "").strip()
    return text if 0 < len(text) <= MAX_TEXT else None


def _date(value: Any) -> str | None:
    text = as_text(value)
    return dates.parse(text) if text else None


def _rating(value: Any) -> int | None:
    number = as_number(value)
    return round(number) if number is not None and 0 <= number <= 100 else None


def parse_boolean(value: Any) -> bool | None:
    """Parse true/false, yes/no, on/off; None for anything else."""
    text = (as_text(value) or "").strip().casefold()
    return True if text in TRUE else False if text in FALSE else None


CONVERT: dict[str, Convert] = {
    "title": _text,
    "code": _text,
    "date": _date,
    "rating100": _rating,
    "details": _text,
    "photographer": _text,
    "organized": parse_boolean,
    "studio": _text,  # a name, resolved later
}
"""Single field -> function that returns the value in the server's form, None for an invalid value."""

EXPECTED = {
    **dict.fromkeys(("title", "code", "details", "photographer", "studio"), f"text of at most {MAX_TEXT:,} characters"),
    "date": "a date such as 2021-07-04, 2021-07 or 2021",
    "rating100": "a whole number from 0 to 100 (4 stars = 80)",
    "organized": "true or false",
}
"""Single field -> its valid values, for messages."""


def limit_problem(field: str, texts: Sequence[str]) -> str | None:
    """Return the problem with too many or too long values for a list, or None."""
    if len(texts) > MAX_VALUES:
        return f"{field}: {len(texts):,} or more values for one image (maximum: {MAX_VALUES:,})"
    size = sum(map(len, texts))
    if size > MAX_TEXT:
        return f"{field}: the values have {size:,} characters in total (maximum: {MAX_TEXT:,})"
    return None


def is_empty(value: Any) -> bool:
    """Whether a field's value counts as empty: no text, date, rating (or 0) or studio, not organized.

    Only spaces are stripped from text, like SQLite's TRIM on the server.
    """
    if isinstance(value, str):
        return not value.strip(" ")
    return not value
