"""update_image: what is set, what stays, what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from lib.client import StashClient
from lib.client.models import Image, Performer, Studio, Tag
from lib.errors import TransportQueryError
from tests.support.server import Server

FIELDS = (
    "title code rating100 date details photographer organized urls tags{id} performers{id} galleries{id} studio{id}"
)


@pytest.fixture(scope="module")
def named(stash: Server) -> dict[str, str]:
    """One of each that an image can refer to."""
    return {kind: stash.create(kind, f"a {kind}") for kind in ("tag", "performer", "studio", "gallery")}


@pytest.fixture
def id_(stash: Server, ids: dict[str, str]) -> str:
    """An image as the scan left it."""
    empty = {"title": "", "code": "", "details": "", "photographer": "", "date": None, "rating100": None}
    lists: dict[str, Any] = {name: [] for name in ("urls", "tag_ids", "performer_ids", "gallery_ids")}
    stash.update(ids["misc/plain.png"], **empty, **lists, organized=False, studio_id=None)
    return ids["misc/plain.png"]


def test_every_field_of_an_image_is_set(stash: Server, client: StashClient, id_: str, named: dict[str, str]) -> None:
    image = Image(
        id=id_,
        title="A day",
        code="C-1",
        rating100=80,
        date="2011-05-01",
        details="Long\nlines",
        photographer="Ada",
        organized=True,
        urls=["https://example.org/b", "https://example.org/a"],
        tags=[Tag(id=named["tag"])],
        performers=[Performer(id=named["performer"])],
        studio=Studio(id=named["studio"]),
    )
    updated = client.update_image(image)
    shown = stash.image(id_, FIELDS)
    assert shown["urls"] == ["https://example.org/b", "https://example.org/a"]
    assert (shown["rating100"], shown["organized"], shown["studio"]) == (80, True, {"id": named["studio"]})
    assert (shown["tags"], shown["performers"]) == ([{"id": named["tag"]}], [{"id": named["performer"]}])
    assert {name: getattr(updated, name) for name in ("title", "code", "date", "details", "photographer")} == {
        name: shown[name] for name in ("title", "code", "date", "details", "photographer")
    }
    assert updated.o_counter == 0
    assert updated.visual_files


@pytest.mark.parametrize("kind", [Image, dict])
def test_none_is_ignored(stash: Server, client: StashClient, id_: str, kind: Any) -> None:
    stash.update(id_, title="kept", details="kept", rating100=5, urls=["u"])
    client.update_image(kind(id=id_, title=None, details="new", rating100=None, urls=None))
    shown = stash.image(id_, "title details rating100 urls")
    assert shown == {"title": "kept", "details": "new", "rating100": 5, "urls": ["u"]}


def test_only_what_is_set_is_sent(client: StashClient, id_: str, sent: list[Any]) -> None:
    client.update_image(Image(id=id_, title="x", date=None))
    assert [request["variables"] for request in sent] == [{"input": {"id": id_, "title": "x"}}]


@pytest.mark.since("v0.28.0")  # before, an image without a title shows the name of its file
def test_empty_clears(stash: Server, client: StashClient, id_: str, named: dict[str, str]) -> None:
    stash.update(id_, title="x", date="2020-01-01", tag_ids=[named["tag"]])
    client.update_image(Image(id=id_, title="", date="", tags=[]))
    assert stash.image(id_, "title date tags{id}") == {"title": "", "date": None, "tags": []}


def test_an_image_that_was_found_can_be_changed_and_given_back(
    stash: Server, client: StashClient, id_: str, named: dict[str, str]
) -> None:
    stash.update(id_, tag_ids=[named["tag"]], gallery_ids=[named["gallery"]], title="before")
    image = client.find_image(id_)
    assert image is not None
    image.title = "after"
    client.update_image(image)
    shown = stash.image(id_, "title tags{id} galleries{id}")
    assert shown == {"title": "after", "tags": [{"id": named["tag"]}], "galleries": [{"id": named["gallery"]}]}


def test_an_image_that_is_not_there(client: StashClient) -> None:
    with pytest.raises(TransportQueryError, match="imageUpdate: image with id 999999 not found"):
        client.update_image(Image(id="999999", title="x"))


@pytest.mark.since("v0.28.0")  # before, an image without a title shows the name of its file
def test_a_name_that_the_server_does_not_know(stash: Server, client: StashClient, id_: str) -> None:
    with pytest.raises(TransportQueryError, match="FOREIGN KEY"):
        client.update_image(Image(id=id_, title="x", tags=[Tag(id="999999")]))
    assert stash.image(id_, "title") == {"title": ""}
