"""The one error tree. Invalid data is a ValueError, raised before anything is sent.

ValueError
 └─ DataError                     what a caller or a file gave us is wrong; the text says what is allowed
Exception
 └─ TransportError                the server was asked and no good answer came
     ├─ TransportConnectionFailed     nobody there, or no answer in time
     ├─ TransportServerError          an HTTP status; `.code`
     └─ TransportQueryError           GraphQL errors; `.errors`, `.updated_ids` where a part was done

The names are gql's, which callers of other Stash clients catch already.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class DataError(ValueError):
    """What was given cannot be used; the message names the thing, what is wrong and what is allowed."""


class TransportError(Exception):
    """The request failed; each subclass says at which point."""


class TransportConnectionFailed(TransportError):  # noqa: N818 - gql's name
    """No connection, or no answer in time. `sent` is False where the server surely saw nothing."""

    def __init__(self, message: str, *, sent: bool = True) -> None:
        super().__init__(message)
        self.sent = sent


class TransportServerError(TransportError):
    """The server answered with an HTTP status that is no GraphQL answer; `code` is that status."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


class TransportQueryError(TransportError):
    """The server answered with GraphQL errors, kept in `errors` as it sent them.

    `updated_ids` are the ids already changed when a request that was made in parts failed in between.
    """

    def __init__(self, message: str, errors: Sequence[dict[str, Any]] = (), updated_ids: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.errors = list(errors)
        self.updated_ids = list(updated_ids)
