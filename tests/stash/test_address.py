"""Where a Stash answers, from what people write and from what Stash tells its plugins."""

from __future__ import annotations

from typing import Any

import pytest

from lib.errors import DataError
from lib.stash.address import Address
from tests.support.ids import shown


@pytest.mark.parametrize(
    ("url", "base", "loopback"),
    [
        ("http://localhost:9999", "http://localhost:9999", True),
        ("localhost:9999", "http://localhost:9999", True),
        ("http://localhost:9999/graphql", "http://localhost:9999", True),
        ("http://localhost:9999/graphql/", "http://localhost:9999", True),
        ("http://0.0.0.0:9999", "http://127.0.0.1:9999", True),
        ("http://[::]:9999", "http://[::1]:9999", True),
        ("http://[::1]:9999", "http://[::1]:9999", True),
        ("http://127.1.2.3", "http://127.1.2.3", True),
        ("http://192.168.1.5:9999", "http://192.168.1.5:9999", False),
        ("https://stash.example/media/", "https://stash.example/media", False),
        ("https://stash.example/media/graphql", "https://stash.example/media", False),
        ("http://localhost.example", "http://localhost.example", False),
    ],
)
def test_an_address_that_people_write(url: str, base: str, *, loopback: bool) -> None:
    assert Address.parse(url) == Address(base, loopback)


@pytest.mark.parametrize(
    ("given", "base"),
    [
        ({}, "http://127.0.0.1:9999"),
        ({"Scheme": "http", "Host": "0.0.0.0", "Port": 9999}, "http://127.0.0.1:9999"),
        ({"Scheme": "https", "Host": "192.168.1.5", "Port": 443}, "https://192.168.1.5:443"),
        ({"Scheme": "http", "Host": "[::]", "Port": 9999}, "http://[::1]:9999"),
        ({"Scheme": "http", "Host": "[fd00::5]", "Port": 9999}, "http://[fd00::5]:9999"),
        ({"Scheme": "", "Host": "", "Port": 0}, "http://127.0.0.1:9999"),
    ],
    ids=shown,
)
def test_an_address_that_stash_tells(given: dict[str, Any], base: str) -> None:
    assert Address.of_plugin(given).base == base


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://",
        "ftp://localhost",
        "http://localhost:port",
        "http://localhost:70000",
        "http://[::1",
        "http://user:secret@localhost:9999",
        "user:secret@localhost",
        "http://user:sec/ret@localhost:9999",
        "http://localhost:9999?apikey=secret",
        "ftp://localhost/?apikey=secret",
        "https:user:secret@host//x",
        "http://user:correct\nsecret@host:99999999",
        "http://user:12/secret@127.0.0.1:1",
        "http://127.0.0.1:x#apikey=secret",
        "http://127.0.0.1:1;apikey=secret",
        "http://127.0.0.1:1/graphql;apikey=secret",
        r"http:\\user:secret",
        None,
        9999,
    ],
    ids=shown,
)
def test_what_is_no_address_is_refused_without_its_credentials(url: Any) -> None:
    with pytest.raises(DataError) as caught:
        Address.parse(url)
    assert "sec" not in str(caught.value)


def test_what_stash_tells_may_be_wrong_too() -> None:
    with pytest.raises(DataError, match="Invalid Stash URL"):
        Address.of_plugin({"Scheme": "gopher"})
    with pytest.raises(DataError, match="Invalid Stash URL"):
        Address.of_plugin({"Port": "many"})
