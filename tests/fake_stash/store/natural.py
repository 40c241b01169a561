"""The order of names: letters without regard to case, numbers by their value."""

from __future__ import annotations

import re
from functools import lru_cache

_PARTS = re.compile(r"[0-9]+|[^0-9]+")


@lru_cache(maxsize=400_000)
def natural_key(text: str) -> bytes:
    """Bytes that sort as the text does: a digit sorts where digits do, then shorter numbers come first."""
    return b"".join(
        _number(part) if part[0].isascii() and part[0].isdigit() else _letters(part) for part in _PARTS.findall(text)
    )


def compare(left: str, right: str) -> int:
    """The server's collation. It never answers "equal", and so the order of equal names is SQLite's secret."""
    return -1 if natural_key(left) < natural_key(right) else 1


def _number(digits: str) -> bytes:
    significant = digits.lstrip("0")
    zeros = len(digits) - len(significant)
    return b"0" + len(significant).to_bytes(2, "big") + significant.encode() + zeros.to_bytes(2, "big")


def _letters(text: str) -> bytes:
    if text.isascii():
        return text.upper().encode()
    return "".join(_folded(letter) for letter in text).encode("utf-8", "surrogatepass")


@lru_cache(maxsize=10_000)
def _folded(letter: str) -> str:
    return min(form for form in (letter, letter.upper(), letter.lower(), letter.casefold()) if len(form) == 1)
