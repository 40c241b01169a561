"""Finding objects: the search text, the filter, the sort and the page."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.fake_stash.filters.builder import Filter, Join, Query
from tests.fake_stash.filters.criteria import Criterion
from tests.fake_stash.filters.search import add_search
from tests.fake_stash.language.errors import ServerError
from tests.fake_stash.store.connection import Database, go_list

OPERATORS = {"AND": "AND", "OR": "OR", "NOT": "AND NOT"}
ALL = -1


@dataclass(frozen=True)
class Kind:
    """A kind of object that can be found.

    `sorts` gives for each name of a sort its ORDER BY terms, `{}` standing for the direction, and the joins it needs.
    """

    table: str
    criteria: dict[str, Criterion]
    search_columns: Sequence[str]
    sorts: dict[str, Sort]
    search_joins: Sequence[Join] = ()
    default_sort: str = ""
    last_term: str = ""


@dataclass(frozen=True)
class Sort:
    """The ORDER BY terms of a sort, and what must be joined for them."""

    terms: str
    joins: Sequence[Join] = field(default=())


def build_filter(kind: Kind, given: dict[str, Any] | None) -> Filter:
    """The filter object as SQL."""
    wanted = Filter()
    given = {name: value for name, value in (given or {}).items() if value is not None}
    operators = [name for name in OPERATORS if name in given]
    if len(operators) > 1:
        raise ServerError(f"cannot have {operators[0]} and {operators[1]} in the same filter")
    for name in operators:
        wanted.below, wanted.operator = build_filter(kind, given[name]), OPERATORS[name]
    for name, criterion in kind.criteria.items():
        if name in given:
            criterion(wanted, given[name])
    return wanted


def build_query(kind: Kind, given: dict[str, Any] | None, find: dict[str, Any] | None) -> Query:
    """The query for the ids of what is to be found."""
    find = find or {}
    query = Query(kind.table, [f"DISTINCT {kind.table}.id"])
    if find.get("q"):
        for join in kind.search_joins:
            query.joins.add(join)
        add_search(query, kind.search_columns, find["q"])
    query.add_filter(build_filter(kind, given))
    query.order = _order(kind, query, find) + _page(find)
    return query


def find_ids(database: Database, query: Query) -> list[int]:
    """The ids of one page, sorted."""
    sql = query.sql(sorting=True)
    with _told(f"error finding IDs: running query: {sql} [{go_list(query.args)}]: "):
        return database.column(sql, query.args)


def count(database: Database, query: Query) -> int:
    """How many there are on all pages."""
    total: int = database.value(f"SELECT COUNT(*) as count FROM ({query.sql()}) as temp", query.args)
    return total


class _told:  # noqa: N801 - reads as a phrase where it is used
    """Put a text before the message of a ServerError."""

    def __init__(self, context: str) -> None:
        self._context = context

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: Any, error: BaseException | None, _traceback: Any) -> None:
        if isinstance(error, ServerError):
            raise ServerError(f"{self._context}{error}") from error


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


Finder = Callable[[Database, Query], list[int]]
