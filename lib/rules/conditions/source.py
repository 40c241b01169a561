"""Conditions on any source by its name: `meta.rating: {gte: 4}`, `sidecar.category: twitter`."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeAlias

from lib.errors import DataError
from lib.rules import dates
from lib.rules.conditions.base import MATCH, Condition, Match, Parsing, describe, match_of
from lib.rules.conditions.comparisons import OPERATORS
from lib.rules.conditions.paths import parse_options, parse_regex
from lib.rules.fields import parse_boolean
from lib.rules.image.context import Scope
from lib.rules.sources.base import Source
from lib.rules.syntax.diagnostics import at_line
from lib.rules.syntax.yaml_tree import Node, ScalarNode
from lib.rules.values import MAX_ITEMS, as_number, as_text, fold, is_nothing

Test: TypeAlias = Callable[[Any], bool]
"""Called with one value of the source."""


class SourceCondition(Condition):
    """A source's value passes all tests and matches the regular expression; of a list, any element.

    empty: whether the source must have no value; None for either.
    """

    def __init__(
        self, label: str, source: Source, tests: list[Test], regex: re.Pattern[str] | None, *, empty: bool | None
    ) -> None:
        self.label = label
        self.fields = source.fields
        self.planned_fields = frozenset({source.planned_field} if source.planned_field else ())
        self.source = source
        self._tests = tests
        self._regex = regex
        self._empty = empty

    def matches(self, scope: Scope) -> Match | None:
        value = self.source.value(scope)
        values = value[:MAX_ITEMS] if isinstance(value, (list, tuple)) else [value]
        items = [item for item in values if not is_nothing(item)]
        if self._empty is not None and self._empty is bool(items):
            return None
        if not self._tests and self._regex is None:
            return MATCH
        for item in items:
            match = self._match(item, scope)
            if match is not None:
                return match
        return None

    def _match(self, item: Any, scope: Scope) -> Match | None:
        if not all(test(item) for test in self._tests):
            return None
        if self._regex is None:
            return MATCH
        match = scope.context.run.budget.search(self._regex, as_text(item) or "")
        return None if match is None else match_of(match)

    def actual(self, scope: Scope) -> Any:
        return self.source.value(scope)


def parse_source(source: Source, name: str, node: Node, parsing: Parsing) -> Condition | None:
    """Parse a condition whose name is that of a source."""
    label = describe(name, node)
    try:
        condition = _parse(source, label, node, parsing)
    except DataError as error:
        parsing.diagnostics.add(node.line, name, error)
        return None
    if name.startswith("re."):
        parsing.used_groups.append((node.line, name.removeprefix("re.")))
    return condition


def _parse(source: Source, label: str, node: Node, parsing: Parsing) -> SourceCondition:
    if isinstance(node, ScalarNode):
        return SourceCondition(label, source, [_equals(node.value)], None, empty=None)
    keys = (*OPERATORS, "empty", "regex", "case")
    expected = f"text, or a map of {', '.join(keys)}"
    options = parse_options(node, keys, expected)
    tests = []
    for key in OPERATORS:
        if key in options:
            with at_line(options[key].line):
                tests.append(_compares(key, options[key].value))
    case = parse_boolean(options["case"].value) if "case" in options else False
    empty = parse_boolean(options["empty"].value) if "empty" in options else None
    if case is None or (empty is None and "empty" in options):
        raise DataError("empty and case must be true or false")
    regex = None
    if "regex" in options:
        with at_line(options["regex"].line):
            regex = parse_regex(options["regex"].value, parsing, case=case)
    if not tests and regex is None and empty is None:
        raise DataError(f"use {expected}")
    return SourceCondition(label, source, tests, regex, empty=empty)


def _equals(expected: str) -> Test:
    folded = fold(expected)

    def test(value: Any) -> bool:
        text = as_text(value)
        return text is not None and fold(text) == folded

    return test


def _compares(key: str, text: str) -> Test:
    """Return a test that compares numbers with numbers and dates with dates; a year is both."""
    compare = OPERATORS[key]
    date = dates.parse(text)
    bound = float(text) if as_number(text) is not None else None
    if date is None and bound is None:
        if key == "eq":
            return _equals(text)
        raise DataError(f"{key}: {text!r} is neither a number nor a date")

    def test(value: Any) -> bool:
        number = as_number(value)
        if number is not None and bound is not None:
            return compare(number, bound)
        day = dates.parse(as_text(value) or "")
        return day is not None and date is not None and compare(dates.first_day(day), dates.first_day(date))

    return test
