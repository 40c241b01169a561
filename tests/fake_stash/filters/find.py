"""Finding objects: the search text, the filter, the sort and the page."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.fake_stash.filters.builder import Filter, Join, Lookup, Query
from tests.fake_stash.filters.criteria import Criterion, Joiner, no_join
from tests.fake_stash.filters.search import add_search
from tests.fake_stash.language.errors import ServerError
from tests.fake_stash.store.connection import Database, go_list

OPERATORS = {"AND": "AND", "OR": "OR", "NOT": "AND NOT"}


@dataclass(frozen=True)
class Kind:
    """A kind of object that can be found, with what it is found by and how it is sorted.

    `last_term` sorts what the wanted sort leaves equal. A kind is known to the others by the name of its table.
    """

    table: str
    criteria: dict[str, Criterion]
    search_columns: Sequence[str]
    sorts: dict[str, Sort]
    search_joins: Sequence[Join] = ()
    default_sort: str = ""
    last_term: str = ""

    def __post_init__(self) -> None:
        KINDS[self.table] = self


KINDS: dict[str, Kind] = {}
RELATED = ("scenes_filter", "images_filter", "galleries_filter")


@dataclass(frozen=True)
class Sort:
    """The ORDER BY terms of a sort, `{}` standing for the direction, and what must be joined for them."""

    terms: str
    joins: Sequence[Join] = field(default=())


def build_filter(kind: Kind, given: dict[str, Any] | None, lookup: Lookup) -> Filter:
    """The filter object as SQL; `lookup` is for what must be looked up to write it."""
    wanted = Filter(lookup)
    add_criteria(kind, wanted, given or {})
    return wanted


def add_criteria(kind: Kind, wanted: Filter, given: dict[str, Any]) -> None:
    """Add everything that the filter object asks for. A criterion that is null asks for nothing."""
    operators = [name for name in OPERATORS if given.get(name) is not None]
    if len(operators) > 1:
        raise ServerError(f"cannot have {operators[0]} and {operators[1]} in the same filter")
    for name in operators:
        wanted.below, wanted.operator = build_filter(kind, given[name], wanted.lookup), OPERATORS[name]
    unserved = [name for name, value in given.items() if value is not None and name not in {*kind.criteria, *OPERATORS}]
    if unserved:
        raise ServerError(f"the fake server does not serve the criterion {unserved[0]} on {kind.table}")
    for name, criterion in kind.criteria.items():
        if given.get(name) is not None:
            criterion(wanted, given[name])


def build_query(database: Database, kind: Kind, given: dict[str, Any] | None, find: dict[str, Any] | None) -> Query:
    """The query for the ids of what is to be found."""
    find = find or {}
    query = Query(kind.table, [f"DISTINCT {kind.table}.id"])
    if find.get("q"):
        for join in kind.search_joins:
            query.joins.add(join)
        add_search(query, kind.search_columns, find["q"])
    query.add_filter(build_filter(kind, given, database.value))
    query.order = _order(kind, query, find) + _page(find)
    return query


def find_ids(database: Database, query: Query) -> list[int]:
    """The ids of one page, sorted."""
    sql = query.sql(sorting=True)
    with _told(f"error finding IDs: running query: {sql} [{go_list(query.args)}]: "):
        return database.column(sql, query.args)


def find_page(database: Database, query: Query) -> tuple[list[int], int]:
    """The ids of one page, sorted, and how many there are on all pages."""
    counting, sql = f"SELECT COUNT(*) as count FROM ({query.sql()}) as temp", query.sql(sorting=True)
    args = go_list(query.args)
    with _told(f"error executing count query with SQL: {counting}, args: {args}, error: "):
        count: int = database.value(counting, query.args)
    with _told(f"error executing find query with SQL: {sql}, args: {args}, error: "):
        return database.column(sql, query.args), count


def related(name: str, column: str, join: Joiner = no_join, *, direct: bool = False) -> Criterion:
    """A filter on objects of another kind whose id is in the column.

    With `direct` its conditions are asked of the joined rows themselves.
    """

    def criterion(wanted: Filter, given: dict[str, Any]) -> None:
        below = build_filter(KINDS[name], given, wanted.lookup)
        if below.empty:
            return
        join(wanted)
        if direct:
            _refuse_related(given)
            add_criteria(KINDS[name], wanted, given)
            return
        query = Query(name, [f"{name}.id"])
        query.add_filter(below)
        wanted.where(f"{column} IN ({query.sql()})", *query.args)

    return criterion


def _refuse_related(given: dict[str, Any]) -> None:
    if any(name in RELATED and value is not None for name, value in given.items()):
        raise ServerError("cannot use related filters inside a related filter")


def joined(table: str, on: str, alias: str = "", kind: str = "LEFT") -> Joiner:
    """A joiner of one table."""
    return lambda wanted: wanted.joins.add(Join(table, on, alias, kind))


@contextmanager
def _told(context: str) -> Iterator[None]:
    """Put a text before the message of a ServerError."""
    try:
        yield
    except ServerError as error:
        raise ServerError(f"{context}{error}") from error


def _order(kind: Kind, query: Query, find: dict[str, Any]) -> str:
    name = find.get("sort") or kind.default_sort
    if not name:
        return ""
    direction = find.get("direction") or "ASC"
    if name.startswith("random_"):
        terms = _random_terms(kind.table, _seed(name.removeprefix("random_")))
        joins: Sequence[Join] = ()
    elif name not in kind.sorts:
        raise ServerError(f"invalid sort: {name}")
    elif name == "random":
        terms, joins = _random_terms(kind.table, random.getrandbits(63)), ()
    else:
        terms, joins = kind.sorts[name].terms, kind.sorts[name].joins
    for join in joins:
        query.joins.add(join)
    return f" ORDER BY {terms.replace('{}', direction)}{kind.last_term}"


def _seed(text: str) -> int:
    if not re.fullmatch(r"\d+", text) or int(text) >= 2**64:
        raise ServerError(f"invalid random seed: {text}")
    return int(text)


def _random_terms(table: str, seed: int) -> str:
    number = f"({table}.id + {seed % 10**8})"
    return f"mod({number} * {number} * 52959209 + {number} * 1047483763, 2147483647) {{}}"


def _page(find: dict[str, Any]) -> str:
    size = find.get("per_page")
    size = 25 if size is None else size
    if size < 0:
        return " "
    page = max(find.get("page") or 1, 1)
    return f" LIMIT {size} OFFSET {(page - 1) * size} "
