"""Names for the rows of test tables."""

from __future__ import annotations


def shown(value: object) -> str:
    """A row's value as part of a test's name: the same in every process, unlike a function's own repr."""
    return getattr(value, "__name__", None) or repr(value)[:60]
