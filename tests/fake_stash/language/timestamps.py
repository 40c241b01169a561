"""Moments as clients may write them: a time, a day, or a duration from now."""

from __future__ import annotations

import re
import time
from datetime import datetime, timezone
from typing import Any

from tests.fake_stash.language.errors import ServerError

UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}
PART = r"(\d+\.?\d*|\.\d+)(ms|us|µs|ns|h|m|s)"


def timestamp(value: Any) -> float:
    """The moment in seconds: an ISO time, or `<4h` for four hours ago and `>4h` for four hours from now."""
    if not isinstance(value, str):
        raise ServerError("invalid Timestamp: not a string")
    if not value:
        raise ServerError("invalid Timestamp: empty string")
    if value[0] in "<>":
        return time.time() + (-1 if value[0] == "<" else 1) * _duration(value)
    try:
        moment = datetime.fromisoformat(value.replace("Z", "+00:00"))
    except ValueError as error:
        raise ServerError(f"ParseDateStringAsTime failed: dateString <{value}>") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp()


def _duration(value: str) -> float:
    if not re.fullmatch(f"({PART})+", value[1:]):
        problem = f'time: invalid duration "{value[1:]}"'
        raise ServerError(f"invalid Timestamp: cannot parse {ord(value[0])}-duration: {problem}")
    return sum(float(number) * UNITS[unit] for number, unit in re.findall(PART, value[1:]))
