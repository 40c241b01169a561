"""The result of one setup check: state, text and remedy."""

from __future__ import annotations

from dataclasses import dataclass

OK, WARNING, FAILED = "ok", "warning", "failed"
STATES = (OK, WARNING, FAILED)


@dataclass(frozen=True)
class Check:
    """One thing looked at: ok, warning or failed; what was found; what to do where it is not ok.

    `quiet`: nothing that anybody needs to read, such as a setting that is not used; it stays out of the log at info.
    """

    name: str
    state: str
    text: str
    remedy: str = ""
    quiet: bool = False
