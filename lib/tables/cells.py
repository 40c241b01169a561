r"""A value as the text of a cell, and lists in one cell.

A list is joined with `; `. A `;` or `\` inside an element is escaped with `\`, and so is a space at its ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

CLEAR = "-"
"""The cell that clears a field. An empty one leaves it alone."""

MOST = 10_000
"""Elements of a list in one cell."""

TOO_MANY = f"a list has at most {MOST:,} elements"

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
_ESCAPED_OR_END = re.compile(r"(?:\\.){1,99}|;[;\s]*", re.DOTALL)
_DASH = re.compile(f"'*{CLEAR}")


def text(value: Any) -> str:
    """A value as it stands in a cell: nothing for None, lists joined, true and false in small letters."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return join(map(text, value))
    return str(value)


def join(items: Iterable[str]) -> str:
    """The elements of a list in one cell."""
    return "; ".join(_escaped(item) for item in items)


def split(cell: str) -> Iterator[str]:
    """The elements of a list from its cell, one after the other; empty ones do not count."""
    return filter(None, map(_element, _parts(cell)))


def escape_formula(cell: str) -> str:
    """A cell of a CSV file: one that a spreadsheet would run as a formula gets an apostrophe in front."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def unescape_formula(cell: str) -> str:
    """The reverse of `guarded`; any other apostrophe stays."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(_FORMULA) else cell


def guarded_dash(value: Any) -> Any:
    """A value of a JSON row: the text `-`, which would clear, gets an apostrophe in front."""
    return f"'{value}" if isinstance(value, str) and _DASH.fullmatch(value) else value


def unguarded_dash(cell: str) -> str:
    """The reverse of `guarded_dash`."""
    return cell[1:] if cell[:1] == "'" and _DASH.fullmatch(cell) else cell


def short(text: str, most: int = 80) -> str:
    """A text of a cell as an error shows it."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _parts(cell: str) -> Iterator[str]:
    # By hand: a pattern for a whole element takes 250 bytes a character, and time by its square.
    begin = 0
    for match in _ESCAPED_OR_END.finditer(cell):
        if match[0][0] == ";":
            yield cell[begin : match.start()]
            begin = match.end()
    yield cell[begin:]


def _element(part: str) -> str:
    bare = part.strip()
    if (len(bare) - len(bare.rstrip("\\"))) % 2:  # the blank behind it is escaped
        bare = part.lstrip()[: len(bare) + 1]
    return re.sub(r"\\(.)", r"\1", bare, flags=re.DOTALL)


def _escaped(item: str) -> str:
    item = item.replace("\\", "\\\\").replace(";", "\\;")
    return re.sub(r"\A\s|(?<=.)\s\Z", r"\\\g<0>", item, flags=re.DOTALL)
