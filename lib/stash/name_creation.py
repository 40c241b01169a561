"""Create tags, performers and studios by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from lib.errors import TransportQueryError
from lib.stash.connection import Connection

_FIELDS = {"tags": "tagCreate", "performers": "performerCreate", "studios": "studioCreate"}
_INPUTS = {"tags": "TagCreateInput!", "performers": "PerformerCreateInput!", "studios": "StudioCreateInput!"}


class Created(NamedTuple):
    """The result of one request: the new id of each created name, and the server's reason for each refused one."""

    ids: dict[str, str]
    refused: dict[str, str]


def create(connection: Connection, kind: str, names: Sequence[str]) -> Created:
    """Create tags, performers or studios with these names in one request.

    The request is never repeated: a second one would fail because the names exist. Raises a TransportQueryError that
    no name caused; `created_ids(error.data, names)` are those that were created before it.
    """
    declarations = ", ".join(f"$n{index}: {_INPUTS[kind]}" for index in range(len(names)))
    fields = " ".join(f"n{index}: {_FIELDS[kind]}(input: $n{index}) {{ id }}" for index in range(len(names)))
    variables = {f"n{index}": {"name": name} for index, name in enumerate(names)}
    document = f"mutation Create({declarations}) {{ {fields} }}"
    try:
        return Created(created_ids(connection.execute(document, variables, idempotent=False), names), {})
    except TransportQueryError as error:
        if error.temporary:
            raise  # a busy server refuses no name; a resumed run looks up those that were created
        return Created(created_ids(error.data, names), _refused(error, names))


def created_ids(data: dict[str, Any], names: Sequence[str]) -> dict[str, str]:
    """Map each created item's name to its id, including partial results of a failed request."""
    items = ((name, data.get(f"n{index}")) for index, name in enumerate(names))
    return {name: str(item["id"]) for name, item in items if item}


def _refused(error: TransportQueryError, names: Sequence[str]) -> dict[str, str]:
    """Map each name that was not created to the reason. Raises the error if it isn't about a name."""
    aliases = {f"n{index}": name for index, name in enumerate(names)}
    refused: dict[str, str] = {}
    for item in error.errors:
        alias = str((item.get("path") or [""])[0])
        if alias not in aliases:
            raise error
        refused[aliases[alias]] = str(item.get("message", ""))
    missing = [name for alias, name in aliases.items() if not error.data.get(alias)]
    return {**dict.fromkeys(missing, "the server didn't confirm that it was created"), **refused}
