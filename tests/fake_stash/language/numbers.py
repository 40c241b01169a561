"""Go's numbers: what its JSON decoder keeps as text until a type asks for it, and strconv's rules and errors."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

from tests.fake_stash.language.errors import ServerError

EXPONENT_FROM = 1e21  # from here on, Go writes whole numbers with an exponent
INT64 = range(-(2**63), 2**63)
_INTEGER = re.compile(r"[+-]?[0-9]+")


class JsonNumber(str):
    """A number inside a request's JSON: text until its type is known (Go's json.Number)."""

    __slots__ = ()


def decode(text: str) -> Any:
    """JSON as the server decodes it: numbers stay text."""
    return json.loads(text, parse_int=JsonNumber, parse_float=JsonNumber)


def plain(value: Any) -> Any:
    """The value with its numbers as numbers, for whoever gets it as JSON again."""
    if isinstance(value, JsonNumber):
        return int(value) if _INTEGER.fullmatch(value) else float(value)
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


def as_double(text: str) -> float:
    """A number from a plugin's answer as the server passes it on: it went through a float, and whole ones are shown so."""
    value = float(text)
    return int(Decimal(repr(value))) if value.is_integer() and abs(value) < EXPONENT_FROM else value


def is_integer(text: str) -> bool:
    """Would strconv.ParseInt take it?"""
    return bool(_INTEGER.fullmatch(text)) and int(text) in INT64


def quote(text: str) -> str:
    """The text as Go's %q writes it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r") + '"'


def atoi(text: str, context: str = "") -> int:
    """The text as an int; otherwise the error that Go's strconv.Atoi gives, after `context`."""
    if not _INTEGER.fullmatch(text):
        raise ServerError(f"{context}strconv.Atoi: parsing {quote(text)}: invalid syntax")
    if int(text) not in INT64:
        raise ServerError(f"{context}strconv.Atoi: parsing {quote(text)}: value out of range")
    return int(text)
