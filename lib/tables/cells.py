r"""A value as the text of a cell, and lists in one cell.

A list is joined with `; `. A `;` or `\` inside an element is escaped with `\`, and so is a space at its ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

CLEAR = "-"
"""The cell that clears a field. An empty one leaves it alone."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
_ITEM = re.compile(r"((?:\\.|[^;\\]|\\\Z)*)(;|\Z)", re.DOTALL)
_WITHOUT_TAIL = re.compile(r"((?:\\.|[^\\]|\\\Z)*?)\s*", re.DOTALL)
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


def split(cell: str) -> list[str]:
    """The elements of a list from its cell; empty ones do not count."""
    parts = (_WITHOUT_TAIL.fullmatch(match[1].lstrip()) for match in _ITEM.finditer(cell))
    items = (re.sub(r"\\(.)", r"\1", part[1], flags=re.DOTALL) for part in parts if part)
    return [item for item in items if item]


def guarded(cell: str) -> str:
    """A cell of a CSV file: one that a spreadsheet would run as a formula gets an apostrophe in front."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def unguarded(cell: str) -> str:
    """The reverse of `guarded`; any other apostrophe stays."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(_FORMULA) else cell


def guarded_dash(value: Any) -> Any:
    """A value of a JSON row: the text `-`, which would clear, gets an apostrophe in front."""
    return f"'{value}" if isinstance(value, str) and _DASH.fullmatch(value) else value


def unguarded_dash(cell: str) -> str:
    """The reverse of `guarded_dash`."""
    return cell[1:] if cell[:1] == "'" and _DASH.fullmatch(cell) else cell


def _escaped(item: str) -> str:
    item = re.sub(r"([;\\])", r"\\\1", item)
    return re.sub(r"\A\s|(?<=.)\s\Z", r"\\\g<0>", item, flags=re.DOTALL)
