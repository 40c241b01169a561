"""Criteria on what hangs on an object alone: urls, aliases, stash ids, custom fields, counts, and what is missing."""

from __future__ import annotations

from typing import Any

from tests.fake_stash.filters import criteria
from tests.fake_stash.filters.builder import Filter, Join
from tests.fake_stash.filters.criteria import Criterion
from tests.fake_stash.filters.go_regex import check_regex
from tests.fake_stash.filters.relations import binding
from tests.fake_stash.language.errors import ServerError

GO_TYPES = {bool: "bool", int: "int64", float: "float64"}
CUSTOM_LIST = {"EQUALS": "{} IN {}", "NOT_EQUALS": "{} NOT IN {}"}
CUSTOM_EACH = {
    "INCLUDES": ("{} LIKE ?", "%{}%"),
    "EXCLUDES": ("{} NOT LIKE ?", "%{}%"),
    "MATCHES_REGEX": ("({} regexp ?)", ""),
    "NOT_MATCHES_REGEX": ("({0} IS NULL OR {0} NOT regexp ?)", ""),
}
CUSTOM_PLAIN = {
    "IS_NULL": "{0} IS NULL OR TRIM({0}) = ''",
    "NOT_NULL": "TRIM({}) != ''",
    "BETWEEN": "{} BETWEEN ? AND ?",
    "NOT_BETWEEN": "{} NOT BETWEEN ? AND ?",
    "LESS_THAN": "{} < ?",
    "GREATER_THAN": "{} > ?",
}


def texts(primary: str, table: str, owner: str, column: str) -> Criterion:
    """Texts joined to the object, such as urls and aliases."""

    def criterion(wanted: Filter, given: dict[str, Any]) -> None:
        if given["modifier"] == "EXCLUDES":
            wanted.where(
                f"{primary}.id NOT IN (SELECT {table}.{owner} from {table} where {table}.{column} LIKE ?)",
                f"%{given['value']}%",
            )
            return
        wanted.left_join(table, f"{table}.{owner} = {primary}.id")
        criteria.text(f"{table}.{column}")(wanted, given)

    return criterion


def group_count(table: str, on: str, counted: str, alias: str = "") -> Criterion:
    """How many rows of a table belong to the object, counted over its group."""

    def criterion(wanted: Filter, given: dict[str, Any]) -> None:
        wanted.left_join(table, on, alias)
        wanted.havings.append(criteria.numeric_clause(f"count(distinct {counted})", given))

    return criterion


def missing(table: str, special: dict[str, Criterion]) -> Criterion:
    """What the object has none of; whatever is not special is taken for a column, unchecked."""

    def criterion(wanted: Filter, given: str) -> None:
        if given in special:
            special[given](wanted, given)
        elif given:
            wanted.where(criteria.EMPTY.format(f"{table}.{given}"))

    return criterion


def without(table: str, on: str, column: str, alias: str = "") -> Criterion:
    """No row of this table belongs to the object."""

    def criterion(wanted: Filter, _given: Any) -> None:
        wanted.left_join(table, on, alias)
        wanted.where(f"{alias or table}.{column} IS NULL")

    return criterion


def null(column: str) -> Criterion:
    """The column is null."""
    return lambda wanted, _given: wanted.where(f"{column} IS NULL")


def stash_ids(table: str, owner: str) -> dict[str, Criterion]:
    """The criteria on the ids that the object has on stash-boxes."""
    ids = f"{owner}_stash_ids"

    def endpoint(wanted: Filter, given: dict[str, Any]) -> None:
        there = f" AND {ids}.endpoint = {_literal(given['endpoint'])}" if given.get("endpoint") else ""
        wanted.left_join(ids, f"{ids}.{owner}_id = {table}.id{there}")
        criteria.text(f"{ids}.stash_id")(wanted, {"value": given.get("stash_id") or "", "modifier": given["modifier"]})

    return {"stash_id_endpoint": endpoint}


def custom_fields(table: str, primary: str, owner: str) -> Criterion:
    """The criteria on custom fields: a list, each with a field, values and a modifier."""

    def criterion(wanted: Filter, given: list[dict[str, Any]]) -> None:
        for number, each in enumerate(given):
            alias, modifier, values = f"custom_fields_{number}", each["modifier"], each.get("value") or []
            if any(isinstance(value, (list, dict)) for value in values):
                raise ServerError("unsupported custom field value type")
            kind = "LEFT" if modifier in ("EXCLUDES", "NOT_MATCHES_REGEX", "IS_NULL") else "INNER"
            on = f"{primary}.id = {alias}.{owner} AND {alias}.field = {_literal(each['field'])}"
            wanted.joins.add(Join(table, on, alias, kind))
            _compare_custom(wanted, f"{alias}.value", modifier, values)

    return criterion


def _compare_custom(wanted: Filter, column: str, modifier: str, values: list[Any]) -> None:
    if modifier in CUSTOM_LIST:
        wanted.where(CUSTOM_LIST[modifier].format(column, binding(len(values))), *values)
    elif modifier in CUSTOM_EACH:
        form, wanted_value = CUSTOM_EACH[modifier]
        for value in values:
            if "REGEX" in modifier:
                if not isinstance(value, str):
                    raise ServerError(f"unsupported custom field criterion value type: {GO_TYPES[type(value)]}")
                check_regex(value)
            wanted.where(form.format(column), wanted_value.format(value) if wanted_value else value)
    elif modifier in CUSTOM_PLAIN:
        form = CUSTOM_PLAIN[modifier]
        if "?" in form and len(values) != form.count("?"):
            named = "LESS_THAN" if modifier == "GREATER_THAN" else modifier  # as the server says
            many = f"{form.count('?')} value{'s' if form.count('?') > 1 else ''}"
            raise ServerError(f"expected {many} for custom field criterion modifier {named}, got {len(values)}")
        wanted.where(form.format(column), *(values if "?" in form else ()))
    else:
        raise ServerError(f"unsupported custom field criterion modifier: {modifier}")


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
