"""Templates: `{source|filter:argument|…}` inside text, parsed once when the rules are loaded.

A template with an empty placeholder yields nothing: a value is never written half. One that is nothing but a
placeholder keeps a list a list.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from lib.errors import DataError
from lib.rules.filters import FILTERS
from lib.rules.filters.base import MAX_TEXT, Arguments, Filter
from lib.rules.image.context import ImageContext
from lib.rules.sources import find_source
from lib.rules.sources.base import Source
from lib.rules.syntax.suggestions import suggest
from lib.rules.values import as_text, is_nothing

Trace: TypeAlias = list[dict[str, Any]]
"""What explain shows of one template: per placeholder its source's value and the value after each filter."""

_MAX_LENGTH = 4000


@dataclass(frozen=True)
class FilterCall:
    """One filter of a placeholder, with its arguments, as typed in `text`."""

    text: str
    filter: Filter
    arguments: Arguments


@dataclass(frozen=True)
class Placeholder:
    """One `{…}`: where its value comes from, and what is done to it."""

    source: Source
    steps: tuple[FilterCall, ...]

    def value(self, view: ImageContext, trace: Trace | None = None) -> Any:
        """What the filters make of the source's value for this image; `trace` is told every step."""
        value = self.source.value(view)
        seen = [value]
        for step in self.steps:
            value = step.filter.apply(value, step.arguments)
            seen.append(value)
        if trace is not None:
            names = [self.source.name, *(step.text for step in self.steps)]
            steps = [{"step": name, "value": found} for name, found in zip(names, seen, strict=True)]
            trace.append({"placeholder": self.source.name, "steps": steps})
        return value


class Template:
    """A text with placeholders.

    text: what was typed. constant: it yields the same for every image, which is `literal`.
    """

    def __init__(self, text: str, parts: Sequence[str | Placeholder]) -> None:
        self.text = text
        self.parts = tuple(parts)
        self.placeholders = tuple(part for part in parts if isinstance(part, Placeholder))
        self.constant = not self.placeholders
        self.literal = "".join(part for part in parts if isinstance(part, str))

    def value(self, view: ImageContext, trace: Trace | None = None) -> Any:
        """The value for the image in the view: text, or a list or number where there is but one placeholder."""
        if self.constant:
            return self.literal
        if len(self.parts) == 1:
            value = self.placeholders[0].value(view, trace)
            return None if is_nothing(value) or isinstance(value, dict) else value
        text = ""
        for part in self.parts:
            piece = part if isinstance(part, str) else as_text(part.value(view, trace))
            if piece is None:
                return None
            # What is longer, no field takes; a template has room for hundreds of placeholders.
            text = (text + piece)[:MAX_TEXT]
        return text


_LITERAL = re.compile(r"\{\{|\}\}|[{}]|[^{}]+")
# Inside a placeholder a backslash holds | } , and itself; elsewhere it is an ordinary character.
_HELD = r"\\[|},\\]|\\(?![|},\\])"
_INSIDE = re.compile(rf"(?:{_HELD}|[^}}\\])*\}}")
_FIELDS = re.compile(rf"((?:{_HELD}|[^|\\])*)(?:\||\Z)")
_COMMAS = re.compile(rf"((?:{_HELD}|[^,\\])*)(?:,|\Z)")


def parse_template(text: str) -> Template:
    """The template; DataError says what is wrong with it and what could stand there."""
    if len(text) > _MAX_LENGTH:
        raise DataError(f"a template of {len(text)} characters; at most {_MAX_LENGTH} are allowed")
    parts: list[str | Placeholder] = []
    at = 0
    while at < len(text):
        token = _LITERAL.match(text, at)
        assert token is not None
        at = token.end()
        if token[0] == "{":
            inside = _INSIDE.match(text, at)
            if inside is None:
                raise DataError(f"{text!r}: a {{ is not closed; write {{{{ for a brace that is meant as such")
            at = inside.end()
            parts.append(_placeholder(inside[0][:-1]))
        elif token[0] == "}":
            raise DataError(f"{text!r}: a }} closes nothing; write }}}} for a brace that is meant as such")
        else:
            _append(parts, token[0][0] if token[0] in ("{{", "}}") else token[0])
    return Template(text, parts)


def _append(parts: list[str | Placeholder], text: str) -> None:
    if parts and isinstance(parts[-1], str):
        parts[-1] += text
    else:
        parts.append(text)


def _placeholder(inside: str) -> Placeholder:
    source, *filters = _pieces(_FIELDS, inside)
    return Placeholder(find_source(source.strip()), tuple(map(_step, filters)))


def _step(text: str) -> FilterCall:
    name, colon, argument = text.partition(":")
    name = name.strip()
    entry = FILTERS.get(name)
    if entry is None:
        raise DataError(f"there is no filter {name!r}; {suggest('filter', name, FILTERS)}")
    arguments: Arguments = ()
    if colon:
        pieces = _pieces(_COMMAS, argument) if entry.commas > 1 else [argument]
        arguments = tuple(re.sub(r"\\([|},\\])", r"\1", piece) for piece in pieces)
    if problem := entry.check(arguments):
        raise DataError(f"the filter {name} {problem}")
    return FilterCall(text.strip(), entry, arguments)


def _pieces(pattern: re.Pattern[str], text: str) -> list[str]:
    """The text between separators that no backslash holds."""
    pieces = []
    at = 0
    while True:
        match = pattern.match(text, at)
        assert match is not None
        pieces.append(match[1])
        at = match.end()
        if match.end(1) == len(text):
            return pieces
