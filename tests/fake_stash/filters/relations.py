"""Criteria on the ids of what is joined to an object: performers, galleries.

What the server silently ignores here is ignored here too: empty lists, and modifiers that have no meaning.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.fake_stash.filters.builder import Filter
from tests.fake_stash.language.errors import ServerError

NULLNESS = {"IS_NULL": "", "NOT_NULL": "NOT"}


def binding(count: int) -> str:
    """Placeholders for a list of values."""
    return "(" + ", ".join("?" * count) + ")"


def split(given: dict[str, Any]) -> tuple[str, list[str], list[str]]:
    """The modifier, the wanted and the unwanted ids; EXCLUDES turns the wanted into unwanted ones."""
    modifier, value, excludes = given["modifier"], list(given.get("value") or ()), list(given.get("excludes") or ())
    return ("INCLUDES_ALL", [], excludes + value) if modifier == "EXCLUDES" else (modifier, value, excludes)


@dataclass(frozen=True)
class Joined:
    """Objects of another kind, joined through a table: `alias` is what the join is called."""

    primary: str
    table: str
    owner: str
    other: str
    alias: str

    def join(self, wanted: Filter) -> None:
        """Join the table."""
        alias = "" if self.alias == self.table else self.alias
        wanted.left_join(self.table, f"{self.alias}.{self.owner} = {self.primary}.id", alias)

    def __call__(self, wanted: Filter, given: dict[str, Any]) -> None:
        """The criterion: a list of ids."""
        if given["modifier"] in NULLNESS:
            self.join(wanted)
            wanted.where(f"{self.alias}.{self.other} IS {NULLNESS[given['modifier']]} NULL")
            return
        modifier, value, excludes = split(given)
        if value:
            self._include(wanted, modifier, value)
        if excludes:
            table = self.table
            wanted.where(
                f"{self.primary}.id NOT IN (SELECT {table}.{self.owner} from {table}"
                f" where {table}.{self.other} in {binding(len(excludes))})",
                *excludes,
            )

    def _include(self, wanted: Filter, modifier: str, value: list[str]) -> None:
        column = f"{self.alias}.{self.other}"
        inside = f"{column} IN {binding(len(value))}"
        if modifier == "NOT_EQUALS":
            raise ServerError("not equals modifier is not supported for multi criterion input")
        if modifier not in ("INCLUDES", "INCLUDES_ALL", "EQUALS"):
            return
        self.join(wanted)
        if modifier == "EQUALS":
            own = f"(SELECT COUNT(*) FROM {self.table} s WHERE s.{self.owner} = {self.primary}.id)"
            wanted.where(f"{inside} AND {own} = ?", *value, len(value))
        else:
            wanted.where(inside, *value)
        if modifier != "INCLUDES":
            wanted.having(f"count(distinct {column}) IS {len(value)}")


@dataclass(frozen=True)
class PlainJoined:
    """Objects joined through a table, in the older form that knows no excludes and ignores EQUALS."""

    primary: str
    foreign: str
    table: str
    owner: str
    other: str

    def __call__(self, wanted: Filter, given: dict[str, Any]) -> None:
        """The criterion: a list of ids."""
        modifier, value = given["modifier"], given.get("value") or []
        column = f"{self.table}.{self.other}"
        if modifier in NULLNESS:
            wanted.left_join(self.table, f"{self.table}.{self.owner} = {self.primary}.id")
            wanted.where(f"{column} IS {NULLNESS[modifier]} NULL")
        elif value and modifier in ("INCLUDES", "INCLUDES_ALL"):
            wanted.inner_join(self.table, f"{self.table}.{self.owner} = {self.primary}.id")
            wanted.inner_join(self.foreign, f"{column} = {self.foreign}.id")
            wanted.where(f"{column} IN {binding(len(value))}", *value)
            if modifier == "INCLUDES_ALL":
                wanted.having(f"count(distinct {column}) IS {len(value)}")
        elif value and modifier == "EXCLUDES":
            wanted.where(
                f"{self.primary}.id not in (select {self.table}.{self.owner} from {self.table}"
                f" where {column} in {binding(len(value))})",
                *value,
            )
