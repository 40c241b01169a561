"""Times as the server keeps them: local time, RFC 3339, whole seconds."""

from __future__ import annotations

from datetime import datetime


def rfc3339(moment: datetime, timespec: str = "seconds") -> str:
    """The moment as Go writes it: Z instead of +00:00."""
    text = moment.isoformat(timespec=timespec)
    return text[:-6] + "Z" if text.endswith("+00:00") else text


def now() -> str:
    """The time, in whole seconds."""
    return rfc3339(datetime.now().astimezone())


def now_exactly() -> str:
    """The time, for jobs and logs, which are not stored."""
    return rfc3339(datetime.now().astimezone(), "microseconds")


NEVER = "0001-01-01T00:00:00Z"


def from_timestamp(seconds: float | None) -> str:
    """A file's time; None if nothing tells it."""
    return NEVER if seconds is None else rfc3339(datetime.fromtimestamp(int(seconds)).astimezone())
