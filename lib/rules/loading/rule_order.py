"""Moves a rule in the text of a rules file, with its comments; nothing else changes."""

from __future__ import annotations

from typing import Any, NamedTuple

import yaml

from lib.errors import DataError
from lib.rules.loading.loader import check_rules, load_rules
from lib.rules.syntax.diagnostics import allowed_values
from lib.rules.syntax.yaml_edit import read_data
from lib.rules.syntax.yaml_places import Places, is_block

_BOM = "\ufeff"


class _Span(NamedTuple):
    """A part of the text."""

    start: int
    end: int


def move_rule(text: str, name: str, before: str | None = None) -> str:
    """Return the text with a rule moved before another, or to the end.

    Raises DataError for an unknown rule, a text that doesn't load, and a rule that can't be moved because of an anchor.
    """
    names = [rule.name for rule in load_rules(text).rules]
    for rule in (name, before):
        if rule is not None and rule not in names:
            raise DataError(f"unknown rule {rule!r}; {allowed_values(names)}")
    if before == name:
        return text
    order = [index for index, other in enumerate(names) if other != name]
    order.insert(len(order) if before is None else order.index(names.index(before)), names.index(name))
    body = text.removeprefix(_BOM)
    moved = _reorder(body, order)
    expected: Any = read_data(body)
    expected["rules"] = [expected["rules"][index] for index in order]
    if check_rules(moved).ruleset is None or read_data(moved) != expected:
        raise DataError(
            f"the rule {name!r} can't be moved there: an anchor or an unusual notation prevents it; edit the file"
        )
    return text[: len(text) - len(body)] + moved


def _reorder(text: str, order: list[int]) -> str:
    """Return the text with the rules in this order; what is between them stays in its place."""
    places = Places(text)
    rules = _rules(places)
    spans = [_Span(*span) for span in places.spans(rules)]
    newline = ""
    if is_block(rules):
        newline = "" if text.endswith("\n") else "\r\n" if "\r\n" in text else "\n"
        text += newline
        spans = _line_spans(text, spans)
    parts, pos = [], 0
    for index, span in zip(order, spans, strict=True):
        parts += [text[pos : span.start], text[spans[index].start : spans[index].end]]
        pos = span.end
    return "".join([*parts, text[pos:]]).removesuffix(newline)


def _rules(places: Places) -> yaml.SequenceNode:
    assert isinstance(places.root, yaml.MappingNode)
    rules = next(value for key, value in places.root.value if places.key(key) == "rules")
    assert isinstance(rules, yaml.SequenceNode)
    return rules


def _line_spans(text: str, items: list[_Span]) -> list[_Span]:
    """Return the whole lines of each rule of a block: the comments above it, the rule, and the indented comments below it.

    Blank lines between rules belong to none.
    """
    spans = []
    indent = items[0][0] - text.rfind("\n", 0, items[0][0]) - 1
    pos = text.rfind("\n", 0, items[0][0]) + 1
    start = _comments_above(text, 0, pos, indent)
    for index, (_, end) in enumerate(items):
        below = text.find("\n", end) + 1
        is_last = index + 1 == len(items)
        next_line = len(text) if is_last else text.rfind("\n", 0, items[index + 1][0]) + 1
        next_start = (
            _indented_below(text, below, indent) if is_last else _comments_above(text, below, next_line, indent)
        )
        spans.append(_Span(start, below + len(text[below:next_start].rstrip())))
        if text[below:next_start].strip():
            spans[-1] = _Span(start, text.find("\n", spans[-1].end) + 1)
        start = next_start
    return spans


def _comments_above(text: str, first: int, pos: int, indent: int) -> int:
    """Return the start of the comments directly above a line, which aren't indented more than it."""
    while pos > first:
        start = text.rfind("\n", first, pos - 1) + 1 or first
        line = text[start:pos]
        if not line.lstrip(" ").startswith("#") or len(line) - len(line.lstrip(" ")) > indent:
            break
        pos = start
    return pos


def _indented_below(text: str, pos: int, indent: int) -> int:
    """Return the end of the comments directly below a line that are indented more than its dash."""
    while pos < len(text):
        end = text.find("\n", pos) + 1 or len(text)
        line = text[pos:end]
        if not line.lstrip(" ").startswith("#") or len(line) - len(line.lstrip(" ")) <= indent:
            break
        pos = end
    return pos
