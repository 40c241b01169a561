"""Ids that an object has on other servers' lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.fake_stash.store.clock import now
from tests.fake_stash.store.connection import Database, id_list
from tests.fake_stash.store.joins import Change


@dataclass(frozen=True)
class StashIds:
    """The table with the ids of one kind of object."""

    table: str
    owner: str

    def of_many(self, database: Database, owner_ids: Sequence[int]) -> list[list[dict[str, Any]]]:
        """The ids of each owner."""
        sql = f"SELECT * FROM {self.table} WHERE {self.owner} IN (SELECT value FROM json_each(?))"
        found: dict[int, list[dict[str, Any]]] = {}
        for row in database.rows(sql, [id_list(owner_ids)]):
            shown = {name: row[name] for name in ("endpoint", "stash_id", "updated_at")}
            found.setdefault(row[self.owner], []).append(shown)
        return [found.get(owner_id, []) for owner_id in owner_ids]

    def apply(self, database: Database, owner_id: int, change: Change) -> None:
        """Replace the ids of one owner."""
        database.execute(f"DELETE FROM {self.table} WHERE {self.owner} = ?", [owner_id])
        for each in change.values:
            values = [owner_id, each["endpoint"], each["stash_id"], each.get("updated_at") or now()]
            database.execute(f"INSERT INTO {self.table} VALUES (?, ?, ?, ?)", values)


TAG_STASH_IDS = StashIds("tag_stash_ids", "tag_id")
STUDIO_STASH_IDS = StashIds("studio_stash_ids", "studio_id")
PERFORMER_STASH_IDS = StashIds("performer_stash_ids", "performer_id")
