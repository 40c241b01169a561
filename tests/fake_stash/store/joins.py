"""Tables that join one object with many: other objects, or values in an order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.fake_stash.store.connection import Database, Row, id_list


@dataclass(frozen=True)
class Change:
    """What becomes of a list: SET it to the values, ADD or REMOVE them."""

    values: Sequence[Any]
    mode: str = "SET"

    def impacted(self, existing: Iterable[Any]) -> list[Any]:
        """The values that this change names or removes."""
        return list(dict.fromkeys([*self.values, *existing])) if self.mode == "SET" else list(self.values)

    def effective(self, existing: Sequence[Any]) -> list[Any]:
        """The list after the change."""
        if self.mode == "SET":
            return list(dict.fromkeys(self.values))
        if self.mode == "ADD":
            return list(dict.fromkeys([*existing, *self.values]))
        return [value for value in existing if value not in self.values]


@dataclass(frozen=True)
class IdJoin:
    """Ids of other objects. `order` sorts them, with the other table joined as `foreign`; else the index does."""

    table: str
    owner: str
    other: str
    foreign: str = ""
    order: str = ""

    def ids(self, database: Database, owner_id: int) -> list[int]:
        """The ids that belong to one owner, in the server's order."""
        return self.ids_of_many(database, [owner_id])[0]

    def ids_of_many(self, database: Database, owner_ids: Sequence[int]) -> list[list[int]]:
        """The same for many owners with one query."""
        foreign = f" INNER JOIN {self.foreign} ON {self.foreign}.id = {self.table}.{self.other}" if self.foreign else ""
        order = f" ORDER BY {self.order}" if self.order else ""
        sql = (
            f"SELECT {self.table}.{self.owner}, {self.table}.{self.other} FROM {self.table}{foreign}"
            f" WHERE {self.table}.{self.owner} IN (SELECT value FROM json_each(?)){order}"
        )
        return _grouped(database.rows(sql, [id_list(owner_ids)]), owner_ids)

    def apply(self, database: Database, owner_id: int, change: Change) -> None:
        """Change the list of one owner."""
        if change.mode == "REMOVE":
            sql = (
                f"DELETE FROM {self.table} WHERE {self.owner} = ? AND {self.other} IN (SELECT value FROM json_each(?))"
            )
            database.execute(sql, [owner_id, id_list(change.values)])
            return
        existing: list[int] = []
        if change.mode == "SET":
            database.execute(f"DELETE FROM {self.table} WHERE {self.owner} = ?", [owner_id])
        else:
            existing = self.ids(database, owner_id)
        self.insert(database, owner_id, [value for value in change.values if value not in existing])

    def insert(self, database: Database, owner_id: int, other_ids: Iterable[int]) -> None:
        """Add ids; those that are there already are left alone."""
        sql = (
            f"INSERT INTO {self.table} ({self.owner}, {self.other}) VALUES (?, ?)"
            f" ON CONFLICT ({self.owner}, {self.other}) DO NOTHING"
        )
        for other_id in dict.fromkeys(other_ids):
            database.execute(sql, [owner_id, other_id])


@dataclass(frozen=True)
class ValueJoin:
    """Texts of an object: urls keep their order, aliases sort by themselves."""

    table: str
    owner: str
    column: str
    ordered: bool = True

    def values(self, database: Database, owner_id: int) -> list[str]:
        """The texts of one owner."""
        return self.values_of_many(database, [owner_id])[0]

    def values_of_many(self, database: Database, owner_ids: Sequence[int]) -> list[list[str]]:
        """The same for many owners with one query."""
        order = "position" if self.ordered else self.column
        sql = (
            f"SELECT {self.owner}, {self.column} FROM {self.table}"
            f" WHERE {self.owner} IN (SELECT value FROM json_each(?)) ORDER BY {self.owner}, {order}"
        )
        return _grouped(database.rows(sql, [id_list(owner_ids)]), owner_ids)

    def apply(self, database: Database, owner_id: int, change: Change) -> None:
        """Change the list of one owner."""
        existing = self.values(database, owner_id)
        if change.mode == "ADD":
            self._insert(database, owner_id, [value for value in change.values if value not in existing], len(existing))
            return
        kept = change.values if change.mode == "SET" else change.effective(existing)
        database.execute(f"DELETE FROM {self.table} WHERE {self.owner} = ?", [owner_id])
        self._insert(database, owner_id, kept, 0)

    def _insert(self, database: Database, owner_id: int, values: Sequence[str], start: int) -> None:
        for position, value in enumerate(values, start):
            place = {"position": position} if self.ordered else {}
            database.insert(self.table, {self.owner: owner_id, **place, self.column: value})


def _grouped(rows: Iterable[Row], owner_ids: Sequence[int]) -> list[list[Any]]:
    groups: dict[int, list[Any]] = {}
    for owner, value in rows:
        groups.setdefault(owner, []).append(value)
    return [list(groups.get(owner_id, ())) for owner_id in owner_ids]


TAG_ORDER = "COALESCE(tags.sort_name, tags.name) COLLATE NATURAL_CI ASC"

IMAGE_TAGS = IdJoin("images_tags", "image_id", "tag_id", "tags", TAG_ORDER)
IMAGE_PERFORMERS = IdJoin("performers_images", "image_id", "performer_id")
IMAGE_GALLERIES = IdJoin("galleries_images", "image_id", "gallery_id")
IMAGE_URLS = ValueJoin("image_urls", "image_id", "url")
GALLERY_TAGS = IdJoin("galleries_tags", "gallery_id", "tag_id", "tags", TAG_ORDER)
GALLERY_PERFORMERS = IdJoin("performers_galleries", "gallery_id", "performer_id")
GALLERY_IMAGES = IdJoin("galleries_images", "gallery_id", "image_id")
GALLERY_URLS = ValueJoin("gallery_urls", "gallery_id", "url")
PERFORMER_TAGS = IdJoin("performers_tags", "performer_id", "tag_id", "tags", TAG_ORDER)
PERFORMER_ALIASES = ValueJoin("performer_aliases", "performer_id", "alias", ordered=False)
PERFORMER_URLS = ValueJoin("performer_urls", "performer_id", "url")
STUDIO_TAGS = IdJoin("studios_tags", "studio_id", "tag_id", "tags", TAG_ORDER)
STUDIO_ALIASES = ValueJoin("studio_aliases", "studio_id", "alias", ordered=False)
STUDIO_URLS = ValueJoin("studio_urls", "studio_id", "url")
TAG_ALIASES = ValueJoin("tag_aliases", "tag_id", "alias", ordered=False)
TAG_PARENTS = IdJoin("tags_relations", "child_id", "parent_id", "tags", TAG_ORDER)
TAG_CHILDREN = IdJoin("tags_relations", "parent_id", "child_id", "tags", TAG_ORDER)
