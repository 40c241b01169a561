"""Any source by its name as a condition: `meta.rating: {gte: 4}`, `sidecar.category: twitter`."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeAlias

from lib.errors import DataError
from lib.rules import dates
from lib.rules.conditions.base import Condition, Parsing, describe
from lib.rules.conditions.comparisons import OPERATORS
from lib.rules.conditions.paths import given_texts, named_regex, publish
from lib.rules.fields import as_switch
from lib.rules.image.context import ImageContext
from lib.rules.sources.base import Source
from lib.rules.syntax.diagnostics import at_line
from lib.rules.syntax.yaml_tree import Node, ScalarNode
from lib.rules.values import MOST_ITEMS, as_number, as_text, fold, is_nothing

Test: TypeAlias = Callable[[Any, ImageContext], bool]
"""Asked with one value that the source found, and the view."""


class SourceCondition(Condition):
    """What a source finds is so; of a list, any element."""

    def __init__(self, label: str, source: Source, tests: list[Test], *, empty: bool | None) -> None:
        self.label = label
        self.fields = source.fields
        self.changes = frozenset({source.changes} - {""})
        self._source = source
        self._tests = tests
        self._empty = empty

    def matches(self, view: ImageContext) -> bool:
        value = self._source.value(view)
        found = value[:MOST_ITEMS] if isinstance(value, (list, tuple)) else [value]
        items = [item for item in found if not is_nothing(item)]
        if self._empty is not None and self._empty is bool(items):
            return False
        return not self._tests or any(all(test(item, view) for test in self._tests) for item in items)

    def actual(self, view: ImageContext) -> Any:
        return self._source.value(view)


def parse_source(source: Source, name: str, node: Node, parsing: Parsing) -> Condition | None:
    """A condition that is a source's name."""
    try:
        tests, empty = _tests(node, parsing)
    except DataError as error:
        parsing.complaints.refused(node.line, name, error)
        return None
    if name.startswith("re."):
        parsing.asked_groups.append((node.line, name.removeprefix("re.")))
    return SourceCondition(describe(name, node), source, tests, empty=empty)


def _tests(node: Node, parsing: Parsing) -> tuple[list[Test], bool | None]:
    if isinstance(node, ScalarNode):
        return [_equals(node.value)], None
    keys = (*OPERATORS, "empty", "regex", "case")
    given = given_texts(node, keys, f"a text, or a map of {', '.join(keys)}")
    tests = []
    for key in OPERATORS:
        if key in given:
            with at_line(given[key].line):
                tests.append(_compares(key, given[key].value))
    case = as_switch(given["case"].value) if "case" in given else False
    empty = as_switch(given["empty"].value) if "empty" in given else None
    if case is None or (empty is None and "empty" in given):
        raise DataError("empty and case take true or false")
    if "regex" in given:
        with at_line(given["regex"].line):
            tests.append(_matches(named_regex(given["regex"].value, parsing, case=case)))
    if not tests and empty is None:
        raise DataError(f"write a text, or a map of {', '.join(keys)}")
    return tests, empty


def _equals(text: str) -> Test:
    wanted = fold(text)

    def test(value: Any, _view: ImageContext) -> bool:
        found = as_text(value)
        return found is not None and fold(found) == wanted

    return test


def _compares(key: str, text: str) -> Test:
    """Numbers with numbers, dates with dates; a year is both."""
    compare = OPERATORS[key]
    date = dates.exact(text)
    bound = float(text) if as_number(text) is not None else None
    if date is None and bound is None:
        if key == "eq":
            return _equals(text)
        raise DataError(f"{key}: {text!r} is neither a number nor a date")

    def test(value: Any, _view: ImageContext) -> bool:
        found = as_number(value)
        if found is not None and bound is not None:
            return compare(found, bound)
        day = dates.exact(as_text(value) or "")
        return day is not None and date is not None and compare(dates.first_day(day), dates.first_day(date))

    return test


def _matches(regex: re.Pattern[str]) -> Test:
    def test(value: Any, view: ImageContext) -> bool:
        match = view.setting.budget.search(regex, as_text(value) or "")
        if match is None:
            return False
        publish(match, view)
        return True

    return test
