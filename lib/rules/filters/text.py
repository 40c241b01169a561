"""Filters that change a text."""

from __future__ import annotations

import html
import re
from typing import Any

from lib.rules.filters.base import MAX_TEXT, Arguments, Filter, on_text, one_argument
from lib.rules.values import MOST_ITEMS

# What a page gives as a description is far shorter.
_MAX_HTML = 100_000

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SEPARATORS = re.compile(r"[\s_.-]+")
_BREAK = re.compile(r"<(?:br|/p|/div|/li|/h[1-6])\b[^<>]*>", re.IGNORECASE)
_MARKUP = re.compile(r"<[!/?a-zA-Z][^<>]*>")
# No character has such a number, and Python refuses to read one of 4,300 digits.
_NO_CHARACTER = re.compile(r"&#[0-9]{100,};?")
# One character of the host is enough: with more, a space far behind is looked for from each of them.
_URL = re.compile(r"https?://[^\s/?#]\S*", re.IGNORECASE)


def _title(text: str) -> str:
    return _WORD.sub(lambda word: word[0].capitalize(), text)


def _words(text: str) -> str:
    return _SEPARATORS.sub(" ", text).strip()


def _split(text: str, separator: str) -> list[str]:
    pieces = text.split(separator, MOST_ITEMS)[:MOST_ITEMS]
    return [part.strip() for part in pieces if part.strip()]


def _without_markup(text: str) -> str:
    """The text of HTML: markup first, entities then, so that an escaped < stays a text."""
    plain = html.unescape(_NO_CHARACTER.sub("\ufffd", _MARKUP.sub("", _BREAK.sub("\n", text[:_MAX_HTML]))))
    lines = [" ".join(line.split()) for line in plain.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _first_line(text: str) -> str | None:
    return next((line.strip() for line in text.splitlines() if line.strip()), None)


def _cut(text: str, length: str) -> str:
    return text.strip()[: int(length)].rstrip()


def _url(text: str) -> str | None:
    return text.strip() if _URL.fullmatch(text.strip()) else None


def _replace(text: str, old: str, new: str) -> str:
    """Cut where it grows beyond all bounds: several in a row multiply."""
    growth = len(new) - len(old)
    times = MAX_TEXT // growth + 1 if growth > 0 else -1
    return text.replace(old, new, times)[:MAX_TEXT]


def _check_length(arguments: Arguments) -> str:
    if len(arguments) == 1 and re.fullmatch("[1-9][0-9]{0,5}", arguments[0]):
        return ""
    return "needs a number of characters, such as max:200"


def _check_replace(arguments: Arguments) -> str:
    if len(arguments) == 2 and arguments[0]:
        return ""
    return r"needs what to replace and by what, such as replace:_,- (a comma itself is written \,)"


def _stripped(text: str) -> Any:
    return text.strip()


WORDS = {
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
