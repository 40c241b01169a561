"""The o-counter: up, down to 0, reset; counted once, whatever the network does."""

from __future__ import annotations

from typing import Any

import pytest

from lib.client import StashClient
from lib.errors import TransportError, TransportQueryError
from tests.support.scripted_server import ScriptedServer, errors, hang_up, http
from tests.support.server import Server

METHODS = ("image_increment_o", "image_decrement_o", "image_reset_o")


def test_up_down_and_reset(stash: Server, client: StashClient, ids: dict[str, str]) -> None:
    id_, other = ids["misc/plain.png"], ids["misc/photo.webp"]
    assert [client.image_increment_o(id_) for _ in range(3)] == [1, 2, 3]
    assert client.image_decrement_o(id_) == 2
    assert stash.image(id_, "o_counter") == {"o_counter": 2}
    assert client.image_reset_o(id_) == 0
    assert client.image_decrement_o(id_) == 0
    assert client.image_reset_o(id_) == 0
    assert [stash.image(each, "o_counter") for each in (id_, other)] == [{"o_counter": 0}, {"o_counter": 0}]


@pytest.mark.parametrize("method", METHODS)
def test_an_image_that_is_not_there(client: StashClient, method: str) -> None:
    with pytest.raises(TransportQueryError, match="id 999999 does not exist in images"):
        getattr(client, method)("999999")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "line",
    [hang_up, http("502 Bad Gateway"), errors("database is locked")],
    ids=["hang up", "502", "locked"],
)
def test_a_step_is_never_repeated(line: Any, method: str) -> None:
    with ScriptedServer(line) as server, StashClient.connect(server.url) as client:
        with pytest.raises(TransportError):
            getattr(client, method)("5")
        assert len(server.heard) == 1
