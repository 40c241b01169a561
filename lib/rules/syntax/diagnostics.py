"""What is wrong with a rules file: every problem with its line, collected before anything is refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from lib.errors import DataError

_SHOWN = 5
# Of a file that is no rules file at all, nobody reads more.
_MOST = 500
_LONGEST = 2000


class Problem(NamedTuple):
    """One thing that is wrong, and the line (from 1) where it stands."""

    line: int
    message: str


class RulesError(DataError):
    """The rules cannot be used; `problems` holds everything that was found, by line."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = [Problem(line, _readable(message)) for line, message in sorted(problems)[:_MOST]]
        shown = [f"line {problem.line}: {problem.message}" for problem in self.problems[:_SHOWN]]
        more = len(self.problems) - len(shown)
        super().__init__("rules: " + "; ".join(shown) + (f"; and {more} more" if more else ""))


class LineError(DataError):
    """Bad input inside a value, at a line of its own."""

    def __init__(self, line: int, message: str) -> None:
        self.line = line
        super().__init__(message)


@contextmanager
def at_line(line: int) -> Iterator[None]:
    """Give a DataError of the block this line, unless it has one."""
    try:
        yield
    except LineError:
        raise
    except DataError as error:
        raise LineError(line, str(error)) from error


class Diagnostics:
    """Collects what a check finds, so that the user sees all of it at once."""

    def __init__(self) -> None:
        self.errors: list[Problem] = []
        self.warnings: list[Problem] = []

    def error(self, line: int, message: str) -> None:
        if len(self.errors) < _MOST:
            self.errors.append(Problem(line, _readable(message)))

    def refused(self, line: int, what: str, error: DataError) -> None:
        """A value that was refused; it begins at `line`, which counts where the error knows no better."""
        self.error(error.line if isinstance(error, LineError) else line, f"{what}: {error}")

    def warn(self, line: int, message: str) -> None:
        if len(self.warnings) < _MOST:
            self.warnings.append(Problem(line, _readable(message)))


def _readable(message: str) -> str:
    """A message without the middle of what was typed by the page: what is wrong with it stands at the end."""
    if len(message) <= _LONGEST:
        return message
    return f"{message[: _LONGEST // 2]} … {message[-_LONGEST // 2 :]}"


def allowed_values(names: Iterable[str]) -> str:
    """The end of a message that says what could have been written."""
    return "allowed: " + ", ".join(names)
