"""`sidecar`, `in_zip`, `video`, `orientation`, and the parser of conditions that are true or false."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

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
from lib.rules.fields import parse_boolean
from lib.rules.image.context import Scope
from lib.rules.syntax.diagnostics import allowed_values
from lib.rules.syntax.yaml_tree import Node, ScalarNode

_FILES = frozenset({"files"})
ORIENTATIONS = ("landscape", "portrait", "square")


@dataclass(frozen=True)
class BooleanTest:
    """A property that is true, false or one of a few words: its value for an image, and its filter for the server."""

    value: Callable[[Scope], Any]
    fields: frozenset[str]
    planned_fields: frozenset[str] = frozenset()
    to_filter: Callable[[Any], OrTerms] = lambda _expected: None


class BooleanCondition(Condition):
    """A property has the expected value."""

    def __init__(self, label: str, test: BooleanTest, expected: Any) -> None:
        self.label = label
        self.fields = test.fields
        self.planned_fields = test.planned_fields
        self._test = test
        self._expected = expected

    def matches(self, scope: Scope) -> Match | None:
        return MATCH if self._test.value(scope) == self._expected else None

    def actual(self, scope: Scope) -> Any:
        return self._test.value(scope)

    def to_filter(self, _context: FilterContext, /) -> OrTerms:
        return self._test.to_filter(self._expected)


def true_or_false(test: BooleanTest) -> ConditionType:
    """Return the table's entry for a condition whose value is true or false."""

    def parse(name: str, node: Node, parsing: Parsing) -> Condition | None:
        expected = parse_boolean(node.value) if isinstance(node, ScalarNode) else None
        if expected is None:
            parsing.diagnostics.error(node.line, f"{name} must be true or false, not {to_text(node)!r}")
            return None
        return BooleanCondition(describe(name, node), test, expected)

    return ConditionType(parse)


def _orientation(scope: Scope) -> str | None:
    file = scope.context.file
    width, height = file.get("width") or 0, file.get("height") or 0
    if not width or not height:
        return None
    return "square" if width == height else "landscape" if width > height else "portrait"


# Not filtered by the server: its criterion leaves out clips, whose sizes are in another table.
_ORIENTATION = BooleanTest(_orientation, frozenset({"files", "size"}))


def _parse_orientation(name: str, node: Node, parsing: Parsing) -> Condition | None:
    expected = to_text(node).casefold().strip()
    if expected not in ORIENTATIONS:
        parsing.diagnostics.error(node.line, f"{name}: unknown value {to_text(node)!r}; {allowed_values(ORIENTATIONS)}")
        return None
    return BooleanCondition(f"{name}: {expected}", _ORIENTATION, expected)


def _has_sidecar(scope: Scope) -> bool:
    return scope.context.has_sidecar()


def _in_zip(scope: Scope) -> bool:
    file = scope.context.file
    return bool(file.get("zip_file") or file.get("zip_file_id"))


def _is_video(scope: Scope) -> bool:
    """Whether it is a GIF or a clip: Stash calls them video files, except for a GIF in an archive."""
    if scope.context.file.get("__typename") == "VideoFile":
        return True
    path = scope.context.path
    return path is not None and bool(re.fullmatch("gif", path.ext, re.IGNORECASE))


BOOLEANS = {
    "orientation": ConditionType(_parse_orientation),
    "sidecar": true_or_false(BooleanTest(_has_sidecar, _FILES)),
    "in_zip": true_or_false(BooleanTest(_in_zip, _FILES)),
    "video": true_or_false(BooleanTest(_is_video, _FILES)),
}
