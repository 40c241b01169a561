"""Filters that make or take lists, and `default`, which acts on nothing."""

from __future__ import annotations

import re
from typing import Any

from lib.rules.filters.base import Arguments, Default, Filter, on_text, one_argument
from lib.rules.values import MOST_ITEMS, as_text, as_texts


def _tags(value: Any, _arguments: Arguments) -> list[str] | None:
    """gallery-dl's three shapes: a list, a list of objects, a text split at ", " or else at spaces."""
    if isinstance(value, (list, tuple)):
        return [text for item in value[:MOST_ITEMS] for text in as_texts(_named(item))] or None
    text = as_text(value)
    if text is None:
        return None
    return as_texts(text.split(", " if ", " in text else None, MOST_ITEMS)[:MOST_ITEMS]) or None


def _named(item: Any) -> Any:
    """An object's `name`, or else its first key's value; anything else as it is."""
    if not isinstance(item, dict) or not item:
        return item
    return item.get("name") or next(iter(item.values()))


# A prompt has a few thousand characters; what is longer was made to be long.
_MAX_PROMPT = 50_000

_EXTRA_NETWORK = re.compile(r"<[^<>]*>")
_ESCAPED = re.compile(r"\\([()\[\]{}])")
_HELD = {"(": "\ue000", ")": "\ue001", "[": "\ue002", "]": "\ue003", "{": "\ue004", "}": "\ue005"}
_KEPT = {held: bracket for bracket, held in _HELD.items()}
# NovelAI's `1.2::tag::`, then `(tag:1.2)`, then Compel's `tag++` and `(tag)1.2`.
_WEIGHT_BEFORE = re.compile(r"^\s*-?\d+(?:\.\d+)?::")
_WEIGHT_INSIDE = re.compile(r":\s{0,3}-?\d{0,4}\.?\d{1,9}\s{0,3}(?=[)\]}])")
_WEIGHT_BEHIND = re.compile(r"(?<=[)\]}])[-+]{0,9}\d{0,4}\.?\d{0,9}\s*$|[-+]{1,9}\s*$")
_BRACKETS = re.compile(r"[()\[\]{}]")
_WORDS_OF_SYNTAX = {"BREAK", "AND", "ADDCOMM", "ADDBASE", "ADDCOL", "ADDROW"}


def _prompt_tags(text: str) -> list[str] | None:
    """A prompt's parts between commas, without weights, brackets and extra networks; each once."""
    found: dict[str, str] = {}
    held = _ESCAPED.sub(lambda match: _HELD[match[1]], _EXTRA_NETWORK.sub(",", text[:_MAX_PROMPT]))
    for part in re.split(r"[,\n]|\b(?:" + "|".join(sorted(_WORDS_OF_SYNTAX)) + r")\b", held):
        bare = _WEIGHT_INSIDE.sub("", _WEIGHT_BEHIND.sub("", _WEIGHT_BEFORE.sub("", part)))
        bare = _BRACKETS.sub("", bare).removesuffix("::")
        tag = " ".join("".join(_KEPT.get(char, char) for char in bare).split())
        if tag:
            found.setdefault(tag.casefold(), tag)
    return list(found.values()) or None


def _get(value: Any, arguments: Arguments) -> Any:
    """The element at this place, 0 the first, -1 the last; a single value is a list of one."""
    items = value if isinstance(value, (list, tuple)) else [value]
    place = int(arguments[0])
    return items[place] if -len(items) <= place < len(items) else None


def _check_place(arguments: Arguments) -> str:
    if len(arguments) == 1 and re.fullmatch("-?[0-9]{1,4}", arguments[0]):
        return ""
    return "needs a place: get:0 is the first, get:-1 the last"


def _unchanged(value: Any, _arguments: Arguments) -> Any:
    return value


LISTS = {
    "tags": Filter(_tags, takes_list=True),
    "prompt_tags": Filter(on_text(_prompt_tags)),
    "get": Filter(_get, _check_place, takes_list=True),
    "default": Default(_unchanged, one_argument, takes_list=True),
}
