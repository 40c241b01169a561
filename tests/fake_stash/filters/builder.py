"""Queries put together from joins, conditions and a sort."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class Clause:
    """A piece of SQL with its arguments."""

    sql: str
    args: tuple[Any, ...] = ()

    def negated(self) -> Clause:
        """The opposite."""
        return Clause(f"NOT ({self.sql})", self.args)


def either(clauses: Sequence[Clause]) -> Clause:
    """One of the clauses."""
    return _joined("OR", clauses)


def all_of(clauses: Sequence[Clause]) -> Clause:
    """All of the clauses."""
    return _joined("AND", clauses)


def _joined(operator: str, clauses: Sequence[Clause]) -> Clause:
    sql = f" {operator} ".join(f"({clause.sql})" for clause in clauses)
    return Clause(sql, tuple(arg for clause in clauses for arg in clause.args))


@dataclass(frozen=True)
class Join:
    """A joined table; one that only a sort needs is left out where nothing is sorted."""

    table: str
    on: str
    alias: str = ""
    kind: str = "LEFT"
    for_sort: bool = False

    @property
    def name(self) -> str:
        """What the query calls it; a name is joined once."""
        return self.alias or self.table

    def sql(self) -> str:
        """The join as written in the query."""
        return f"{self.kind} JOIN {self.table}{f' AS {self.alias}' if self.name != self.table else ''} ON {self.on}"


class Joins(dict[str, Join]):
    """Joins by name, in the order in which they were asked for."""

    def add(self, join: Join) -> None:
        """Join a table, if its name is not joined yet."""
        known = self.setdefault(join.name, join)
        if known.for_sort and not join.for_sort:
            self[join.name] = replace(known, for_sort=False)

    def sql(self, *, sorting: bool) -> str:
        """All joins, each with a space before it."""
        return "".join(f" {join.sql()}" for join in self.values() if sorting or not join.for_sort)


Lookup = Callable[[str, Sequence[Any]], Any]
"""The first value that a query answers."""


@dataclass
class Filter:
    """What one filter object asks for; `below` is the filter under its AND, OR or NOT."""

    lookup: Lookup
    joins: Joins = field(default_factory=Joins)
    conditions: list[Clause] = field(default_factory=list)
    havings: list[Clause] = field(default_factory=list)
    withs: list[Clause] = field(default_factory=list)
    recursive: bool = False
    below: Filter | None = None
    operator: str = ""

    def where(self, sql: str, *args: Any) -> None:
        """Another condition."""
        self.conditions.append(Clause(sql, args))

    def having(self, sql: str, *args: Any) -> None:
        """Another condition on the group."""
        self.havings.append(Clause(sql, args))

    def left_join(self, table: str, on: str, alias: str = "") -> None:
        """Join a table that may have no row."""
        self.joins.add(Join(table, on, alias))

    def inner_join(self, table: str, on: str, alias: str = "") -> None:
        """Join a table that must have a row."""
        self.joins.add(Join(table, on, alias, "INNER"))

    @property
    def empty(self) -> bool:
        """Does it ask for nothing?"""
        return not (self.conditions or self.joins or self.havings or self.below)

    def all_joins(self) -> Joins:
        """Its joins and those of the filters below."""
        joins = Joins(self.joins)
        for join in self.below.all_joins().values() if self.below else ():
            joins.add(join)
        return joins

    def condition(self, kind: str) -> Clause:
        """Everything of one kind, "conditions" or "havings", as one clause; empty if there is nothing."""
        own = _bracketed(getattr(self, kind))
        below = self.below.condition(kind) if self.below else Clause("")
        if not below.sql:
            return own
        operator = f" {self.operator} " if own.sql else "NOT " if self.operator == "AND NOT" else ""
        return Clause(f"{own.sql}{operator}({below.sql})", own.args + below.args)


def _bracketed(clauses: Sequence[Clause]) -> Clause:
    sql = "(" + ") AND (".join(clause.sql for clause in clauses) + ")" if clauses else ""
    return Clause(f"({sql})" if len(clauses) > 1 else sql, tuple(arg for clause in clauses for arg in clause.args))


@dataclass
class Query:
    """A query for the ids of one table."""

    table: str
    columns: list[str] = field(default_factory=list)
    joins: Joins = field(default_factory=Joins)
    conditions: list[str] = field(default_factory=list)
    havings: list[str] = field(default_factory=list)
    withs: list[str] = field(default_factory=list)
    recursive: bool = False
    args: list[Any] = field(default_factory=list)
    order: str = ""

    def add_filter(self, wanted: Filter) -> None:
        """Ask for what the filter asks for."""
        if wanted.withs:
            self.withs.append(", ".join(clause.sql for clause in wanted.withs))
            self.recursive = self.recursive or wanted.recursive
            self.args = [*(arg for clause in wanted.withs for arg in clause.args), *self.args]
        for join in wanted.all_joins().values():
            self.joins.add(join)
        for kind, into in (("conditions", self.conditions), ("havings", self.havings)):
            clause = wanted.condition(kind)
            if clause.sql:
                into.append(clause.sql)
                self.args += clause.args

    def sql(self, *, sorting: bool = False) -> str:
        """The query; with `sorting` also sorted and paged."""
        parts = []
        if self.withs:
            parts.append(f"WITH {' RECURSIVE ' if self.recursive else ''}{', '.join(self.withs)} ")
        parts.append(f"SELECT {', '.join(self.columns)} FROM {self.table}{self.joins.sql(sorting=sorting)}")
        if self.conditions:
            parts.append(f" WHERE {' AND '.join(self.conditions)}")
        if self.havings:
            parts.append(f" GROUP BY {self.table}.id  HAVING {' AND '.join(self.havings)}")
        return "".join(parts) + (self.order if sorting else "")
