"""The fields of an image that rules write, and how a computed value becomes one that the server keeps."""

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
"""Characters of a text, and of all values of a list together: what a picture brings beyond was made to be long."""
MAX_VALUES = 1_000
"""Values that one rule gives a list of one image."""

Convert: TypeAlias = Callable[[Any], Any]


def _text(value: Any) -> str | None:
    text = (as_text(value) or "").strip()
    return text if 0 < len(text) <= MAX_TEXT else None


def _date(value: Any) -> str | None:
    text = as_text(value)
    return dates.exact(text) if text else None


def _rating(value: Any) -> int | None:
    number = as_number(value)
    return round(number) if number is not None and 0 <= number <= 100 else None


def as_switch(value: Any) -> bool | None:
    """true/false, yes/no, on/off."""
    text = (as_text(value) or "").strip().casefold()
    return True if text in TRUE else False if text in FALSE else None


CONVERT: dict[str, Convert] = {
    "title": _text,
    "code": _text,
    "date": _date,
    "rating100": _rating,
    "details": _text,
    "photographer": _text,
    "organized": as_switch,
    "studio": _text,  # a name; what it stands for is looked up
}
"""Single field -> its value in the server's form, None where the computed value is none."""

WANTED = {
    **dict.fromkeys(
        ("title", "code", "details", "photographer", "studio"), f"a text of at most {MAX_TEXT:,} characters"
    ),
    "date": "a date such as 2021-07-04, 2021-07 or 2021",
    "rating100": "a whole number from 0 to 100 (4 stars are 80)",
    "organized": "true or false",
}
"""Single field -> what it takes."""


def too_much(field: str, texts: Sequence[str]) -> str:
    """What is wrong with so many values for a list, or no text."""
    if len(texts) > MAX_VALUES:
        return f"{field}: at least {len(texts):,} values of one image; at most {MAX_VALUES:,} are written"
    size = sum(map(len, texts))
    if size > MAX_TEXT:
        return f"{field}: values of {size:,} characters together; at most {MAX_TEXT:,} are written"
    return ""


def is_empty(value: Any) -> bool:
    """Whether a field with this value counts as empty: no text, no date, no rating or 0, no studio, not organized.

    Only spaces are taken off a text, as SQLite's TRIM does it for the server.
    """
    if isinstance(value, str):
        return not value.strip(" ")
    return not value
