"""exports/preview.csv: a plan as a table for a spreadsheet, one line a changed field."""

from __future__ import annotations

import csv
import os
from typing import Any

from lib.changes import Ref
from lib.errors import StoreError
from lib.runs import plans
from lib.runs.database import Database
from lib.tables import cells
from lib.util import files

NAME = "preview.csv"
COLUMNS = ("id", "path", "field", "before", "after", "added", "removed", "rules", "only a preview")


def write_preview(folder: str, store: Database, run: int) -> str:
    """Write the whole plan, line by line; returns the path of the file, which replaces the one before."""
    exports = os.path.join(folder, "exports")
    path = os.path.join(exports, NAME)
    try:
        os.makedirs(exports, exist_ok=True)
        with files.atomic_write(path, "utf-8-sig") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            for image, where, by, change in plans.everything(store, run):
                values = (change.before, change.after, change.add, change.remove)
                shown = (cells.text(_plain(value)) for value in values)
                line = (image, where, change.field, *shown, ", ".join(change.rules), "yes" if by else "")
                writer.writerow(map(cells.escape_formula, line))
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror}.") from error
    return path


def _plain(value: Any) -> Any:
    """A value with each Ref as its name, since a Ref is a tuple and not a list of two."""
    if isinstance(value, Ref):
        return value.name
    return [_plain(item) for item in value] if isinstance(value, tuple) else value
