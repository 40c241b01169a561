"""Filters that users saved under a name."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.fake_stash.language.errors import ServerError
from tests.fake_stash.language.execute import Call
from tests.fake_stash.language.numbers import atoi, plain
from tests.fake_stash.store.connection import Row

PARTS = ("find_filter", "object_filter", "ui_options")


def _shown(row: Row) -> dict[str, Any]:
    parts = {name: json.loads(row[name]) for name in PARTS}
    return {"id": row["id"], "mode": row["mode"], "name": row["name"], "filter": "", **parts}


def find_saved_filter(call: Call) -> dict[str, Any] | None:
    """A saved filter by its id."""
    found = call.request.database.row("SELECT * FROM saved_filters WHERE id = ?", [atoi(call.args["id"])])
    return None if found is None else _shown(found)


def find_saved_filters(call: Call) -> list[dict[str, Any]]:
    """All saved filters, or those for one kind of objects by name."""
    mode = call.args.get("mode")
    condition, args = (" WHERE mode = ? ORDER BY name", [mode]) if mode else ("", [])
    return [_shown(row) for row in call.request.database.rows(f"SELECT * FROM saved_filters{condition}", args)]


def save_filter(call: Call) -> dict[str, Any] | None:
    """Save a new filter, or one that is known again."""
    given = call.args["input"]
    name = given["name"].strip()
    if not name:
        raise ServerError("name must be non-empty")
    known = None if given.get("id") is None else atoi(given["id"], "converting id: ")
    values = [given["mode"], name, *(json.dumps(plain(given.get(part))) for part in PARTS)]
    database = call.request.database
    with database.transaction():
        if known is None:
            sql = (
                "INSERT INTO saved_filters (mode, name, find_filter, object_filter, ui_options) VALUES (?, ?, ?, ?, ?)"
            )
            known = database.execute(sql, values, "inserting into saved_filters: executing")
        else:
            sql = "UPDATE saved_filters SET mode = ?, name = ?, find_filter = ?, object_filter = ?, ui_options = ?"
            database.execute(f"{sql} WHERE id = ?", [*values, known], "updating saved_filters: executing")
    saved = dict(zip(("mode", "name", *PARTS), values, strict=True))
    return _shown({**saved, "id": known})  # type: ignore[arg-type]  # the columns of a row, by the same names


def destroy_saved_filter(call: Call) -> bool:
    """Forget a saved filter."""
    filter_id = atoi(call.args["input"]["id"], "converting id: ")
    database = call.request.database
    with database.transaction():
        if database.value("SELECT COUNT(*) FROM saved_filters WHERE id = ?", [filter_id]) == 0:
            raise ServerError(f"id {filter_id} does not exist in saved_filters")
        database.execute("DELETE FROM saved_filters WHERE id = ?", [filter_id])
    return True


QUERIES: dict[str, Callable[[Call], Any]] = {
    "findSavedFilter": find_saved_filter,
    "findSavedFilters": find_saved_filters,
}
MUTATIONS = {"saveFilter": save_filter, "destroySavedFilter": destroy_saved_filter}
