"""What flows through templates: text, numbers, switches, lists and objects, and how each becomes text.

A source may find anything that JSON or XMP can hold. `None` means nothing was found.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import islice
from typing import Any

MOST_ITEMS = 10_000
"""What is looked at of a list by filters, conditions and fields. A library has lists of hundreds."""


def as_text(value: Any) -> str | None:
    """The value as it stands in a text: a list gives its first element that has one, an object nothing."""
    if isinstance(value, str):
        return value if value.strip() else None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return str(int(value)) if value.is_integer() else str(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, (list, tuple)):
        return next(_texts(value), None)
    return None


def as_texts(value: Any) -> list[str]:
    """The texts in the value, trimmed: of a list each element's, however deep, of anything else its own."""
    if isinstance(value, (list, tuple)):
        return [text.strip() for text in islice(_texts(value), MOST_ITEMS)]
    text = as_text(value)
    return [] if text is None else [text.strip()]


def _texts(value: Any) -> Iterator[str]:
    """Every text in lists of lists; on a stack of its own, as JSON nests deeper than functions may call each other."""
    waiting = [iter((value,))]
    while waiting:
        for item in waiting[-1]:
            if isinstance(item, (list, tuple)):
                waiting.append(iter(item))
                break
            if (text := as_text(item)) is not None:
                yield text
        else:
            waiting.pop()


def as_number(value: Any) -> float | None:
    """The value as a number; nothing where its text is none."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        try:
            return value if math.isfinite(value) else None
        except OverflowError:  # a whole number beyond 1e308
            return None
    text = as_text(value)
    try:
        # float() would read 1_000 too.
        number = float(text) if text is not None and len(text) < 40 and "_" not in text else math.nan
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def is_nothing(value: Any) -> bool:
    """Whether a placeholder with this value is empty; a 0 that was found is a value."""
    return value is None or value in ("", [], {}) or (isinstance(value, str) and not value.strip())


def fold(text: str) -> str:
    """Text for a comparison without case, in every script."""
    return text.strip().casefold()
