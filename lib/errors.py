"""The error tree.

ValueError
  x DataError                        invalid data of a caller or a file, found before anything is sent
Exception
  x StoreError                       the plugin's database can't be read or written
  x TransportError                   a failed request; `.updated_ids` if a part was applied
    + TransportConnectionFailed      no connection, or no answer in time; `.sent`
    + TransportServerError           an HTTP error status, or an answer that isn't GraphQL; `.code`
    + TransportQueryError            GraphQL errors; `.errors`, `.data`

The names of the TransportErrors are those of gql, which callers of other Stash clients already catch.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class DataError(ValueError):
    """Invalid data. The message names the value, why it is invalid, and what is allowed."""


class TransportError(Exception):
    """A failed request.

    `updated_ids` are the ids that were changed before one of several requests failed. `temporary` is True if a retry may
    help: a refused or broken connection, a busy server, a locked database.
    """

    temporary = False

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.updated_ids: list[str] = []


class TransportConnectionFailed(TransportError):  # noqa: N818 - gql's name
    """No connection, or no answer in time. `sent` is False if the server can't have received the request."""

    def __init__(self, message: str, *, sent: bool = True, temporary: bool = False) -> None:
        super().__init__(message)
        self.sent = sent
        self.temporary = temporary


class TransportServerError(TransportError):
    """An answer that isn't GraphQL; `code` is its HTTP status."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code
        self.temporary = code in (502, 503, 504)


class TransportQueryError(TransportError):
    """GraphQL errors: `errors` as the server sent them, and the partial `data`."""

    def __init__(self, message: str, errors: Sequence[dict[str, Any]] = (), data: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.errors = list(errors)
        self.data = data or {}
        self.temporary = any("database is locked" in str(error.get("message")) for error in self.errors)


class StoreError(Exception):
    """The plugin's database, `runs.sqlite`, can't be read or written. The message contains the reason and a fix."""


KNOWN = (DataError, TransportError, StoreError)
"""All errors that this code raises on purpose. Their messages are for users."""
