"""Filters that change text."""

from __future__ import annotations

import html
import re
from typing import Any

from lib.rules.filters.base import MAX_TEXT, Arguments, Filter, on_text, one_argument
from lib.rules.values import MAX_ITEMS

# Descriptions on web pages are far shorter.
_MAX_HTML = 100_000

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SEPARATORS = re.compile(r"[\s_.-]+")
_BREAK = re.compile(r"<(?:br|/p|/div|/li|/h[1-6])\b[^<>]*>", re.IGNORECASE)
_MARKUP = re.compile(r"<[!/?a-zA-Z][^<>]*>")
# No character has such a number, and Python's int() rejects 4,300 digits.
_INVALID_ENTITY = re.compile(r"&#[0-9]{100,};?")
# One character of the host is enough: with more, the search for a space would start again at each of them.
_URL = re.compile(r"https?://[^\s/?#]\S*", re.IGNORECASE)


def _title(text: str) -> str:
    return _WORD.sub(lambda word: word[0].capitalize(), text)


def _words(text: str) -> str:
    return _SEPARATORS.sub(" ", text).strip()


def _split(text: str, separator: str) -> list[str]:
    pieces = text.split(separator, MAX_ITEMS)[:MAX_ITEMS]
    return [part.strip() for part in pieces if part.strip()]


def _without_markup(text: str) -> str:
    """Convert HTML to text: first markup, then entities, so that an escaped < stays."""
    plain = html.unescape(_INVALID_ENTITY.sub("\ufffd", _MARKUP.sub("", _BREAK.sub("\n", text[:_MAX_HTML]))))
    lines = [" ".join(line.split()) for line in plain.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _first_line(text: str) -> str | None:
    return next((line.strip() for line in text.splitlines() if line.strip()), None)


def _cut(text: str, length: str) -> str:
    return text.strip()[: int(length)].rstrip()


def _url(text: str) -> str | None:
    return text.strip() if _URL.fullmatch(text.strip()) else None


def _replace(text: str, old: str, new: str) -> str:
    """Replace text, with a limit: several filters in a row multiply its length."""
    growth = len(new) - len(old)
    times = MAX_TEXT // growth + 1 if growth > 0 else -1
    return text.replace(old, new, times)[:MAX_TEXT]


def _check_length(arguments: Arguments) -> str | None:
    if len(arguments) == 1 and re.fullmatch("[1-9][0-9]{0,5}", arguments[0]):
        return None
    return "needs a number of characters, such as max:200"


def _check_replace(arguments: Arguments) -> str | None:
    if len(arguments) == 2 and arguments[0]:
        return None
    return r"needs the old and the new text, such as replace:_,- (for a literal comma, use \,)"


def _stripped(text: str) -> Any:
    return text.strip()


TEXT = {
    "title": Filter(on_text(_title)),
    "lower": Filter(on_text(str.lower)),
    "upper": Filter(on_text(str.upper)),
    "strip": Filter(on_text(_stripped)),
    "words": Filter(on_text(_words)),
    "split": Filter(on_text(_split), one_argument),
    "text": Filter(on_text(_without_markup)),
    "line1": Filter(on_text(_first_line)),
    "max": Filter(on_text(_cut), _check_length),
    "url": Filter(on_text(_url)),
    "replace": Filter(on_text(_replace), _check_replace, commas=2),
}
