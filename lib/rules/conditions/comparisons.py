"""`width`, `height`, `megapixels`, `size`, `aspect`, `rating100`, `o_counter`, `date`, `age_days`: what can be compared.

Each takes a value, or a map of `gt`, `gte`, `lt`, `lte`, `eq` that must all hold.
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
from lib.rules.conditions.base import Condition, ConditionType, FilterContext, OrTerms, Parsing, describe, to_text
from lib.rules.conditions.paths import given_texts
from lib.rules.image.context import ImageContext
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
"""Operator -> what is compared with."""

# GraphQL's Int.
_MAX_INT = 2**31 - 1
# created_at is compared as a text in the server's own time zone, which may have changed since.
_ZONES = 2
_DAY = 86_400


def parse_bounds(node: Node, read: Callable[[str], Value]) -> Bounds:
    """The comparisons of a condition; `read` makes a text a value or raises DataError."""
    if isinstance(node, ScalarNode):
        return {"eq": read(node.value)}
    given = given_texts(node, tuple(OPERATORS), f"a value, or a map of {', '.join(OPERATORS)}")
    if not given:
        raise DataError(f"write a value, or a map of {', '.join(OPERATORS)}")
    bounds = {}
    for key, text in given.items():
        with at_line(text.line):
            bounds[key] = read(text.value)
    return bounds


def within(value: Any, bounds: Bounds) -> bool:
    return all(OPERATORS[key](value, bound) for key, bound in bounds.items())


Ask: TypeAlias = Callable[[Bounds, FilterContext], OrTerms]


@dataclass(frozen=True)
class NumericField:
    """What a comparison looks at, how its bounds are read, and how it is asked of the server, if it is."""

    see: Callable[[ImageContext], Value | None]
    read: Callable[[str], Value]
    fields: frozenset[str]
    changes: frozenset[str] = frozenset()
    to_filter: Ask = lambda _bounds, _asking: None


class ComparedCondition(Condition):
    """A number or a date lies within bounds; where there is none, it does not."""

    def __init__(self, label: str, quantity: NumericField, bounds: Bounds) -> None:
        self.label = label
        self.fields = quantity.fields
        self.changes = quantity.changes
        self._quantity = quantity
        self._bounds = bounds

    def matches(self, view: ImageContext) -> bool:
        value = self._quantity.see(view)
        return value is not None and within(value, self._bounds)

    def actual(self, view: ImageContext) -> Any:
        return self._quantity.see(view)

    def to_filter(self, asking: FilterContext, /) -> OrTerms:
        return self._quantity.to_filter(self._bounds, asking)


def number(text: str) -> float:
    """A number of a condition."""
    if not re.fullmatch(r"\s*[-+]?\d{1,15}(?:\.\d{1,9})?\s*", text, re.ASCII):
        raise DataError(f"{text!r} is no number")
    return float(text)


_UNITS = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30}


def size_in_bytes(text: str) -> float:
    match = re.fullmatch(r"\s*(\d{1,15}(?:\.\d{1,9})?)\s*([kmg]?i?b?)\s*", text.casefold(), re.ASCII)
    unit = match[2] if match else ""
    factor = _UNITS.get(unit if unit.endswith("b") or not unit else unit + "b")
    if match is None or factor is None:
        raise DataError(f"{text!r} is no size; write a number of bytes, or 500KB, 5MB, 1.5GiB")
    return float(match[1]) * factor


def ratio(text: str) -> float:
    """Width by height: 1.78 or 16:9; two decimals count."""
    wide, colon, high = text.partition(":")
    if colon and number(high) == 0:
        raise DataError(f"{text!r} is no aspect; write 1.78 or 16:9")
    return round(number(wide) / number(high) if colon else number(text), 2)


def day(text: str) -> str:
    found = dates.exact(text)
    if found is None:
        raise DataError(f"{text!r} is no date; write 2021-07-04, 2021-07 or 2021")
    return dates.first_day(found)


def _of_file(name: str) -> Callable[[ImageContext], float | None]:
    def see(view: ImageContext) -> float | None:
        value: float | None = view.file.get(name)
        return value

    return see


def _sides(view: ImageContext) -> tuple[int, int]:
    return view.file.get("width") or 0, view.file.get("height") or 0


def _megapixels(view: ImageContext) -> float | None:
    width, height = _sides(view)
    return width * height / 1e6 if view.file else None


def _aspect(view: ImageContext) -> float | None:
    width, height = _sides(view)
    return round(width / height, 2) if width and height else None


def _field(name: str) -> Callable[[ImageContext], Any]:
    return lambda view: view.field(name)


def _date(view: ImageContext) -> str | None:
    text = view.field("date")
    return dates.first_day(text) if text else None


def _age(view: ImageContext) -> float | None:
    """Whole days since Stash made the image."""
    created = dates.seconds_of(view.image.get("created_at") or "")
    return None if created is None else (view.setting.now - created) // _DAY


def _ask_number(criterion: str) -> Ask:
    def to_filter(bounds: Bounds, _asking: FilterContext) -> OrTerms:
        low, high = _whole(bounds)
        if low is None and high is None:
            return None
        if high is None:
            return [{criterion: {"value": _int(low) - 1, "modifier": "GREATER_THAN"}}]
        if low is None:
            return [{criterion: {"value": _int(high) + 1, "modifier": "LESS_THAN"}}]
        return [{criterion: {"value": _int(low), "value2": _int(high), "modifier": "BETWEEN"}}]

    return to_filter


def _whole(bounds: Bounds) -> tuple[float | None, float | None]:
    """The least and the largest whole number within the bounds; None where there is no end."""
    lows = {"gt": lambda bound: math.floor(bound) + 1, "gte": math.ceil, "eq": math.ceil}
    highs = {"lt": lambda bound: math.ceil(bound) - 1, "lte": math.floor, "eq": math.floor}
    low = [lows[key](bound) for key, bound in bounds.items() if key in lows]
    high = [highs[key](bound) for key, bound in bounds.items() if key in highs]
    return max(low, default=None), min(high, default=None)


def _int(value: float | None) -> int:
    return int(max(-_MAX_INT + 1, min(_MAX_INT - 1, value or 0)))


def _ask_date(bounds: Bounds, _asking: FilterContext) -> OrTerms:
    low = max((str(bounds[key]) for key in ("gt", "gte", "eq") if key in bounds), default="0001-01-01")
    high = min((str(bounds[key]) for key in ("lt", "lte", "eq") if key in bounds), default="9999-12-31")
    return [{"date": {"value": low, "value2": high, "modifier": "BETWEEN"}}]


def _ask_age(bounds: Bounds, asking: FilterContext) -> OrTerms:
    """Two days more on either side than the bounds say; the check in hand is exact."""
    oldest = min((float(bounds[key]) for key in ("lt", "lte", "eq") if key in bounds), default=None)
    youngest = max((float(bounds[key]) for key in ("gt", "gte", "eq") if key in bounds), default=None)
    begin = "0001-01-01" if oldest is None else dates.day_of(asking.now - (oldest + 1 + _ZONES) * _DAY)
    end = "9999-12-31" if youngest is None else dates.day_of(asking.now - (youngest - _ZONES) * _DAY)
    return [{"created_at": {"value": begin, "value2": end, "modifier": "BETWEEN"}}]


_FILES = frozenset({"files"})
_SIZED = frozenset({"files", "size"})


def _one(name: str) -> frozenset[str]:
    return frozenset({name})


QUANTITIES = {
    "width": NumericField(_of_file("width"), number, _SIZED),
    "height": NumericField(_of_file("height"), number, _SIZED),
    "megapixels": NumericField(_megapixels, number, _SIZED),
    "size": NumericField(_of_file("size"), size_in_bytes, _SIZED),
    "aspect": NumericField(_aspect, ratio, _SIZED),
    "rating100": NumericField(
        _field("rating100"), number, _one("rating100"), _one("rating100"), _ask_number("rating100")
    ),
    "date": NumericField(_date, day, _one("date"), _one("date"), _ask_date),
    "age_days": NumericField(_age, number, _one("created_at"), to_filter=_ask_age),
    "o_counter": NumericField(_field("o_counter"), number, _one("o_counter"), to_filter=_ask_number("o_counter")),
}


def _parse(name: str, node: Node, parsing: Parsing) -> Condition | None:
    quantity = QUANTITIES[name]
    try:
        bounds = parse_bounds(node, quantity.read)
    except DataError as error:
        parsing.complaints.refused(node.line, name, error)
        return None
    _warn(name, node, parsing)
    return ComparedCondition(describe(name, node), quantity, bounds)


def _warn(name: str, node: Node, parsing: Parsing) -> None:
    if name == "date" and isinstance(node, ScalarNode) and len(node.value.strip()) < len("2021-07-04"):
        meant = f"{name}: {node.value} means {day(node.value)} alone; for all of it write gte and lt"
        parsing.complaints.warn(node.line, meant)
    if name == "rating100" and re.search(r"(?<![\d.])[1-5](?![\d.])", to_text(node)):
        parsing.complaints.warn(node.line, f"{name}: {to_text(node)}: it goes from 0 to 100; 4 stars are 80")


NUMBERS = dict.fromkeys(QUANTITIES, ConditionType(_parse))
