"""StashClient: made for a program or for a plugin, without a request."""

from __future__ import annotations

from typing import Any

import pytest

from lib.client import StashClient
from lib.errors import DataError, TransportError
from tests.support.scripted_server import ScriptedServer, answer, hang_up, stall

COOKIE = {"Name": "session", "Value": "abc", "Quoted": False, "Path": "", "MaxAge": 0}


def test_neither_way_makes_a_request() -> None:
    with ScriptedServer(answer({})) as server:
        StashClient.connect(server.url).close()
        StashClient.from_plugin({"Scheme": "http", "Host": "127.0.0.1", "Port": server.port}).close()
        assert server.heard == []


@pytest.mark.parametrize(
    ("given", "cookie"),
    [
        ({"SessionCookie": COOKIE}, ["session=abc"]),
        ({"SessionCookie": {**COOKIE, "Name": "other"}}, ["other=abc"]),
        ({"SessionCookie": {**COOKIE, "Value": ""}}, None),
        ({"SessionCookie": None}, None),
        ({}, None),
    ],
)
def test_a_plugins_cookie_goes_along(given: dict[str, Any], cookie: list[str] | None) -> None:
    with ScriptedServer(answer({"version": {}})) as server:
        client = StashClient.from_plugin({"Host": "0.0.0.0", "Port": server.port, **given})
        client.execute("{ version { version } }")
        assert server.heard[0].headers.get("cookie") == cookie


COOKIES = ["session=abc", ["abc"], {"Name": "session", "Value": "a\nb"}, {"Value": ["abc"]}, {"Name": 5, "Value": "a"}]


@pytest.mark.parametrize("cookie", COOKIES)
def test_a_cookie_that_is_none_is_refused(cookie: Any) -> None:
    with pytest.raises(DataError, match="SessionCookie"):
        StashClient.from_plugin({"SessionCookie": cookie})


def test_its_own_documents_are_sent_once() -> None:
    with ScriptedServer(hang_up) as server, StashClient.connect(server.url) as client:
        with pytest.raises(TransportError):
            client.execute("mutation { imageIncrementO(id: 5) }")
        assert len(server.heard) == 1


def test_its_timeout() -> None:
    with (
        ScriptedServer(stall()) as server,
        StashClient.connect(server.url, timeout=0.1) as client,
        pytest.raises(TransportError, match=r"within 0\.1 s"),
    ):
        client.find_image("5")
