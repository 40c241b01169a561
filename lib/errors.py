"""The one error tree. Invalid data is a ValueError, raised before anything is sent.

ValueError
 └─ DataError                         what a caller or a file gave us is wrong; the text says what is allowed
Exception
 └─ TransportError                    no good answer came; `.updated_ids` where a part was done
     ├─ TransportConnectionFailed     nobody there, or no answer in time
     ├─ TransportServerError          an HTTP status; `.code`
     └─ TransportQueryError           GraphQL errors; `.errors`

The names are gql's, which callers of other Stash clients catch already.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class DataError(ValueError):
    """What was given cannot be used; the message names the thing, what is wrong and what is allowed."""


class TransportError(Exception):
    """The request failed; each subclass says at which point.

    `updated_ids` are the ids already changed when something that was sent in parts failed in between.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.updated_ids: list[str] = []


class TransportConnectionFailed(TransportError):  # noqa: N818 - gql's name
    """No connection, or no answer in time.

    `sent` is False where the server surely saw nothing; `broken` is True where asking again may help (a refused or
    reset connection), False for an answer that did not come in time.
    """

    def __init__(self, message: str, *, sent: bool = True, broken: bool = False) -> None:
        super().__init__(message)
        self.sent = sent
        self.broken = broken


class TransportServerError(TransportError):
    """The server answered with an HTTP status that is no GraphQL answer; `code` is that status."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


class TransportQueryError(TransportError):
    """The server answered with GraphQL errors, kept in `errors` as it sent them."""

    def __init__(self, message: str, errors: Sequence[dict[str, Any]] = ()) -> None:
        super().__init__(message)
        self.errors = list(errors)
