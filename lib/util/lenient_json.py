"""A tolerant JSON decoder for tables, sidecars and embedded metadata: it accepts values that Python's refuses."""

from __future__ import annotations

import json
import re
from math import isfinite
from typing import Any

_MAX_DIGITS = 40
"""Python before 3.11 takes minutes for a number of a million digits, later ones refuse it."""
_HALF = re.compile("[\ud800-\udfff]")
_HIGH, _LOW = r"\\u[dD][89abAB][0-9a-fA-F]{2}", r"\\u[dD][c-fC-F][0-9a-fA-F]{2}"
_ESCAPED_HALF = re.compile(f"{_HIGH}(?!{_LOW})|(?<!{_HIGH}){_LOW}")
_BACKSLASH = "\ud800\ud800"


def _whole(digits: str) -> int | str:
    return int(digits) if len(digits) <= _MAX_DIGITS else digits


def _finite(digits: str) -> float | None:
    number = float(digits)
    return number if isfinite(number) else None


def _null(_constant: str) -> None:
    """Return None: pandas writes NaN for an empty cell."""


class _Decoder(json.JSONDecoder):
    def raw_decode(self, s: str, idx: int = 0) -> tuple[Any, int]:
        value, end = super().raw_decode(s, idx)
        text = s[idx:end]
        if r"\ud" in text or r"\uD" in text or (not text.isascii() and _HALF.search(text)):
            del value  # two values would take twice the memory
            value, _ = super().raw_decode(_without_halves(text))
        return value, end


def _without_halves(text: str) -> str:
    """The same JSON with U+FFFD for every half of a pair of surrogates, which no file and no database takes."""
    text = _HALF.sub("\ufffd", text).replace(r"\\", _BACKSLASH)  # now each \ that is left begins an escape
    return _ESCAPED_HALF.sub(r"\\ufffd", text).replace(_BACKSLASH, r"\\")


DECODER = _Decoder(parse_int=_whole, parse_float=_finite, parse_constant=_null)
"""`decode` and `raw_decode` raise a JSONDecodeError, or a RecursionError where brackets are nested by the thousand.

A whole number that is too long to be one stays text; NaN, Infinity and 1e999 are None; half a pair of surrogates is U+FFFD.
"""
