"""exports/preview.csv: a plan as a table for spreadsheets, with a line for each changed field."""

from __future__ import annotations

import csv
import os
from typing import Any

from lib.changes import Ref
from lib.errors import StoreError
from lib.runs.database import Database
from lib.runs.plans import Plan
from lib.tables import cells
from lib.util import files

NAME = "preview.csv"
COLUMNS = ("id", "path", "field", "before", "after", "added", "removed", "rules", "only a preview")


def write_preview(folder: str, db: Database, run: int) -> str:
    """Write the whole plan, and return the path of the file. It replaces the previous one."""
    exports = os.path.join(folder, "exports")
    path = os.path.join(exports, NAME)
    try:
        os.makedirs(exports, exist_ok=True)
        with files.atomic_write(path, "utf-8-sig") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            for image_id, image_path, only_preview, change in Plan(db, run).iter_changes():
                values = (change.before, change.after, change.add, change.remove)
                texts = (cells.text(_as_names(value)) for value in values)
                rules = ", ".join(change.rules)
                line = (image_id, image_path, change.field, *texts, rules, "yes" if only_preview else "")
                writer.writerow(map(cells.escape_formula, line))
    except OSError as error:
        raise StoreError(f"{path} can't be written: {error.strerror}.") from error
    return path


def _as_names(value: Any) -> Any:
    """Replace each Ref by its name: it's a tuple, and would be written as a list of two."""
    if isinstance(value, Ref):
        return value.name
    return [_as_names(item) for item in value] if isinstance(value, tuple) else value
