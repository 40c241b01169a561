"""What is wrong with a rules file: every problem with its line, collected before anything is refused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from lib.errors import DataError

_SHOWN = 5
# Of a file that is no rules file at all, nobody reads more.
_MOST = 500


class Problem(NamedTuple):
    """One thing that is wrong, and the line (from 1) where it stands."""

    line: int
    message: str


class RulesError(DataError):
    """The rules cannot be used; `problems` holds everything that was found, by line."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = sorted(problems)
        shown = [f"line {problem.line}: {problem.message}" for problem in self.problems[:_SHOWN]]
        more = len(self.problems) - len(shown)
        super().__init__("rules: " + "; ".join(shown) + (f"; and {more} more" if more else ""))


class Complaints:
    """Collects what a check finds, so that the user sees all of it at once."""

    def __init__(self) -> None:
        self.errors: list[Problem] = []
        self.warnings: list[Problem] = []

    def error(self, line: int, message: str) -> None:
        if len(self.errors) < _MOST:
            self.errors.append(Problem(line, message))

    def warn(self, line: int, message: str) -> None:
        if len(self.warnings) < _MOST:
            self.warnings.append(Problem(line, message))


def allowed(names: Iterable[str]) -> str:
    """The end of a message that says what could have been written."""
    return "allowed: " + ", ".join(names)
