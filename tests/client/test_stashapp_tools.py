"""stashapp-tools on our connection: no request before it is asked something, its callers get data or our errors."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from stashapi.stashapp import StashInterface

from lib.client import StashClient
from lib.errors import TransportConnectionFailed, TransportQueryError
from tests.support.scripted_server import closed_port
from tests.support.server import Server


def test_it_asks_nothing_by_itself(client: StashClient, sent: list[Any]) -> None:
    assert isinstance(client.tools, StashInterface)
    assert client.tools is client.tools
    assert sent == []


def test_find_tag_by_name_alias_and_id(stash: Server, client: StashClient) -> None:
    document = "mutation($input: TagCreateInput!) { tagCreate(input: $input) { id } }"
    id_ = stash.ask(document, {"input": {"name": "sunset", "aliases": ["dusk"]}})["tagCreate"]["id"]
    assert client.tools.find_tag("sunset")["id"] == id_
    assert client.tools.find_tag("dusk")["name"] == "sunset"
    assert client.tools.find_tag(int(id_))["aliases"] == ["dusk"]
    assert client.tools.find_tag("no such tag") is None
    assert client.tools.find_tag("made now", create=True)["name"] == "made now"


def test_its_fragments_are_asked_for_once_and_only_where_needed(client: StashClient, sent: list[Any]) -> None:
    client.tools.find_tag("a")
    assert len(sent) == 1
    client.tools.find_image(999999)
    client.tools.find_tag(999999)
    assert sum("__schema" in request["query"] for request in sent) == 1


def test_its_find_images(client: StashClient, ids: dict[str, str]) -> None:
    found = client.tools.find_images(filter={"per_page": 2, "sort": "id"}, fragment="id title")
    assert [image["id"] for image in found] == sorted(ids.values(), key=int)[:2]


def test_a_scan_can_be_waited_for(stash: Server, client: StashClient, ids: dict[str, str]) -> None:
    (Path(stash.library) / "misc" / "copied.png").write_bytes(
        (Path(stash.library) / "ai" / "comfy.png").read_bytes() + b" "
    )
    job = client.tools.metadata_scan(paths=[stash.library])
    assert client.tools.wait_for_job(job, period=0.05) in {True, None}
    stash.wait_idle()
    assert set(stash.ids()) - set(ids) == {"misc/copied.png"}


def test_its_version_is_asked_when_needed(client: StashClient, sent: list[Any]) -> None:
    assert client.tools.version.minor >= 25
    assert client.tools.version.pad_version() == client.tools.version.pad_version()
    assert len(sent) == 1


def test_graphql_errors_are_ours(client: StashClient) -> None:
    with pytest.raises(TransportQueryError, match="nonsense"):
        client.tools.call_GQL("{ findImage(id: 1) { nonsense } }")


def test_a_server_that_is_not_there_is_ours_too() -> None:
    with (
        StashClient.connect(f"http://127.0.0.1:{closed_port()}") as client,
        pytest.raises(TransportConnectionFailed),
    ):
        client.tools.find_tag("a")


def test_its_enums_and_paths_are_sent_as_it_sends_them(client: StashClient) -> None:
    class Direction(Enum):
        DOWN = "DESC"

    variables = {"filter": {"direction": Direction.DOWN, "q": Path("plain.png")}}
    document = "query($filter: FindFilterType) { findImages(filter: $filter) { count } }"
    assert client.tools.call_GQL(document, variables)["findImages"]["count"] == 1
    assert variables["filter"]["direction"] is Direction.DOWN, "the caller's own dict stays as it is"
