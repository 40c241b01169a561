"""`path`, `folder`, `name`, `ext`: conditions on the image's path."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lib.errors import DataError
from lib.rules.conditions.base import (
    MATCH,
    Condition,
    ConditionType,
    FilterContext,
    Match,
    OrTerms,
    Parsing,
    describe,
    match_of,
    to_text,
)
from lib.rules.fields import parse_boolean
from lib.rules.image.context import Scope
from lib.rules.image.path import ImagePath
from lib.rules.syntax.diagnostics import LineError, allowed_values, at_line
from lib.rules.syntax.globs import escape_like, to_like, to_regex
from lib.rules.syntax.regexes import compile_regex
from lib.rules.syntax.yaml_tree import MappingNode, Node, ScalarNode

_FILES = frozenset({"files"})


@dataclass(frozen=True)
class Pattern:
    """A compiled glob or regular expression; `like` is the server's LIKE pattern, None if it can't evaluate it."""

    regex: re.Pattern[str]
    like: str | None = None


class PathCondition(Condition):
    """A part of the path matches a pattern."""

    fields = _FILES

    def __init__(self, label: str, subject: Callable[[ImagePath], str], pattern: Pattern) -> None:
        self.label = label
        self._subject = subject
        self._pattern = pattern

    def matches(self, scope: Scope) -> Match | None:
        path = scope.context.path
        if path is None:
            return None
        match = scope.context.run.budget.search(self._pattern.regex, self._subject(path))
        return None if match is None else match_of(match)

    def actual(self, scope: Scope) -> Any:
        return self._subject(scope.context.path) if scope.context.path else None

    def to_filter(self, _context: FilterContext, /) -> OrTerms:
        return path_filter(self._pattern.like)


class ExtCondition(Condition):
    """The extension is this one, in any case."""

    fields = _FILES

    def __init__(self, label: str, ext: str) -> None:
        self.label = label
        self._ext = ext.strip().removeprefix(".").lower()

    def matches(self, scope: Scope) -> Match | None:
        path = scope.context.path
        return MATCH if path is not None and path.ext.lower() == self._ext else None

    def actual(self, scope: Scope) -> Any:
        return scope.context.path.ext if scope.context.path else None

    def to_filter(self, _context: FilterContext, /) -> OrTerms:
        return path_filter("." + escape_like(self._ext))


def path_filter(pattern: str | None) -> OrTerms:
    """Return the criterion for a path that contains a LIKE pattern; quoted, since Stash joins unquoted words by OR."""
    return [{"path": {"value": f'"{pattern}"', "modifier": "INCLUDES"}}] if pattern else None


def _parser(subject: Callable[[ImagePath], str], *, below: bool = False) -> ConditionType:
    def parse(name: str, node: Node, parsing: Parsing) -> Condition | None:
        try:
            pattern = _parse_pattern(node, parsing, below=below)
        except DataError as error:
            parsing.diagnostics.add(node.line, name, error)
            return None
        return PathCondition(describe(name, node), subject, pattern)

    return ConditionType(parse)


def _parse_pattern(node: Node, parsing: Parsing, *, below: bool) -> Pattern:
    if isinstance(node, ScalarNode):
        return _parse_glob(node.value, parsing, case=False, below=below)
    options = parse_options(node, ("glob", "regex", "case"), "a glob such as 'twitter/**', {glob: …} or {regex: …}")
    case = parse_boolean(options["case"].value) if "case" in options else False
    if case is None or ("glob" in options) == ("regex" in options):
        raise DataError("use {glob: …} or {regex: …}; to match case, add case: true")
    text = options.get("regex") or options["glob"]
    with at_line(text.line):
        if "regex" in options:
            return Pattern(parse_regex(text.value, parsing, case=case))
        return _parse_glob(text.value, parsing, case=case, below=below)


def _parse_glob(text: str, parsing: Parsing, *, case: bool, below: bool) -> Pattern:
    with parsing.compile_budget.measure():
        return Pattern(to_regex(text, case=case, below=below), to_like(text, below=below))


def parse_regex(text: str, parsing: Parsing, *, case: bool) -> re.Pattern[str]:
    """Compile a condition's regular expression and register its named groups for the rule's templates."""
    with parsing.compile_budget.measure():
        regex = compile_regex(text, case=case)
    parsing.groups.update(regex.groupindex)
    return regex


def parse_options(node: Node, keys: tuple[str, ...], expected: str) -> dict[str, ScalarNode]:
    """Return the scalars of a map with these keys. Raises DataError, which names what is `expected`."""
    if not isinstance(node, MappingNode):
        raise DataError(f"{to_text(node) or 'nothing'!r} isn't allowed here; use {expected}")
    options = {}
    for key, value in node.entries:
        if key.value not in keys:
            raise LineError(key.line, f"unknown key {key.value!r}; {allowed_values(keys)}")
        if not isinstance(value, ScalarNode):
            raise LineError(key.line, f"{key.value} must be text")
        options[key.value] = value
    return options


def _parse_ext(name: str, node: Node, parsing: Parsing) -> Condition | None:
    if isinstance(node, ScalarNode) and re.fullmatch(r"\.?[^./*\\]+", node.value.strip()):
        return ExtCondition(f"{name}: {node.value}", node.value)
    parsing.diagnostics.error(node.line, f"{name}: {to_text(node)!r} isn't an extension; use one such as jpg")
    return None


PATHS = {
    "path": _parser(lambda path: path.full),
    "folder": _parser(lambda path: path.below, below=True),
    "name": _parser(lambda path: path.name),
    "ext": ConditionType(_parse_ext),
}
