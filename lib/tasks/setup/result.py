"""The result of one setup check: state, text and remedy."""

from __future__ import annotations

from dataclasses import dataclass

OK, WARNING, FAILED = "ok", "warning", "failed"
STATES = (OK, WARNING, FAILED)


@dataclass(frozen=True)
class Check:
    """The result of a check: its state (ok, warning or failed), a text, and a fix unless it's ok.

    `quiet`: log it at debug level only, such as a setting that isn't used.
    """

    name: str
    state: str
    text: str
    remedy: str = ""
    quiet: bool = False
