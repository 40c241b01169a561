"""Filters that return or receive lists, and `default`, which replaces an empty value."""

from __future__ import annotations

import re
from typing import Any

from lib.rules.filters.base import Arguments, Default, Filter, on_text, one_argument
from lib.rules.values import MAX_ITEMS, as_text, as_texts


def _tags(value: Any, _arguments: Arguments) -> list[str] | None:
    """Return tags from gallery-dl's three forms: a list, a list of objects, text separated by ", " or spaces."""
    if isinstance(value, (list, tuple)):
        return [text for item in value[:MAX_ITEMS] for text in as_texts(_name_of(item))] or None
    text = as_text(value)
    if text is None:
        return None
    return as_texts(text.split(", " if ", " in text else None, MAX_ITEMS)[:MAX_ITEMS]) or None


def _name_of(item: Any) -> Any:
    """Return an object's `name` or the value of its first key; other values unchanged."""
    if not isinstance(item, dict) or not item:
        return item
    return item.get("name") or next(iter(item.values()))


# A prompt has a few thousand characters.
_MAX_PROMPT = 50_000

_EXTRA_NETWORK = re.compile(r"<[^<>]*>")
_ESCAPED_BRACKET = re.compile(r"\\([()\[\]{}])")
_PRIVATE = {"(": "\ue000", ")": "\ue001", "[": "\ue002", "]": "\ue003", "{": "\ue004", "}": "\ue005"}
_BRACKET_OF = {char: bracket for bracket, char in _PRIVATE.items()}
# NovelAI's `1.2::tag::`, then `(tag:1.2)`, then Compel's `tag++` and `(tag)1.2`.
_WEIGHT_BEFORE = re.compile(r"^\s*-?\d+(?:\.\d+)?::")
_WEIGHT_INSIDE = re.compile(r":\s{0,3}-?\d{0,4}\.?\d{1,9}\s{0,3}(?=[)\]}])")
_WEIGHT_AFTER = re.compile(r"(?<=[)\]}])[-+]{0,9}\d{0,4}\.?\d{0,9}\s*$|[-+]{1,9}\s*$")
_BRACKETS = re.compile(r"[()\[\]{}]")
_KEYWORDS = {"BREAK", "AND", "ADDCOMM", "ADDBASE", "ADDCOL", "ADDROW"}


def _prompt_tags(text: str) -> list[str] | None:
    """Return a prompt's distinct parts between commas, without weights, brackets and extra networks."""
    tags: dict[str, str] = {}
    text = _ESCAPED_BRACKET.sub(lambda match: _PRIVATE[match[1]], _EXTRA_NETWORK.sub(",", text[:_MAX_PROMPT]))
    for part in re.split(r"[,\n]|\b(?:" + "|".join(sorted(_KEYWORDS)) + r")\b", text):
        bare = _WEIGHT_INSIDE.sub("", _WEIGHT_AFTER.sub("", _WEIGHT_BEFORE.sub("", part)))
        bare = _BRACKETS.sub("", bare).removesuffix("::")
        tag = " ".join("".join(_BRACKET_OF.get(char, char) for char in bare).split())
        if tag:
            tags.setdefault(tag.casefold(), tag)
    return list(tags.values()) or None


def _get(value: Any, arguments: Arguments) -> Any:
    """Return the element at an index, -1 for the last; a single value is a list of one."""
    items = value if isinstance(value, (list, tuple)) else [value]
    index = int(arguments[0])
    return items[index] if -len(items) <= index < len(items) else None


def _check_index(arguments: Arguments) -> str | None:
    if len(arguments) == 1 and re.fullmatch("-?[0-9]{1,4}", arguments[0]):
        return None
    return "needs an index: get:0 is the first, get:-1 the last"


def _unchanged(value: Any, _arguments: Arguments) -> Any:
    return value


LISTS = {
    "tags": Filter(_tags, takes_list=True),
    "prompt_tags": Filter(on_text(_prompt_tags)),
    "get": Filter(_get, _check_index, takes_list=True),
    "default": Default(_unchanged, one_argument, takes_list=True),
}
