"""bulk_image_update and images_update: many images, in batches, each all or nothing on the server."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from lib.client import StashClient, images
from lib.client.models import (
    BulkImageUpdateInput,
    BulkUpdateIdMode,
    BulkUpdateIds,
    BulkUpdateStrings,
    Image,
    ImageUpdateInput,
)
from lib.errors import TransportError, TransportQueryError
from lib.stash.address import Address
from lib.stash.connection import Connection
from tests.support.scripted_server import ScriptedServer, answer, errors, hang_up
from tests.support.server import Server

NAMES = [f"misc/{name}" for name in ("darktable.jpg", "lightroom.jpg", "photo.webp", "plain.png", "truncated.jpg")]


@pytest.fixture(scope="module")
def tag(stash: Server) -> str:
    return stash.create("tag", "a tag")


@pytest.fixture
def five(stash: Server, ids: dict[str, str]) -> list[str]:
    """Five images without title, tags and URLs."""
    for name in NAMES:
        stash.update(ids[name], title="", tag_ids=[], urls=[], rating100=None, organized=False)
    return [ids[name] for name in NAMES]


@pytest.fixture
def _batches_of_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "BATCH", 2)


def shown(stash: Server, ids: list[str], field: str) -> list[Any]:
    return [stash.image(id_, field)[field.partition("{")[0]] for id_ in ids]


def test_the_same_for_many(stash: Server, client: StashClient, five: list[str]) -> None:
    updated = client.bulk_image_update(BulkImageUpdateInput(ids=five[:4], rating100=60, organized=True))
    assert [isinstance(image, Image) and image.id for image in updated] == five[:4]
    assert shown(stash, five, "rating100") == [60, 60, 60, 60, None]
    assert shown(stash, five, "organized") == [True, True, True, True, False]


def test_return_fields_are_dicts_of_these_alone(client: StashClient, five: list[str], sent: list[Any]) -> None:
    assert client.bulk_image_update({"ids": five, "title": "x"}, return_fields="id") == [{"id": id_} for id_ in five]
    assert client.bulk_image_update({"ids": five[:1], "title": "x"}, "title tags{id}") == [{"title": "x", "tags": []}]
    assert "visual_files" not in sent[0]["query"]


@pytest.mark.parametrize(
    ("mode", "left"),
    [(BulkUpdateIdMode.SET, "b"), (BulkUpdateIdMode.ADD, "ab"), (BulkUpdateIdMode.REMOVE, "a")],
)
def test_lists_are_set_added_to_or_taken_from(
    stash: Server, client: StashClient, five: list[str], mode: BulkUpdateIdMode, left: str
) -> None:
    for id_ in five:
        stash.update(id_, urls=["a"])
    client.bulk_image_update(BulkImageUpdateInput(ids=five[:2], urls=BulkUpdateStrings(values=["b"], mode=mode)))
    assert shown(stash, five[:3], "urls") == [list(left), list(left), ["a"]]


@pytest.mark.since("v0.28.0")  # before, an image without a title shows the name of its file
def test_none_clears_as_the_server_does_it(stash: Server, client: StashClient, five: list[str], tag: str) -> None:
    client.bulk_image_update({"ids": five, "title": "x", "tag_ids": BulkUpdateIds(ids=[tag], mode="ADD")})
    client.bulk_image_update({"ids": five[:1], "title": None, "tag_ids": None})
    client.bulk_image_update({"ids": five[1:2], "tag_ids": {"ids": [], "mode": "SET"}})
    assert shown(stash, five[:3], "title") == ["", "x", "x"]
    assert shown(stash, five[:3], "tags{id}") == [[{"id": tag}], [], [{"id": tag}]]


@pytest.mark.usefixtures("_batches_of_two")
def test_batches(stash: Server, client: StashClient, five: list[str], sent: list[Any]) -> None:
    updated = client.bulk_image_update({"ids": five, "title": "x"}, "id")
    assert updated == [{"id": id_} for id_ in five]
    assert [request["variables"]["input"]["ids"] for request in sent] == [five[:2], five[2:4], five[4:]]
    assert shown(stash, five, "title") == ["x"] * 5


@pytest.mark.since("v0.28.0")  # before, an image without a title shows the name of its file
@pytest.mark.usefixtures("_batches_of_two")
def test_a_batch_that_fails_names_what_was_done(stash: Server, client: StashClient, five: list[str]) -> None:
    with pytest.raises(TransportQueryError, match="bulkImageUpdate: image with id 999999 not found") as caught:
        client.bulk_image_update({"ids": [*five[:3], "999999", five[4]], "title": "x"}, "id")
    assert caught.value.updated_ids == five[:2]
    assert shown(stash, five, "title") == ["x", "x", "", "", ""]


def test_no_ids_and_no_updates_ask_nothing(client: StashClient, sent: list[Any]) -> None:
    assert client.bulk_image_update({"ids": [], "title": "x"}) == []
    assert client.images_update([]) == []
    assert sent == []


def test_each_its_own_in_their_order(stash: Server, client: StashClient, five: list[str]) -> None:
    updates = [ImageUpdateInput(id=id_, title=f"of {id_}") for id_ in reversed(five)]
    updated = client.images_update(updates)
    assert [image and image.title for image in updated] == [f"of {id_}" for id_ in reversed(five)]
    assert shown(stash, five, "title") == [f"of {id_}" for id_ in five]


@pytest.mark.since("v0.28.0")  # before, an image without a title shows the name of its file
def test_one_that_fails_is_none_and_its_reason_is_logged(
    stash: Server, client: StashClient, five: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    updates: list[dict[str, Any]] = [
        {"id": five[0], "title": "a"},
        {"id": "999999", "title": "b"},
        {"id": five[1], "title": "c"},
        {"id": five[2], "title": "d", "tag_ids": ["999999"]},
        {"id": five[3], "title": "e"},
    ]
    with caplog.at_level(logging.ERROR):
        updated = client.images_update(updates)
    assert [image and image.id for image in updated] == [five[0], None, five[1], None, five[3]]
    assert shown(stash, five, "title") == ["a", "c", "", "e", ""]
    said = [record.getMessage() for record in caplog.records]
    assert said[0] == "Image 999999 was not updated: imagesUpdate: image with id 999999 not found"
    assert said[1].startswith(f"Image {five[2]} was not updated: imagesUpdate: ")
    assert len(said) == 2


def test_an_image_twice_gets_both(stash: Server, client: StashClient, five: list[str]) -> None:
    client.images_update([{"id": five[0], "title": "a"}, {"id": five[0], "title": "b"}])
    assert shown(stash, five[:1], "title") == ["b"]


@pytest.mark.since("v0.28.0")  # before, an image without a title shows the name of its file
def test_none_clears_one(stash: Server, client: StashClient, five: list[str]) -> None:
    stash.update(five[0], title="x", rating100=5)
    client.images_update([{"id": five[0], "title": None}])
    assert stash.image(five[0], "title rating100") == {"title": "", "rating100": 5}


@pytest.fixture
def broken() -> Iterator[Any]:
    """A client of a server that plays a script."""
    servers: list[ScriptedServer] = []

    def start(*script: Any) -> StashClient:
        servers.append(ScriptedServer(*script).__enter__())
        return StashClient(Connection(Address.parse(servers[-1].url), pauses=(0.01,)))

    yield start
    for server in servers:
        server.__exit__(None, None, None)


UPDATES = [{"id": str(number), "title": "x"} for number in range(1, 6)]


def updated(name: str, *ids: str) -> Any:
    return answer({name: [{"id": id_} for id_ in ids]})


@pytest.mark.usefixtures("_batches_of_two")
def test_a_connection_that_breaks_ends_it_with_what_was_done(broken: Any) -> None:
    client = broken(updated("imagesUpdate", "1", "2"), hang_up)
    with pytest.raises(TransportError) as caught:
        client.images_update(UPDATES)
    assert caught.value.updated_ids == ["1", "2"]
    client = broken(updated("bulkImageUpdate", "1", "2"), hang_up)
    with pytest.raises(TransportError) as caught:
        client.bulk_image_update({"ids": ["1", "2", "3"], "title": "x"})
    assert caught.value.updated_ids == ["1", "2"]


def test_a_connection_that_breaks_while_a_batch_is_halved(broken: Any) -> None:
    client = broken(errors("image with id 4 not found"), updated("imagesUpdate", "1", "2"), hang_up)
    with pytest.raises(TransportError) as caught:
        client.images_update(UPDATES)
    assert caught.value.updated_ids == ["1", "2"]


def test_a_locked_database_is_no_images_fault(broken: Any) -> None:
    client = broken(errors("database is locked"))
    with pytest.raises(TransportQueryError, match="database is locked") as caught:
        client.images_update(UPDATES)
    assert caught.value.updated_ids == []


def test_an_image_that_a_hook_deleted_is_none(broken: Any, caplog: pytest.LogCaptureFixture) -> None:
    client = broken(answer({"imagesUpdate": [{"id": "1"}, None]}))
    assert client.images_update(UPDATES[:2]) == [Image(id="1"), None]
    assert "Image 2 was changed, but doesn't exist" in caplog.text
    client = broken(answer({"imageUpdate": None}))
    with pytest.raises(TransportQueryError, match="Image 1 was changed, but doesn't exist"):
        client.update_image(UPDATES[0])
