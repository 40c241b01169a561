"""`width`, `height`, `megapixels`, `size`, `aspect`, `rating100`, `o_counter`, `date`, `age_days`: comparisons.

The value is a number or date, or a map of `gt`, `gte`, `lt`, `lte`, `eq` that must all hold.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from lib.errors import DataError
from lib.rules import dates
from lib.rules.conditions.base import (
    MATCH,
    Condition,
    ConditionType,
    FilterContext,
    Match,
    OrTerms,
    Parsing,
    describe,
    to_text,
)
from lib.rules.conditions.paths import parse_options
from lib.rules.image.context import Scope
from lib.rules.syntax.diagnostics import at_line
from lib.rules.syntax.yaml_tree import Node, ScalarNode

Value: TypeAlias = float | str
"""A number, or a day as YYYY-MM-DD."""

OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
    "eq": operator.eq,
}
Bounds: TypeAlias = dict[str, Value]
"""Operator -> the value on its right side."""

# GraphQL's Int.
_MAX_INT = 2**31 - 1
# The server compares created_at as text in its own time zone, which may have changed since.
_ZONES = 2
_DAY = 86_400


def parse_bounds(node: Node, parse: Callable[[str], Value]) -> Bounds:
    """Parse the comparisons of a condition; `parse` converts a value or raises DataError."""
    if isinstance(node, ScalarNode):
        return {"eq": parse(node.value)}
    expected = f"a value, or a map of {', '.join(OPERATORS)}"
    options = parse_options(node, tuple(OPERATORS), expected)
    if not options:
        raise DataError(f"the map is empty; use {expected}")
    bounds = {}
    for key, text in options.items():
        with at_line(text.line):
            bounds[key] = parse(text.value)
    return bounds


def within(value: Any, bounds: Bounds) -> bool:
    for key, bound in bounds.items():  # noqa: SIM110 - all() is slower for one or two bounds
        if not OPERATORS[key](value, bound):
            return False
    return True


ToFilter: TypeAlias = Callable[[Bounds, FilterContext], OrTerms]


@dataclass(frozen=True)
class NumericField:
    """A comparable property: its value for an image, the parser of its bounds, and its filter for the server."""

    value: Callable[[Scope], Value | None]
    parse: Callable[[str], Value]
    fields: frozenset[str]
    planned_fields: frozenset[str] = frozenset()
    to_filter: ToFilter = lambda _bounds, _context: None


class ComparedCondition(Condition):
    """A number or a date is within bounds; a missing one isn't."""

    def __init__(self, label: str, field: NumericField, bounds: Bounds) -> None:
        self.label = label
        self.fields = field.fields
        self.planned_fields = field.planned_fields
        self._field = field
        self._bounds = bounds

    def matches(self, scope: Scope) -> Match | None:
        value = self._field.value(scope)
        return MATCH if value is not None and within(value, self._bounds) else None

    def actual(self, scope: Scope) -> Any:
        return self._field.value(scope)

    def to_filter(self, context: FilterContext, /) -> OrTerms:
        return self._field.to_filter(self._bounds, context)


def parse_number(text: str) -> float:
    if not re.fullmatch(r"\s*[-+]?\d{1,15}(?:\.\d{1,9})?\s*", text, re.ASCII):
        raise DataError(f"{text!r} isn't a number")
    return float(text)


_UNITS = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30}


def parse_size(text: str) -> float:
    match = re.fullmatch(r"\s*(\d{1,15}(?:\.\d{1,9})?)\s*([kmg]?i?b?)\s*", text.casefold(), re.ASCII)
    unit = match[2] if match else ""
    factor = _UNITS.get(unit if unit.endswith("b") or not unit else unit + "b")
    if match is None or factor is None:
        raise DataError(f"{text!r} isn't a size; use bytes or a unit: 500KB, 5MB, 1.5GiB")
    return float(match[1]) * factor


def parse_aspect(text: str) -> float:
    """Parse an aspect ratio, 1.78 or 16:9, rounded to two decimals."""
    width, colon, height = text.partition(":")
    if colon and parse_number(height) == 0:
        raise DataError(f"{text!r} isn't an aspect ratio; use 1.78 or 16:9")
    return round(parse_number(width) / parse_number(height) if colon else parse_number(text), 2)


def parse_day(text: str) -> str:
    date = dates.parse(text)
    if date is None:
        raise DataError(f"{text!r} isn't a date; use 2021-07-04, 2021-07 or 2021")
    return dates.first_day(date)


def _of_file(name: str) -> Callable[[Scope], float | None]:
    def value(scope: Scope) -> float | None:
        number: float | None = scope.context.file.get(name)
        return number

    return value


def _dimensions(file: dict[str, Any]) -> tuple[int, int]:
    return file.get("width") or 0, file.get("height") or 0


def _megapixels(scope: Scope) -> float | None:
    file = scope.context.file
    width, height = _dimensions(file)
    return width * height / 1e6 if file else None


def _aspect(scope: Scope) -> float | None:
    width, height = _dimensions(scope.context.file)
    return round(width / height, 2) if width and height else None


