"""JSON that others wrote: in tables, beside pictures and in them. What Python alone would trip over is taken as it is."""

from __future__ import annotations

import json

_MOST_DIGITS = 40
"""Python before 3.11 takes minutes for a number of a million digits, later ones refuse it."""


def _whole(digits: str) -> int | str:
    return int(digits) if len(digits) <= _MOST_DIGITS else digits


def _nothing(_constant: str) -> None:
    """NaN is what pandas has where there is nothing."""


DECODER = json.JSONDecoder(parse_int=_whole, parse_constant=_nothing)
"""`decode` raises a JSONDecodeError, or a RecursionError where brackets stand in brackets by the thousand.

A whole number that is too long to be one stays text; NaN and Infinity are None.
"""
