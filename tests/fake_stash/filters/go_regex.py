"""Regular expressions in Go's dialect: what it refuses and Python takes, and what it says then."""

from __future__ import annotations

import re

from tests.fake_stash.language.errors import ServerError

_NOT_IN_GO = (
    (re.compile(r"\(\?(=|!|<=|<!)"), "invalid or unsupported Perl syntax: `{0}`"),
    (re.compile(r"\\[1-9]"), "invalid escape sequence: `{0}`"),
)
_WORDS = (
    ("unterminated character set", "missing closing ]: `{rest}`"),
    ("missing ), unterminated subpattern", "missing closing ): `{whole}`"),
    ("unbalanced parenthesis", "unexpected ): `{whole}`"),
    ("nothing to repeat", "missing argument to repetition operator: `{one}`"),
    ("multiple repeat", "invalid nested repetition operator: `{two}`"),
    ("bad escape (end of pattern)", "trailing backslash at end of expression: ``"),
    ("bad escape", "invalid escape sequence: `{two}`"),
    ("bad character range", "invalid character class range: `{range}`"),
)


def check_regex(pattern: str) -> None:
    """A ServerError with Go's words if Go would not take the pattern."""
    for foreign, message in _NOT_IN_GO:
        found = foreign.search(pattern)
        if found:
            raise ServerError("error parsing regexp: " + message.format(found[0]))
    try:
        re.compile(pattern)
    except re.error as error:
        raise ServerError("error parsing regexp: " + _go_words(pattern, error)) from error


def _go_words(pattern: str, error: re.error) -> str:
    at = error.pos or 0
    places = {
        "whole": pattern,
        "rest": pattern[at:],
        "one": pattern[at : at + 1],
        "two": pattern[at : at + 2],
        "range": error.msg.removeprefix("bad character range "),
    }
    for start, message in _WORDS:
        if error.msg.startswith(start):
            return message.format(**places)
    return f"{error.msg}: `{pattern}`"
