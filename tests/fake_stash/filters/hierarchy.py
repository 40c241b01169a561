"""Criteria on the tags above and below a tag."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.fake_stash.filters.builder import Clause, Filter
from tests.fake_stash.filters.relations import NULLNESS, binding, split
from tests.fake_stash.language.errors import ServerError

MODIFIERS = ("INCLUDES_ALL", "INCLUDES", "EXCLUDES", "IS_NULL", "NOT_NULL")


@dataclass(frozen=True)
class TagHierarchy:
    """The tags on one side: `own` is the column of tags_relations with the tag itself, `other` that with those."""

    own: str
    other: str
    alias: str

    def __call__(self, wanted: Filter, given: dict[str, Any]) -> None:
        """The criterion: a list of ids with a depth."""
        if given["modifier"] not in MODIFIERS:
            raise ServerError(f"invalid modifier {given['modifier']}")
        if given["modifier"] in NULLNESS:
            wanted.left_join("tags_relations", f"tags.id = {self.alias}.{self.own}", self.alias)
            wanted.where(f"{self.alias}.{self.own} IS {NULLNESS[given['modifier']]} NULL")
            return
        modifier, value, excludes = split(given)
        if value:
            self._relate(wanted, value, given.get("depth") or 0, self.alias)
            wanted.where(f"{self.alias}.root_id IS NOT NULL")
            if modifier == "INCLUDES_ALL":
                wanted.having(f"count(distinct {self.alias}.root_id) IS {len(value)}")
        if excludes:
            self._relate(wanted, excludes, given.get("depth") or 0, f"{self.alias}2")
            wanted.where(f"{self.alias}2.root_id IS NULL")

    def _relate(self, wanted: Filter, ids: list[str], depth: int, alias: str) -> None:
        limit = f"WHERE depth < {depth}" if depth != -1 else ""
        sql = (
            f"{alias} AS (SELECT {self.other} AS root_id, {self.own} AS item_id, 0 AS depth FROM tags_relations"
            f" WHERE {self.other} IN {binding(len(ids))} UNION SELECT root_id, {self.own}, depth + 1"
            f" FROM tags_relations INNER JOIN {alias} ON item_id = {self.other} {limit})"
        )
        wanted.withs.append(Clause(sql, tuple(ids)))
        wanted.recursive = True
        wanted.left_join(alias, f"{alias}.item_id = tags.id")


PARENTS = TagHierarchy("child_id", "parent_id", "tag_parents")
CHILDREN = TagHierarchy("parent_id", "child_id", "tag_children")
