"""image_destroy and images_destroy: what is gone, what stays, and never a second time."""

from __future__ import annotations

import os
from typing import Any

import pytest

from lib.client import StashClient
from lib.client.models import ImageDestroyInput, ImagesDestroyInput
from lib.errors import TransportError, TransportQueryError
from tests.support.scripted_server import ScriptedServer, hang_up, http
from tests.support.server import Server


def is_file(stash: Server, name: str) -> bool:
    return os.path.exists(os.path.join(stash.library, *name.split("/")))


def is_image(stash: Server, id_: str) -> bool:
    return stash.ask("query($id: ID!) { findImage(id: $id) { id } }", {"id": id_})["findImage"] is not None


@pytest.mark.parametrize(
    ("name", "given", "file_stays"),
    [
        ("misc/plain.png", {}, True),
        ("misc/photo.webp", {"delete_generated": True}, True),
        ("misc/truncated.jpg", {"delete_file": True}, False),
        ("misc/lightroom.jpg", {"delete_file": False, "destroy_file_entry": None}, True),
    ],
)
def test_an_image_is_destroyed(
    stash: Server, client: StashClient, ids: dict[str, str], name: str, given: dict[str, Any], *, file_stays: bool
) -> None:
    assert client.image_destroy(ImageDestroyInput(id=ids[name], **given)) is True
    assert not is_image(stash, ids[name])
    assert is_file(stash, name) is file_stays


def test_many_are_destroyed_each_once(stash: Server, client: StashClient, ids: dict[str, str]) -> None:
    one, two = ids["photos/bad_date.jpg"], ids["photos/iptc_only.jpg"]
    assert client.images_destroy(ImagesDestroyInput(ids=[one, int(two), one], delete_file=True)) is True  # type: ignore[list-item]  # checked at run time too
    assert not is_image(stash, one)
    assert not is_image(stash, two)
    assert not is_file(stash, "photos/bad_date.jpg")


def test_one_that_cannot_be_keeps_all(stash: Server, client: StashClient, ids: dict[str, str]) -> None:
    with pytest.raises(TransportQueryError, match="imagesDestroy: image with id 999999 not found"):
        client.images_destroy({"ids": [ids["ai/a1111.png"], "999999"], "delete_file": True})
    assert is_image(stash, ids["ai/a1111.png"])
    assert is_file(stash, "ai/a1111.png")


def test_one_that_is_not_there(client: StashClient) -> None:
    with pytest.raises(TransportQueryError, match="imageDestroy: image with id 999999 not found"):
        client.image_destroy({"id": "999999"})


def test_none_asks_nothing(client: StashClient, sent: list[Any]) -> None:
    assert client.images_destroy({"ids": []}) is True
    assert sent == []


@pytest.mark.parametrize("line", [hang_up, http("503 Service Unavailable")], ids=["hang up", "503"])
def test_it_is_never_repeated(line: Any) -> None:
    with ScriptedServer(line) as server, StashClient.connect(server.url) as client:
        with pytest.raises(TransportError):
            client.image_destroy({"id": "5"})
        with pytest.raises(TransportError):
            client.images_destroy({"ids": ["5"]})
        assert len(server.heard) == 2