def _of_image(name: str) -> Callable[[Scope], Any]:
    return lambda scope: scope.field(name)


def _date(scope: Scope) -> str | None:
    text = scope.field("date")
    return dates.first_day(text) if text else None


def _age(scope: Scope) -> float | None:
    """Return the whole days since Stash created the image."""
    created = dates.parse_timestamp(scope.context.image.get("created_at") or "")
    return None if created is None else (scope.context.run.now - created) // _DAY


def _number_filter(criterion: str) -> ToFilter:
    def to_filter(bounds: Bounds, _context: FilterContext) -> OrTerms:
        low, high = _integer_range(bounds)
        if low is None and high is None:
            return None
        if high is None:
            return [{criterion: {"value": _int(low) - 1, "modifier": "GREATER_THAN"}}]
        if low is None:
            return [{criterion: {"value": _int(high) + 1, "modifier": "LESS_THAN"}}]
        return [{criterion: {"value": _int(low), "value2": _int(high), "modifier": "BETWEEN"}}]

    return to_filter


def _integer_range(bounds: Bounds) -> tuple[float | None, float | None]:
    """Return the smallest and largest integer within the bounds; None for an open end."""
    lows = {"gt": lambda bound: math.floor(bound) + 1, "gte": math.ceil, "eq": math.ceil}
    highs = {"lt": lambda bound: math.ceil(bound) - 1, "lte": math.floor, "eq": math.floor}
    low = [lows[key](bound) for key, bound in bounds.items() if key in lows]
    high = [highs[key](bound) for key, bound in bounds.items() if key in highs]
    return max(low, default=None), min(high, default=None)


def _int(value: float | None) -> int:
    return int(max(-_MAX_INT + 1, min(_MAX_INT - 1, value or 0)))


def _date_filter(bounds: Bounds, _context: FilterContext) -> OrTerms:
    low = max((str(bounds[key]) for key in ("gt", "gte", "eq") if key in bounds), default="0001-01-01")
    high = min((str(bounds[key]) for key in ("lt", "lte", "eq") if key in bounds), default="9999-12-31")
    return [{"date": {"value": low, "value2": high, "modifier": "BETWEEN"}}]


def _age_filter(bounds: Bounds, context: FilterContext) -> OrTerms:
    """Return the filter, two days wider than the bounds at both ends; `matches` is exact."""
    oldest = min((float(bounds[key]) for key in ("lt", "lte", "eq") if key in bounds), default=None)
    youngest = max((float(bounds[key]) for key in ("gt", "gte", "eq") if key in bounds), default=None)
    start = "0001-01-01" if oldest is None else dates.format_day(context.now - (oldest + 1 + _ZONES) * _DAY)
    end = "9999-12-31" if youngest is None else dates.format_day(context.now - (youngest - _ZONES) * _DAY)
    return [{"created_at": {"value": start, "value2": end, "modifier": "BETWEEN"}}]


_SIZED = frozenset({"files", "size"})
_RATING = frozenset({"rating100"})
_DATE = frozenset({"date"})


NUMERIC_FIELDS = {
    "width": NumericField(_of_file("width"), parse_number, _SIZED),
    "height": NumericField(_of_file("height"), parse_number, _SIZED),
    "megapixels": NumericField(_megapixels, parse_number, _SIZED),
    "size": NumericField(_of_file("size"), parse_size, _SIZED),
    "aspect": NumericField(_aspect, parse_aspect, _SIZED),
    "rating100": NumericField(
        _of_image("rating100"), parse_number, _RATING, planned_fields=_RATING, to_filter=_number_filter("rating100")
    ),
    "date": NumericField(_date, parse_day, _DATE, planned_fields=_DATE, to_filter=_date_filter),
    "age_days": NumericField(_age, parse_number, frozenset({"created_at"}), to_filter=_age_filter),
    "o_counter": NumericField(
        _of_image("o_counter"), parse_number, frozenset({"o_counter"}), to_filter=_number_filter("o_counter")
    ),
}


def _parse(name: str, node: Node, parsing: Parsing) -> Condition | None:
    field = NUMERIC_FIELDS[name]
    try:
        bounds = parse_bounds(node, field.parse)
    except DataError as error:
        parsing.diagnostics.add(node.line, name, error)
        return None
    _warn(name, node, parsing)
    return ComparedCondition(describe(name, node), field, bounds)


def _warn(name: str, node: Node, parsing: Parsing) -> None:
    if name == "date" and isinstance(node, ScalarNode) and len(node.value.strip()) < len("2021-07-04"):
        message = f"{name}: {node.value} matches only {parse_day(node.value)}; for the whole period, use gte and lt"
        parsing.diagnostics.warn(node.line, message)
    if name == "rating100" and re.search(r"(?<![\d.])[1-5](?![\d.])", to_text(node)):
        parsing.diagnostics.warn(node.line, f"{name}: {to_text(node)}: ratings are from 0 to 100 (4 stars = 80)")


COMPARISONS = dict.fromkeys(NUMERIC_FIELDS, ConditionType(_parse))
