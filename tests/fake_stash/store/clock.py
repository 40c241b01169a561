"""Times as the server keeps them: local time, RFC 3339, whole seconds."""

from __future__ import annotations

from datetime import datetime


def rfc3339(moment: datetime, timespec: str = "seconds") -> str:
    """The moment as Go writes it: Z instead of +00:00."""
    text = moment.isoformat(timespec=timespec)
    return text[:-6] + "Z" if text.endswith("+00:00") else text


def now() -> str:
    """This second."""
    return rfc3339(datetime.now().astimezone())


def now_exactly() -> str:
    """This moment, for jobs and logs, which are not stored."""
    return rfc3339(datetime.now().astimezone(), "microseconds")


def from_timestamp(seconds: float) -> str:
    """A file's time."""
    return rfc3339(datetime.fromtimestamp(int(seconds)).astimezone())
