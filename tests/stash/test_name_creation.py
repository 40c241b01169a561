"""Creating names: what the server created, refused and left open."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lib.errors import TransportQueryError
from lib.stash.address import Address
from lib.stash.connection import Connection
from lib.stash.name_creation import Created, create
from tests.support.scripted_server import ScriptedServer, http

ID = {"id": "5"}
UNCONFIRMED = "the server didn't confirm that it was created"
LOCKED = {"message": "beginning transaction: database is locked", "path": ["n0"]}
EXISTS = {"message": "it exists", "path": ["n0"]}
DENIED = {"message": "denied", "path": None}


def answer(data: dict[str, Any], *errors: dict[str, Any]) -> bytes:
    return json.dumps({"data": data, **({"errors": errors} if errors else {})}).encode()


def created(body: bytes) -> tuple[Created, int]:
    """The result for two tags, and how many requests it took."""
    with ScriptedServer(http("200 OK", body)) as server:
        return create(Connection(Address.parse(server.url)), "tags", ["one", "two"]), len(server.heard)


RESULTS: dict[str, tuple[bytes, Created]] = {
    "all": (answer({"n0": ID, "n1": {"id": 6}}), Created({"one": "5", "two": "6"}, {})),
    "one exists": (answer({"n0": None, "n1": ID}, EXISTS), Created({"two": "5"}, {"one": "it exists"})),
    "one is unconfirmed": (answer({"n0": None}, EXISTS), Created({}, {"one": "it exists", "two": UNCONFIRMED})),
}


@pytest.mark.parametrize(("body", "result"), RESULTS.values(), ids=RESULTS)
def test_names_are_created_or_refused(body: bytes, result: Created) -> None:
    assert created(body) == (result, 1)


@pytest.mark.parametrize(("error", "message"), [(LOCKED, "locked"), (DENIED, "denied")], ids=["locked", "no path"])
def test_an_error_of_no_name_is_raised_once(error: dict[str, Any], message: str) -> None:
    with ScriptedServer(http("200 OK", answer({"n0": None, "n1": ID}, error))) as server:
        connection = Connection(Address.parse(server.url))
        with pytest.raises(TransportQueryError, match=message):
            create(connection, "tags", ["one", "two"])
    assert len(server.heard) == 1
