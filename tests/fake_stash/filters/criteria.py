"""Criteria on the columns of an object: texts, paths, numbers, dates, switches.

A criterion is a function of the filter that is being built and the value that was given.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from tests.fake_stash.filters.builder import Clause, Filter, all_of, either
from tests.fake_stash.filters.go_regex import check_regex
from tests.fake_stash.language.errors import panic
from tests.fake_stash.store.clock import rfc3339

Criterion = Callable[[Filter, Any], None]
Joiner = Callable[[Filter], None]

NUMERIC = {
    "IS_NULL": "{} IS NULL",
    "NOT_NULL": "{} IS NOT NULL",
    "EQUALS": "{} = ?",
    "NOT_EQUALS": "{} != ?",
    "BETWEEN": "{} BETWEEN ? AND ?",
    "NOT_BETWEEN": "{} NOT BETWEEN ? AND ?",
    "LESS_THAN": "{} < ?",
    "GREATER_THAN": "{} > ?",
}
DATE = {**NUMERIC, "IS_NULL": "({0} IS NULL OR {0} = '')", "NOT_NULL": "({0} IS NOT NULL AND {0} != '')"}
EMPTY = "({0} IS NULL OR TRIM({0}) = '')"
NOT_EMPTY = "({0} IS NOT NULL AND TRIM({0}) != '')"
TEXT = {
    "EQUALS": "{0} LIKE ?",
    "NOT_EQUALS": "{0} NOT LIKE ?",
    "MATCHES_REGEX": "({0} IS NOT NULL AND {0} regexp ?)",
    "NOT_MATCHES_REGEX": "({0} IS NULL OR {0} NOT regexp ?)",
    "IS_NULL": EMPTY,
    "NOT_NULL": NOT_EMPTY,
}
PATH = {
    "MATCHES_REGEX": "{0} IS NOT NULL AND {1} IS NOT NULL AND {0} || '/' || {1} regexp ?",
    "NOT_MATCHES_REGEX": "{0} IS NULL OR {1} IS NULL OR {0} || '/' || {1} NOT regexp ?",
    "IS_NULL": "{0} IS NULL OR TRIM({0}) = '' OR {1} IS NULL OR TRIM({1}) = ''",
    "NOT_NULL": "{0} IS NOT NULL AND TRIM({0}) != '' AND {1} IS NOT NULL AND TRIM({1}) != ''",
}


def no_join(_filter: Filter) -> None:
    """The column is in the object's own table."""


def text(column: str, join: Joiner = no_join) -> Criterion:
    """A text. EQUALS is a LIKE; INCLUDES takes any word of the value unless that is quoted."""

    def criterion(wanted: Filter, given: dict[str, Any]) -> None:
        join(wanted)
        modifier, value = given["modifier"], given["value"]
        if modifier in ("INCLUDES", "EXCLUDES"):
            wanted.conditions.append(word_clause(column, value, negated=modifier == "EXCLUDES"))
            return
        add_text_condition(wanted, TEXT, modifier, value, column)

    return criterion


def add_text_condition(wanted: Filter, forms: dict[str, str], modifier: str, value: str, *columns: str) -> None:
    """One of the forms, filled with the columns; the server panics on modifiers that have none."""
    if modifier not in forms:
        raise panic("unsupported string filter modifier")
    if "regexp" in forms[modifier]:
        check_regex(value)
    sql = forms[modifier].format(*columns)
    wanted.where(sql, *([value] if "?" in sql else []))


def words(value: str) -> list[str]:
    """The words of a value, any of which is meant; a quoted value is one."""
    trimmed = value.strip()
    unquoted = trimmed.strip('"')
    return re.sub(r"\s+", " ", trimmed).split(" ") if unquoted == trimmed else [unquoted]


def word_clause(column: str, value: str, *, negated: bool) -> Clause:
    """Any of the value's words in the column, or none of them."""
    operator, glue = ("NOT LIKE", " AND ") if negated else ("LIKE", " OR ")
    found = words(value)
    likes = glue.join(f"{column} {operator} ?" for _ in found)
    return Clause(f"({likes})", tuple(f"%{word}%" for word in found))


def path(folder: str, basename: str, join: Joiner = no_join) -> Criterion:
    """The path of a file, in two columns."""

    def criterion(wanted: Filter, given: dict[str, Any]) -> None:
        join(wanted)
        modifier, value = given["modifier"], given["value"]
        whole = f"{folder} || '/' || {basename} LIKE ?"
        if modifier in ("INCLUDES", "EXCLUDES"):
            clauses = [Clause(whole, (f"%{word}%",)) for word in words(value)]
            negated = modifier == "EXCLUDES"
            clauses = [clause.negated() for clause in clauses] if negated else clauses
            quoted = value.strip() != value.strip().strip('"')
            wanted.conditions.append(clauses[0] if quoted else all_of(clauses) if negated else either(clauses))
        elif modifier in ("EQUALS", "NOT_EQUALS"):
            clause = Clause(whole, (value,))
            wanted.conditions.append(clause if modifier == "EQUALS" else clause.negated())
        else:
            add_text_condition(wanted, PATH, modifier, value, folder, basename)

    return criterion


def number(column: str, join: Joiner = no_join) -> Criterion:
    """A number."""

    def criterion(wanted: Filter, given: dict[str, Any]) -> None:
        join(wanted)
        wanted.conditions.append(numeric_clause(column, given))

    return criterion


def numeric_clause(column: str, given: dict[str, Any]) -> Clause:
    """The condition of a numeric criterion; an absent upper bound is 0."""
    modifier = given["modifier"]
    if modifier not in NUMERIC:
        raise panic(f"unsupported numeric modifier type {modifier}")
    return _filled(NUMERIC[modifier], column, given["value"], given.get("value2") or 0)


def date(column: str, join: Joiner = no_join) -> Criterion:
    """A date or time, compared as text; an absent upper bound is tomorrow."""
    return _moment(column, DATE, join)


def timestamp(column: str, join: Joiner = no_join) -> Criterion:
    """The same for a column that is never empty."""
    return _moment(column, NUMERIC, join)


def _moment(column: str, forms: dict[str, str], join: Joiner) -> Criterion:
    def criterion(wanted: Filter, given: dict[str, Any]) -> None:
        join(wanted)
        if given["modifier"] not in forms:
            raise panic("unsupported date modifier type")
        tomorrow = rfc3339(datetime.now().astimezone() + timedelta(days=1))
        upper = tomorrow if given.get("value2") is None else given["value2"]
        wanted.conditions.append(_filled(forms[given["modifier"]], column, given["value"], upper))

    return criterion


def _filled(form: str, column: str, *values: Any) -> Clause:
    return Clause(form.format(column), values[: form.count("?")])


def switch(column: str, join: Joiner = no_join) -> Criterion:
    """True or false."""

    def criterion(wanted: Filter, given: bool) -> None:
        join(wanted)
        wanted.where(f"{column} = {int(given)}")

    return criterion


def joined_count(table: str, owner: str, primary: str) -> Criterion:
    """How many rows of a table belong to the object."""
    return number(f"(SELECT COUNT(*) FROM {table} s WHERE s.{owner} = {primary}.id)")
