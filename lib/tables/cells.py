r"""Convert between values and the text of a cell.

A list is joined with `; `. A `;` or `\` inside an element is escaped with `\`, and so is a space at its ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

CLEAR = "-"
"""The cell that clears a field. An empty cell doesn't change it."""

MAX_ITEMS = 10_000
"""Maximum number of elements in a cell."""

TOO_MANY_ITEMS = f"a list has at most {MAX_ITEMS:,} elements"

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
_ESCAPED_OR_END = re.compile(r"(?:\\.){1,99}|;[;\s]*", re.DOTALL)
_ESCAPES = re.compile(r"(?:\\.){1,99}", re.DOTALL)
_DASH = re.compile(f"'*{CLEAR}")


def text(value: Any) -> str:
    """Return a value as the text of a cell: empty for None, lists joined, `true` and `false` in lower case."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return join(map(text, value))
    return str(value)


def join(items: Iterable[str]) -> str:
    """Join the elements of a list into one cell."""
    return "; ".join(_escape(item) for item in items)


def split(cell: str) -> Iterator[str]:
    """Yield the elements of a list in a cell, without empty ones."""
    return filter(None, map(_unescape, _split_parts(cell)))


def escape_formula(cell: str) -> str:
    """Put an apostrophe before a CSV cell that a spreadsheet would run as a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def unescape_formula(cell: str) -> str:
    """Reverse `escape_formula`; keep any other apostrophe."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(_FORMULA) else cell


def escape_dash(value: Any) -> Any:
    """Put an apostrophe before the text `-` in a JSON row, where it would clear the field."""
    return f"'{value}" if isinstance(value, str) and _DASH.fullmatch(value) else value


def unescape_dash(cell: str) -> str:
    """Reverse `escape_dash`."""
    return cell[1:] if cell[:1] == "'" and _DASH.fullmatch(cell) else cell


def shorten(text: str, max_length: int = 80) -> str:
    """Shorten the text of a cell for an error message."""
    return text if len(text) <= max_length else f"{text[: max_length - 1]}…"


def _split_parts(cell: str) -> Iterator[str]:
    # Not one pattern for a whole element: that takes 250 bytes a character, and quadratic time.
    start = 0
    for match in _ESCAPED_OR_END.finditer(cell):
        if match[0][0] == ";":
            yield cell[start : match.start()]
            start = match.end()
    yield cell[start:]


def _unescape(part: str) -> str:
    text = part.strip()
    if (len(text) - len(text.rstrip("\\"))) % 2:  # the space after it is escaped
        text = part.lstrip()[: len(text) + 1]
    return _ESCAPES.sub(lambda escapes: escapes[0][1::2], text)


def _escape(item: str) -> str:
    item = item.replace("\\", "\\\\").replace(";", "\\;")
    return re.sub(r"\A\s|(?<=.)\s\Z", r"\\\g<0>", item, flags=re.DOTALL)
