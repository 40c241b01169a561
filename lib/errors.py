"""The one error tree. Invalid data is a ValueError, raised before anything is sent.

ValueError
 └─ DataError                         what a caller or a file gave us is wrong; the text says what is allowed
Exception
 ├─ StoreError                        what the plugin keeps on disk cannot be read or written
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

    `updated_ids` are the ids already changed when something that was sent in parts failed in between. `temporary` is
    True where asking again may help: a refused or broken connection, a busy server, a locked database.
    """

    temporary = False

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.updated_ids: list[str] = []


class TransportConnectionFailed(TransportError):  # noqa: N818 - gql's name
    """No connection, or no answer in time. `sent` is False where the server surely saw nothing."""

    def __init__(self, message: str, *, sent: bool = True, temporary: bool = False) -> None:
        super().__init__(message)
        self.sent = sent
        self.temporary = temporary


class TransportServerError(TransportError):
    """The server answered with an HTTP status that is no GraphQL answer; `code` is that status."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code
        self.temporary = code in (502, 503, 504)


class TransportQueryError(TransportError):
    """The server answered with GraphQL errors, kept in `errors` as it sent them; `data` is what came beside them."""

    def __init__(self, message: str, errors: Sequence[dict[str, Any]] = (), data: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.errors = list(errors)
        self.data = data or {}
        self.temporary = any("database is locked" in str(error.get("message")) for error in self.errors)


class StoreError(Exception):
    """The plugin's own memory, `runs.sqlite`, cannot be read or written; the text says why and what to do."""


KNOWN = (DataError, TransportError, StoreError)
"""Every error that this code raises on purpose: its text is for the user as it stands."""
