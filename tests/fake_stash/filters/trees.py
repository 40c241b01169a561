"""Criteria on what is ordered in trees: tags, studios, folders; a depth takes in what is below."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from tests.fake_stash.filters.builder import Filter, Lookup
from tests.fake_stash.filters.criteria import Criterion
from tests.fake_stash.filters.relations import NULLNESS, binding, split
from tests.fake_stash.language.errors import ServerError


@dataclass(frozen=True)
class Tree:
    """Objects that have objects of the same kind below them: `below` selects those one step down."""

    table: str
    below: str

    def values(self, lookup: Lookup, ids: list[str], depth: int | None) -> str:
        """SQL for pairs of a given id and each id below it, down to the depth; -1 is any depth.

        The server looks them up when it builds its query, and takes ids that it does not find as they are.
        """
        if not depth and all(re.fullmatch(r"[+-]?\d+", each) for each in ids):
            return "VALUES" + ",".join(f"({int(each)},{int(each)})" for each in ids)
        limit = f"WHERE depth < {depth}" if depth != -1 else ""
        further = f"UNION {self.below} {limit}" if depth else ""
        found = lookup(
            f"WITH RECURSIVE items AS (SELECT id AS root_id, id AS item_id, 0 AS depth FROM {self.table}"
            f" WHERE id IN {binding(len(ids))} {further})"
            " SELECT 'VALUES' || GROUP_CONCAT('(' || root_id || ', ' || item_id || ')') FROM items",
            ids,
        )
        return found or "VALUES" + ",".join(f"({each}, {each})" for each in ids)


TAG_TREE = Tree(
    "tags",
    "SELECT p.root_id, c.child_id, depth + 1 FROM tags_relations AS c INNER JOIN items AS p ON c.parent_id = p.item_id",
)
STUDIO_TREE = Tree(
    "studios", "SELECT p.root_id, c.id, depth + 1 FROM studios AS c INNER JOIN items AS p ON c.parent_id = p.item_id"
)
FOLDER_TREE = Tree(
    "folders",
    "SELECT p.root_id, c.id, depth + 1 FROM folders AS c INNER JOIN items AS p ON c.parent_folder_id = p.item_id",
)


@dataclass(frozen=True)
class JoinedTags:
    """Tags with those below them, joined through a table."""

    primary: str
    table: str
    owner: str
    alias: str

    def __call__(self, wanted: Filter, given: dict[str, Any]) -> None:
        """The criterion: a list of ids with a depth."""
        depth = given.get("depth") or 0
        if given["modifier"] == "EQUALS" and depth != 0:
            raise ServerError("depth is not supported for equals modifier in hierarchical multi criterion input")
        on = f"{self.alias}.{self.owner} = {self.primary}.id"
        if given["modifier"] in NULLNESS:
            wanted.left_join(self.table, on, self.alias)
            wanted.where(f"{self.alias}.tag_id IS {NULLNESS[given['modifier']]} NULL")
            return
        modifier, value, excludes = split(given)
        if value:
            self._join(wanted, value, depth, self.alias)
            self._include(wanted, modifier, len(value))
        if excludes:
            self._join(wanted, excludes, depth, f"{self.alias}2")
            wanted.where(f"{self.alias}2.root_id IS NULL")

    def _join(self, wanted: Filter, ids: list[str], depth: int, alias: str) -> None:
        row, pair = ("j", "d") if alias == self.alias else ("j2", "e")
        pairs = TAG_TREE.values(wanted.lookup, ids, depth)
        rows = (
            f"(\n\t\tSELECT {row}.*, {pair}.column1 AS root_id, {pair}.column2 AS item_id FROM {self.table} AS {row}"
            f"\n\t\tINNER JOIN ({pairs}) AS {pair} ON {row}.tag_id = {pair}.column2\n\t)\n\t"
        )
        wanted.left_join(rows, f"{alias}.{self.owner} = {self.primary}.id", alias)

    def _include(self, wanted: Filter, modifier: str, count: int) -> None:
        if modifier == "NOT_EQUALS":
            raise ServerError("not equals modifier is not supported for hierarchical multi criterion input")
        if modifier not in ("INCLUDES", "INCLUDES_ALL", "EQUALS"):
            return
        wanted.where(f"{self.alias}.root_id IS NOT NULL")
        if modifier != "INCLUDES":
            wanted.having(f"count(distinct {self.alias}.root_id) IS {count}")
        if modifier == "EQUALS":
            own = f"(SELECT COUNT(*) FROM {self.table} s WHERE s.{self.owner} = {self.primary}.id)"
            wanted.where(f"{own} = ?", count)


def in_tree(column: str, tree: Tree) -> Criterion:
    """The object that the column names, with those below it: studios of images, folders of files."""

    def criterion(wanted: Filter, given: dict[str, Any]) -> None:
        same = {"EQUALS": "INCLUDES_ALL", "NOT_EQUALS": "EXCLUDES"}
        given = {**given, "modifier": same.get(given["modifier"], given["modifier"])}
        if given["modifier"] in NULLNESS:
            wanted.where(f"{column} IS {NULLNESS[given['modifier']]} NULL")
            return
        modifier, value, excludes = split(given)
        if value and modifier in ("INCLUDES", "INCLUDES_ALL"):
            pairs = tree.values(wanted.lookup, value, given.get("depth"))
            wanted.where(f"{column} IN (SELECT column2 FROM ({pairs}))")
            if modifier == "INCLUDES_ALL":
                wanted.having(f"count(distinct {column}) IS {len(value)}")
        if excludes:
            pairs = tree.values(wanted.lookup, excludes, given.get("depth"))
            wanted.where(f"{column} NOT IN (SELECT column2 FROM ({pairs})) OR {column} IS NULL")

    return criterion


def performer_tags(primary: str, table: str, owner: str) -> Criterion:
    """The tags of the object's performers."""
    modifiers = ("INCLUDES_ALL", "INCLUDES", "EXCLUDES", "IS_NULL", "NOT_NULL")

    def criterion(wanted: Filter, given: dict[str, Any]) -> None:
        if given["modifier"] not in modifiers:
            raise ServerError(f"invalid modifier {given['modifier']} for performer tags")
        if given["modifier"] in NULLNESS:
            wanted.left_join(table, f"{primary}.id = {table}.{owner}")
            wanted.left_join("performers_tags", f"{table}.performer_id = performers_tags.performer_id")
            wanted.where(f"performers_tags.tag_id IS {NULLNESS[given['modifier']]} NULL")
            return
        modifier, value, excludes = split(given)
        rows = f"{table} INNER JOIN performers_tags ON {table}.performer_id = performers_tags.performer_id"
        if value:
            pairs = TAG_TREE.values(wanted.lookup, value, given.get("depth"))
            joined = (
                f"(SELECT {table}.{owner} AS primary_id, t.column1 AS root_tag_id FROM {rows}"
                f" INNER JOIN ({pairs}) t ON t.column2 = performers_tags.tag_id)"
            )
            wanted.left_join(joined, f"performer_tags.primary_id = {primary}.id", "performer_tags")
            wanted.where("performer_tags.root_tag_id IS NOT NULL")
            if modifier == "INCLUDES_ALL":
                wanted.having(f"count(distinct performer_tags.root_tag_id) IS {len(value)}")
        if excludes:
            pairs = TAG_TREE.values(wanted.lookup, excludes, given.get("depth"))
            wanted.where(
                f"{primary}.id NOT IN (SELECT {table}.{owner} FROM {rows}"
                f" WHERE performers_tags.tag_id IN (SELECT column2 FROM ({pairs})))"
            )

    return criterion
