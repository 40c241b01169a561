"""The values of sources, filters and templates: text, numbers, booleans, lists and objects, and their conversions.

A source may return any value that JSON or XMP can represent; `None` means that it has no value.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import islice
from typing import Any

MAX_ITEMS = 10_000
"""Maximum items of a list that filters, conditions and fields use. Lists of a library have hundreds."""


def as_text(value: Any) -> str | None:
    """Return the value as text: of a list its first text, of an object None."""
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
    """Return the texts in the value, trimmed; of nested lists all of them."""
    if isinstance(value, (list, tuple)):
        return [text.strip() for text in islice(_texts(value), MAX_ITEMS)]
    text = as_text(value)
    return [] if text is None else [text.strip()]


def _texts(value: Any) -> Iterator[str]:
    """Yield every text in nested lists; iterative, since JSON may nest deeper than Python's recursion limit."""
    stack = [iter((value,))]
    while stack:
        for item in stack[-1]:
            if isinstance(item, (list, tuple)):
                stack.append(iter(item))
                break
            if (text := as_text(item)) is not None:
                yield text
        else:
            stack.pop()


def as_number(value: Any) -> float | None:
    """Return the value as a finite number, None if it isn't one."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        try:
            return value if math.isfinite(value) else None
        except OverflowError:  # an integer beyond 1e308
            return None
    text = as_text(value)
    try:
        # float() accepts 1_000 too.
        number = float(text) if text is not None and len(text) < 40 and "_" not in text else math.nan
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def is_nothing(value: Any) -> bool:
    """Whether the value counts as empty; 0 and False don't."""
    return value is None or value in ("", [], {}) or (isinstance(value, str) and not value.strip())


def fold(text: str) -> str:
    """Return text for a comparison without case, in every script."""
    return text.strip().casefold()
