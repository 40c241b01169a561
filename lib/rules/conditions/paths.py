"""`path`, `folder`, `name`, `ext`: where the image lies and what its file is called."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lib.errors import DataError
from lib.rules.conditions.base import Condition, ConditionType, FilterContext, OrTerms, Parsing, describe, to_text
from lib.rules.fields import as_switch
from lib.rules.image.context import ImageContext
from lib.rules.image.path import ImagePath
from lib.rules.syntax.diagnostics import LineError, allowed_values, at_line
from lib.rules.syntax.globs import like, literal_like, translated
from lib.rules.syntax.regexes import compiled
from lib.rules.syntax.yaml_tree import MappingNode, Node, ScalarNode

_FILES = frozenset({"files"})


@dataclass(frozen=True)
class Pattern:
    """A glob or a regular expression as it was written; `like` is what may be asked of the server, or no text."""

    regex: re.Pattern[str]
    like: str = ""


class PathCondition(Condition):
    """A part of the path matches."""

    fields = _FILES

    def __init__(self, label: str, subject: Callable[[ImagePath], str], pattern: Pattern) -> None:
        self.label = label
        self._subject = subject
        self._pattern = pattern

    def matches(self, view: ImageContext) -> bool:
        if view.place is None:
            return False
        match = view.setting.budget.search(self._pattern.regex, self._subject(view.place))
        if match is None:
            return False
        publish(match, view)
        return True

    def actual(self, view: ImageContext) -> Any:
        return self._subject(view.place) if view.place else None

    def to_filter(self, _asking: FilterContext, /) -> OrTerms:
        return path_has(self._pattern.like)


class ExtCondition(Condition):
    """The extension is this one."""

    fields = _FILES

    def __init__(self, label: str, ext: str) -> None:
        self.label = label
        self._ext = ext.strip().removeprefix(".").lower()

    def matches(self, view: ImageContext) -> bool:
        return view.place is not None and view.place.ext.lower() == self._ext

    def actual(self, view: ImageContext) -> Any:
        return view.place.ext if view.place else None

    def to_filter(self, _asking: FilterContext, /) -> OrTerms:
        return path_has("." + literal_like(self._ext))


def publish(match: re.Match[str], view: ImageContext) -> None:
    """Make the named groups that took part known as `{re.name}`; the first match of a name stays."""
    for name, text in match.groupdict().items():
        if text is not None:
            view.captures.setdefault(name, text)


def path_has(pattern: str) -> OrTerms:
    """The criterion for a path that holds a LIKE pattern; in double quotes, else its words would be joined by OR."""
    return [{"path": {"value": f'"{pattern}"', "modifier": "INCLUDES"}}] if pattern else None


def _parser(subject: Callable[[ImagePath], str], *, below: bool = False) -> ConditionType:
    def parse(name: str, node: Node, parsing: Parsing) -> Condition | None:
        try:
            pattern = _pattern(node, parsing, below=below)
        except DataError as error:
            parsing.complaints.refused(node.line, name, error)
            return None
        return PathCondition(describe(name, node), subject, pattern)

    return ConditionType(parse)


def _pattern(node: Node, parsing: Parsing, *, below: bool) -> Pattern:
    if isinstance(node, ScalarNode):
        return _glob(node.value, parsing, case=False, below=below)
    given = given_texts(node, ("glob", "regex", "case"), "a glob such as 'twitter/**', or {glob: …} or {regex: …}")
    case = as_switch(given["case"].value) if "case" in given else False
    if case is None or ("glob" in given) == ("regex" in given):
        raise DataError("write {glob: …} or {regex: …}, and case: true where capitals count")
    text = given.get("regex") or given["glob"]
    with at_line(text.line):
        if "regex" in given:
            return Pattern(named_regex(text.value, parsing, case=case))
        return _glob(text.value, parsing, case=case, below=below)


def _glob(text: str, parsing: Parsing, *, case: bool, below: bool) -> Pattern:
    with parsing.compiling.counted():
        return Pattern(translated(text, case=case, below=below), like(text, below=below))


def named_regex(text: str, parsing: Parsing, *, case: bool) -> re.Pattern[str]:
    """The regular expression of a condition; its groups become known to the rule's templates."""
    with parsing.compiling.counted():
        regex = compiled(text, case=case)
    parsing.groups.update(regex.groupindex)
    return regex


def given_texts(node: Node, keys: tuple[str, ...], wanted: str) -> dict[str, ScalarNode]:
    """The texts of a map that has only these keys; DataError says what is wanted."""
    if not isinstance(node, MappingNode):
        raise DataError(f"{to_text(node) or 'nothing'!r} is not allowed here; write {wanted}")
    given = {}
    for key, value in node.entries:
        if key.value not in keys:
            raise LineError(key.line, f"{key.value!r} is unknown; {allowed_values(keys)}")
        if not isinstance(value, ScalarNode):
            raise LineError(key.line, f"{key.value} takes a text")
        given[key.value] = value
    return given


def _parse_ext(name: str, node: Node, parsing: Parsing) -> Condition | None:
    if isinstance(node, ScalarNode) and re.fullmatch(r"\.?[^./*\\]+", node.value.strip()):
        return ExtCondition(f"{name}: {node.value}", node.value)
    parsing.complaints.error(node.line, f"{name}: {to_text(node)!r} is no extension; write one such as jpg")
    return None


PATHS = {
    "path": _parser(lambda place: place.path),
    "folder": _parser(lambda place: place.below, below=True),
    "name": _parser(lambda place: place.name),
    "ext": ConditionType(_parse_ext),
}
