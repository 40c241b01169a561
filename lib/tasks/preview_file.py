"""exports/preview.csv: a plan as a table for a spreadsheet, one line a changed field."""

from __future__ import annotations

import csv
import os
from typing import Any

from lib import plan
from lib.changes import Ref
from lib.errors import StoreError
from lib.store import Store

NAME = "preview.csv"
COLUMNS = ("id", "path", "field", "before", "after", "added", "removed", "rules", "only a preview")


def write_preview(folder: str, store: Store, run: int) -> str:
    """Write the whole plan, line by line; returns the path of the file, which replaces the one before."""
    exports = os.path.join(folder, "exports")
    path = os.path.join(exports, NAME)
    try:
        os.makedirs(exports, exist_ok=True)
        with open(f"{path}.part", "w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            for image, where, by, change in plan.everything(store, run):
                cells = (change.before, change.after, change.add, change.remove)
                line = (image, where, change.field, *map(_text, cells), ", ".join(change.rules), "yes" if by else "")
                writer.writerow(map(_harmless, line))
        os.replace(f"{path}.part", path)
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror}.") from error
    return path


def _text(value: Any) -> str:
    if value is None or value == ():
        return ""
    if isinstance(value, Ref):
        return value.name
    if isinstance(value, tuple):
        return "; ".join(_text(item) for item in value)
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _harmless(cell: str) -> str:
    # A spreadsheet runs a cell that begins like a formula.
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r", "'") else cell
