"""Names for the rows of test tables."""

from __future__ import annotations

import re

_ADDRESS = re.compile(r" at 0x[0-9a-f]+")


def shown(value: object) -> str:
    """A row's value as part of a test's name: the same in every process, so without addresses of objects."""
    return getattr(value, "__name__", None) or _ADDRESS.sub("", repr(value))[:60]
