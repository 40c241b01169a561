"""What goes wrong with a request, and the shape in which the server says so."""

from __future__ import annotations

from typing import Any

PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"


class ServerError(Exception):
    """A resolver's error: its text goes to the client as it is, with the path of the field."""

    def __init__(self, message: str, path: tuple[str | int, ...] = ()) -> None:
        super().__init__(message)
        self.path = path


class Refusal(Exception):  # noqa: N818 - the request is refused, which is no error of the server
    """The document or its variables are refused before anything runs; `errors` are GraphQL error objects."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__(errors[0]["message"])
        self.errors = errors


def invalid(message: str, path: tuple[str | int, ...] = ()) -> Refusal:
    """A refusal with one validation error."""
    error: dict[str, Any] = {"message": message}
    if path:
        error["path"] = list(path)
    return Refusal([{**error, "extensions": {"code": VALIDATION_FAILED}}])


def panic(text: str) -> ServerError:
    """The error that a client sees where the server's code panics."""
    return ServerError(f"Internal system error. Error <{text}>")


def nil_pointer() -> ServerError:
    """The panic of code that was given nothing where it expects something."""
    return panic("runtime error: invalid memory address or nil pointer dereference")
