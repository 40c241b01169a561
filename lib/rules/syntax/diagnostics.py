"""Errors and warnings of a rules file, all collected with their lines before it is rejected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from lib.errors import DataError

MAX_SHOWN = 5
# A file that isn't a rules file would have thousands.
MAX_PROBLEMS = 500
MAX_LENGTH = 2000


class Problem(NamedTuple):
    """An error or a warning, and its line, from 1."""

    line: int
    message: str


class RulesError(DataError):
    """The rules can't be used; `problems` has all errors by line."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = [Problem(line, _shortened(message)) for line, message in sorted(problems)[:MAX_PROBLEMS]]
        messages = [f"line {problem.line}: {problem.message}" for problem in self.problems[:MAX_SHOWN]]
        more = len(self.problems) - len(messages)
        super().__init__("rules: " + "; ".join(messages) + (f"; and {more} more" if more else ""))


class LineError(DataError):
    """Invalid input inside a value, with its line."""

    def __init__(self, line: int, message: str) -> None:
        self.line = line
        super().__init__(message)


@contextmanager
def at_line(line: int) -> Iterator[None]:
    """Add this line to a DataError of the block, unless it has one."""
    try:
        yield
    except LineError:
        raise
    except DataError as error:
        raise LineError(line, str(error)) from error


class Diagnostics:
    """Collects errors and warnings, so that the user sees all of them at once."""

    def __init__(self) -> None:
        self.errors: list[Problem] = []
        self.warnings: list[Problem] = []

    def error(self, line: int, message: str) -> None:
        if len(self.errors) < MAX_PROBLEMS:
            self.errors.append(Problem(line, _shortened(message)))

    def add(self, line: int, name: str, error: DataError) -> None:
        """Report an invalid value that begins at `line`; a LineError has a more precise one."""
        self.error(error.line if isinstance(error, LineError) else line, f"{name}: {error}")

    def warn(self, line: int, message: str) -> None:
        if len(self.warnings) < MAX_PROBLEMS:
            self.warnings.append(Problem(line, _shortened(message)))


def _shortened(message: str) -> str:
    """Cut the middle of a long message: the problem is at its end."""
    if len(message) <= MAX_LENGTH:
        return message
    return f"{message[: MAX_LENGTH // 2]} … {message[-MAX_LENGTH // 2 :]}"


def allowed_values(names: Iterable[str]) -> str:
    """Return the end of a message with the allowed values."""
    return "allowed: " + ", ".join(names)
