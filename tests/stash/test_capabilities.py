"""The server's version and optional fields: how versions are read, and how often the server is asked."""

from __future__ import annotations

import pytest

from lib.client import StashClient
from lib.errors import DataError
from lib.stash import capabilities
from lib.stash.address import Address
from lib.stash.connection import Connection
from tests.support.scripted_server import ScriptedServer, answer

VERSIONS: list[tuple[str, tuple[int, int, int] | None]] = [
    ("v0.30.1", (0, 30, 1)),
    ("v0.31.1-160-gc1fa78e0", (0, 31, 1)),
    ("0.25.0", (0, 25, 0)),
    ("", None),
    ("develop", None),
    ("v0.30", None),
]


@pytest.mark.parametrize(("text", "version"), VERSIONS, ids=[text or "empty" for text, _ in VERSIONS])
def test_parse_version(text: str, version: tuple[int, int, int] | None) -> None:
    assert capabilities.parse_version(text) == version


@pytest.mark.parametrize("text", ["v0.25.0", "v0.30.1", "v1.0.0", "", "develop"])
def test_a_new_or_unknown_version_is_accepted(text: str) -> None:
    capabilities.require_version(text)


@pytest.mark.parametrize("text", ["v0.24.3", "v0.9.0"])
def test_an_old_version_is_refused(text: str) -> None:
    with pytest.raises(DataError, match=f"Stash {text} is too old: v0.25.0"):
        capabilities.require_version(text)


def old_server() -> ScriptedServer:
    """A server without any of the optional types and fields."""
    return ScriptedServer(answer({"version": {"version": "v0.25.0"}} | dict.fromkeys(capabilities._TYPES)))


def test_one_request_per_connection() -> None:
    with old_server() as server:
        connection, second = (Connection(Address.parse(server.url)) for _ in range(2))
        first = capabilities.get_capabilities(connection)
        assert capabilities.get_capabilities(connection) is first is connection.capabilities
        assert second.capabilities is None
        assert capabilities.get_capabilities(second) == first
        assert len(server.heard) == 2


@pytest.mark.parametrize("fields", [[], ["title", "rating100"]], ids=["none", "old"])
def test_fields_that_all_servers_have_take_no_request(fields: list[str]) -> None:
    with old_server() as server:
        capabilities.require_fields(Connection(Address.parse(server.url)), "ImageUpdateInput", fields)
        assert server.heard == []


def test_a_missing_field_is_refused() -> None:
    with old_server() as server:
        connection = Connection(Address.parse(server.url))
        for _ in range(2):
            with pytest.raises(DataError, match=r"^custom_fields needs Stash v0\.31\.0 or newer; this is v0\.25\.0\.$"):
                capabilities.require_fields(connection, "ImageUpdateInput", ["title", "custom_fields"])
        assert len(server.heard) == 1


@pytest.mark.reads
def test_a_servers_libraries(client: StashClient) -> None:
    libraries = capabilities.get_libraries(client.connection)
    assert libraries.paths
    assert {"jpg", "png"} <= set(libraries.image_extensions)
