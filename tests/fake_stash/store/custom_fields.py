"""The fields that users add to performers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.fake_stash.language.errors import ServerError
from tests.fake_stash.language.numbers import quote
from tests.fake_stash.store.connection import Database, id_list
from tests.fake_stash.store.joins import Change

LONGEST = 64  # characters of a field's name


class CustomFields:
    """The list of a change holds one input: `full` replaces all, `partial` sets some, `remove` drops some."""

    def of_many(self, database: Database, owner_ids: Sequence[int]) -> list[dict[str, Any]]:
        """The fields of each owner."""
        found: dict[int, dict[str, Any]] = {}
        sql = "SELECT * FROM performer_custom_fields WHERE performer_id IN (SELECT value FROM json_each(?))"
        for row in database.rows(sql, [id_list(owner_ids)]):
            found.setdefault(row["performer_id"], {})[row["field"]] = row["value"]
        return [found.get(owner_id, {}) for owner_id in owner_ids]

    def apply(self, database: Database, owner_id: int, change: Change) -> None:
        """Change the fields of one owner."""
        (given,) = change.values
        values = given["full"] if given.get("full") is not None else given.get("partial") or {}
        removed = given.get("remove") or []
        _check(values, removed)
        if given.get("full") is not None:
            database.execute("DELETE FROM performer_custom_fields WHERE performer_id = ?", [owner_id])
        for name, value in values.items():
            sql = "INSERT OR REPLACE INTO performer_custom_fields VALUES (?, ?, ?)"
            database.execute(sql, [owner_id, name, value])
        for name in removed:
            sql = "DELETE FROM performer_custom_fields WHERE performer_id = ? AND field = ?"
            database.execute(sql, [owner_id, name])


def _check(values: dict[str, Any], removed: Sequence[str]) -> None:
    for name, value in values.items():
        if not name.strip():
            problem = "custom field name cannot be empty"
        elif name != name.strip():
            problem = "custom field name cannot have leading or trailing whitespace"
        elif len(name.encode()) > LONGEST:
            problem = f"custom field name must be less than {LONGEST + 1} characters"
        elif isinstance(value, (list, dict)):
            kind = "[]interface {}" if isinstance(value, list) else "map[string]interface {}"
            raise ServerError(f"getting SQL value for field {quote(name)}: unsupported custom field value type: {kind}")
        else:
            continue
        raise ServerError(f"custom field name {quote(name)}: {problem}")
    for name in removed:
        if name in values:
            raise ServerError(f"custom field name {quote(name)} cannot be in both values and delete keys")


PERFORMER_FIELDS = CustomFields()
