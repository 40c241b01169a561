"""A condition: one part of a rule's `match`, evaluated here and, as a prefilter, on the server.

`matches` checks an image. `to_filter` is the part of `image_filter` that selects the images that may match: it may
select too many, never too few. A test compares the two.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from lib.rules.image.context import NO_GROUPS, Scope
from lib.rules.names import NameLookup
from lib.rules.syntax.diagnostics import Diagnostics
from lib.rules.syntax.regexes import CompileBudget
from lib.rules.syntax.yaml_tree import MappingNode, Node, ScalarNode, SequenceNode

OrTerms: TypeAlias = "list[dict[str, Any]] | None"
"""Parts of an `image_filter`, joined by OR; None if the server can't evaluate the condition."""


class Match(NamedTuple):
    """The result of a condition that holds: the named groups of its regular expressions that took part."""

    groups: Mapping[str, str] = NO_GROUPS


MATCH = Match()
"""A match without groups."""


def match_of(regex_match: re.Match[str]) -> Match:
    """Return the match with the named groups that took part."""
    if not regex_match.re.groupindex:
        return MATCH
    return Match({name: text for name, text in regex_match.groupdict().items() if text is not None})


@dataclass(frozen=True)
class FilterContext:
    """The time, and the names of tags, performers and studios if they were read already."""

    now: float
    names: NameLookup | None = None


class Condition:
    """One condition. `label`: a short text for reports. `fields`: the fields of the image it needs.

    planned_fields: the fields it reads that earlier rules may have planned, which the server doesn't know.
    """

    label: str = ""
    fields: frozenset[str] = frozenset()
    planned_fields: frozenset[str] = frozenset()

    def matches(self, scope: Scope) -> Match | None:
        """Return a match if the condition holds. Changes nothing."""
        raise NotImplementedError

    def actual(self, scope: Scope) -> Any:
        """Return the value it checks, for explain."""
        raise NotImplementedError

    def to_filter(self, _context: FilterContext, /) -> OrTerms:
        """Return parts of an `image_filter`; None for most conditions."""
        return None


class ConditionReport(NamedTuple):
    """A condition with the value it checked and whether it holds; the value of a combined one is its parts' reports."""

    condition: Condition
    value: Any
    holds: bool

    @property
    def is_combined(self) -> bool:
        return bool(getattr(self.condition, "parts", ()))

    def to_json(self) -> dict[str, Any]:
        """Return `{condition, value, holds}`."""
        value = [part.to_json() for part in self.value] if self.is_combined else self.value
        return {"condition": self.condition.label, "value": value, "holds": self.holds}


@dataclass
class Parsing:
    """Shared by the parsers of one rule: the diagnostics, and the groups that its regular expressions define and use.

    compile_budget: limits the time for all patterns of the file.
    """

    diagnostics: Diagnostics
    compile_budget: CompileBudget = field(default_factory=CompileBudget)
    groups: set[str] = field(default_factory=set)
    used_groups: list[tuple[int, str]] = field(default_factory=list)


Parse: TypeAlias = Callable[[str, Node, Parsing], "Condition | None"]
"""Called with the condition's name and its value; returns None after reporting an error."""


@dataclass(frozen=True)
class ConditionType:
    """An entry of the table. `lists`: accepts a list itself; for the others a list means any of its values."""

    parse: Parse
    lists: bool = False


MAX_LABEL = 200


def describe(name: str, node: Node) -> str:
    """Return a condition's label: its source on one line, shortened."""
    label = f"{name}: {to_text(node)}"
    return label if len(label) <= MAX_LABEL else label[:MAX_LABEL] + "…"


# About a page of text; longer lists and maps are cut.
MAX_LENGTH = 4000


def to_text(node: Node) -> str:
    """Return a node on one line, for labels and messages; long lists and maps are cut."""
    if isinstance(node, ScalarNode):
        return node.value
    text = ""
    for piece in _pieces(node):
        text += piece
        if len(text) > MAX_LENGTH:
            return text[:MAX_LENGTH] + "…"
    return text


def template_text(node: Node) -> str:
    """Return the source of a template, which YAML reads as a map if it isn't quoted: `{path}.json`."""
    return node.source if isinstance(node, MappingNode) and node.source is not None else to_text(node)


def _pieces(node: Node) -> Iterator[str]:
    """Yield a node's text in pieces, so that a long one isn't built completely."""
    if isinstance(node, ScalarNode):
        yield node.value
    elif isinstance(node, SequenceNode):
        yield "["
        for index, item in enumerate(node.items):
            yield ", " if index else ""
            yield from _pieces(item)
        yield "]"
    elif isinstance(node, MappingNode):
        yield "{"
        for index, (key, value) in enumerate(node.entries):
            yield f"{', ' if index else ''}{key.value}: "
            yield from _pieces(value)
        yield "}"
