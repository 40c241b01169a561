"""The fields of an image that rules write, and how a computed value becomes one that the server keeps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from lib.changes import LIST_FIELDS, SINGLE_FIELDS
from lib.rules import dates
from lib.rules.values import as_number, as_text

ALL_FIELDS = (*SINGLE_FIELDS, *LIST_FIELDS)

CREATABLE = ("tags", "performers", "studios")

TRUE = ("true", "yes", "on")
FALSE = ("false", "no", "off")

Convert: TypeAlias = Callable[[Any], Any]


def _text(value: Any) -> str | None:
    text = as_text(value)
    return text.strip() if text else None


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
    "date": "a date such as 2021-07-04, 2021-07 or 2021",
    "rating100": "a whole number from 0 to 100 (4 stars are 80)",
    "organized": "true or false",
}
"""Single field -> what it takes, where that is not any text."""


def is_empty(value: Any) -> bool:
    """Whether a field with this value counts as empty: no text, no date, no rating or 0, no studio, not organized.

    Only spaces are taken off a text, as SQLite's TRIM does it for the server.
    """
    if isinstance(value, str):
        return not value.strip(" ")
    return not value
