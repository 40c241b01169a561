"""Templates: text with placeholders `{source|filter:argument|…}`, parsed once when the rules are loaded.

A template with an empty placeholder has no value, so that no partial text is written. The value of a single
placeholder without text keeps its type: a list stays a list.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from lib.errors import DataError
from lib.rules.filters import FILTERS
from lib.rules.filters.base import MAX_TEXT, Arguments, Filter
from lib.rules.image.context import Scope
from lib.rules.sources import find_source
from lib.rules.sources.base import Source
from lib.rules.syntax.suggestions import suggest
from lib.rules.values import as_text, is_nothing

Trace: TypeAlias = list[dict[str, Any]]
"""One template for explain: for each placeholder the source's value and the value after each filter."""

MAX_LENGTH = 4000


@dataclass(frozen=True)
class FilterCall:
    """One filter of a placeholder with its arguments; `text` is its source."""

    text: str
    filter: Filter
    arguments: Arguments


@dataclass(frozen=True)
class Placeholder:
    """One `{…}`: a source and its filters."""

    source: Source
    filters: tuple[FilterCall, ...]

    def value(self, scope: Scope, trace: Trace | None = None) -> Any:
        """Return the source's value after all filters; each step is appended to `trace`."""
        value = self.source.value(scope)
        values = [value]
        for call in self.filters:
            value = call.filter.apply(value, call.arguments)
            values.append(value)
        if trace is not None:
            names = [self.source.name, *(call.text for call in self.filters)]
            steps = [{"step": name, "value": value} for name, value in zip(names, values, strict=True)]
            trace.append({"placeholder": self.source.name, "steps": steps})
        return value


class Template:
    """Text with placeholders.

    text: its source. constant: whether it has no placeholders; its value is then `literal`.
    """

    def __init__(self, text: str, parts: Sequence[str | Placeholder]) -> None:
        self.text = text
        self.parts = tuple(parts)
        self.placeholders = tuple(part for part in parts if isinstance(part, Placeholder))
        self.constant = not self.placeholders
        self.literal = "".join(part for part in parts if isinstance(part, str))

    def value(self, scope: Scope, trace: Trace | None = None) -> Any:
        """Return the value for an image: text, or any type for a single placeholder; None if one is empty."""
        if self.constant:
            return self.literal
        if len(self.parts) == 1:
            value = self.placeholders[0].value(scope, trace)
            return None if is_nothing(value) or isinstance(value, dict) else value
        text = ""
        for part in self.parts:
            piece = part if isinstance(part, str) else as_text(part.value(scope, trace))
            if piece is None:
                return None
            # Longer than any field allows; a template can have hundreds of placeholders.
            text = (text + piece)[:MAX_TEXT]
        return text


_LITERAL = re.compile(r"\{\{|\}\}|[{}]|[^{}]+")
# Inside a placeholder a backslash escapes | } , and itself; elsewhere it is an ordinary character.
_ESCAPED = r"\\[|},\\]|\\(?![|},\\])"
_INSIDE = re.compile(rf"(?:{_ESCAPED}|[^}}\\])*\}}")
_FIELDS = re.compile(rf"((?:{_ESCAPED}|[^|\\])*)(?:\||\Z)")
_COMMAS = re.compile(rf"((?:{_ESCAPED}|[^,\\])*)(?:,|\Z)")


def parse_template(text: str) -> Template:
    """Parse a template. Raises DataError with the problem and a remedy."""
    if len(text) > MAX_LENGTH:
        raise DataError(f"the template has {len(text)} characters (maximum: {MAX_LENGTH})")
    parts: list[str | Placeholder] = []
    pos = 0
    while pos < len(text):
        token = _LITERAL.match(text, pos)
        assert token is not None
        pos = token.end()
        if token[0] == "{":
            inside = _INSIDE.match(text, pos)
            if inside is None:
                raise DataError(f"{text!r}: a {{ isn't closed; for a literal brace, use {{{{")
            pos = inside.end()
            parts.append(_parse_placeholder(inside[0][:-1]))
        elif token[0] == "}":
            raise DataError(f"{text!r}: a }} has no matching {{; for a literal brace, use }}}}")
        else:
            _append(parts, token[0][0] if token[0] in ("{{", "}}") else token[0])
    return Template(text, parts)


def _append(parts: list[str | Placeholder], text: str) -> None:
    if parts and isinstance(parts[-1], str):
        parts[-1] += text
    else:
        parts.append(text)


def _parse_placeholder(inside: str) -> Placeholder:
    source, *filters = _split(_FIELDS, inside)
    return Placeholder(find_source(source.strip()), tuple(map(_parse_filter, filters)))


def _parse_filter(text: str) -> FilterCall:
    name, colon, argument = text.partition(":")
    name = name.strip()
    entry = FILTERS.get(name)
    if entry is None:
        raise DataError(f"unknown filter {name!r}; {suggest('filter', name, FILTERS)}")
    arguments: Arguments = ()
    if colon:
        pieces = _split(_COMMAS, argument) if entry.commas > 1 else [argument]
        arguments = tuple(re.sub(r"\\([|},\\])", r"\1", piece) for piece in pieces)
    if problem := entry.check(arguments):
        raise DataError(f"the filter {name} {problem}")
    return FilterCall(text.strip(), entry, arguments)


def _split(pattern: re.Pattern[str], text: str) -> list[str]:
    """Split text at separators that aren't escaped."""
    pieces = []
    pos = 0
    while True:
        match = pattern.match(text, pos)
        assert match is not None
        pieces.append(match[1])
        pos = match.end()
        if match.end(1) == len(text):
            return pieces
