"""iter_images: any number of images by id, one page in memory."""

from __future__ import annotations

from typing import Any

import pytest

from lib.client import StashClient
from lib.errors import DataError
from lib.stash import paging
from tests.support.server import Server

IN_SETS = {"path": {"value": "sets", "modifier": "INCLUDES"}}


@pytest.mark.parametrize("page_size", [1, 7, 25, 1000])
def test_every_image_once_in_the_order_of_ids(client: StashClient, ids: dict[str, str], page_size: int) -> None:
    walked = [image["id"] for image in client.iter_images(page_size=page_size)]
    assert walked == sorted(ids.values(), key=int)


def test_a_page_at_a_time(client: StashClient, sent: list[Any]) -> None:
    images = client.iter_images(page_size=10)
    assert sent == []
    for _ in range(10):
        next(images)
    assert len(sent) == 1
    next(images)
    assert len(sent) == 2


def test_closing_it_ends_it(client: StashClient, sent: list[Any]) -> None:
    images = client.iter_images(page_size=10)
    next(images)
    images.close()
    assert list(images) == []
    assert len(sent) == 1


@pytest.mark.parametrize(
    ("fields", "keys"),
    [
        ("id title", {"id", "title"}),
        ("title", {"title"}),
        ("tags{id}", {"tags"}),
        ("id visual_files{... on BaseFile{path}}", {"id", "visual_files"}),
    ],
)
def test_the_fields_that_were_asked_for_and_no_others(client: StashClient, fields: str, keys: set[str]) -> None:
    assert all(set(image) == keys for image in client.iter_images(fields=fields, page_size=10))


@pytest.mark.parametrize(
    ("image_filter", "names"),
    [
        (IN_SETS, ["001", "002", "003"]),
        ({**IN_SETS, "NOT": {"path": {"value": "002", "modifier": "INCLUDES"}}}, ["001", "003"]),
        ({"path": {"value": "page01", "modifier": "INCLUDES"}, "OR": IN_SETS}, ["page01", "001", "002", "003"]),
        ({"id": {"value": 0, "modifier": "LESS_THAN"}}, []),
    ],
    ids=["plain", "not", "or", "none"],
)
def test_a_filter_narrows(
    client: StashClient, ids: dict[str, str], image_filter: dict[str, Any], names: list[str]
) -> None:
    by_id = {id_: name.rpartition("/")[2].partition(".")[0] for name, id_ in ids.items()}
    assert [by_id[image["id"]] for image in client.iter_images(image_filter, page_size=1)] == names


def test_what_changes_meanwhile_is_neither_skipped_nor_seen_twice(
    stash: Server, client: StashClient, ids: dict[str, str]
) -> None:
    walked = []
    for image in client.iter_images({"organized": False}, "id", page_size=5):
        stash.update(image["id"], organized=True)
        walked.append(image["id"])
    assert walked == sorted(ids.values(), key=int)
    assert list(client.iter_images({"organized": False}, "id")) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"fields": "id }"}, "fields: "),
        ({"fields": ""}, "fields: "),
        ({"page_size": 0}, "page_size: 0"),
        ({"page_size": 2.5}, "page_size: 2.5"),
        ({"page_size": True}, "page_size: True"),
        ({"image_filter": {"NOT": {}}}, "image_filter.NOT"),
    ],
)
def test_what_is_refused_is_refused_at_once(
    client: StashClient, sent: list[Any], arguments: dict[str, Any], said: str
) -> None:
    with pytest.raises(DataError, match=said):
        client.iter_images(**arguments)
    assert sent == []


IDS = [str(number) for number in range(1, 1001)]


def test_sample_depends_on_its_seed() -> None:
    chosen = paging.sample(IDS, 50, "a")
    assert len(set(chosen)) == 50
    assert chosen == paging.sample(reversed(IDS), 50, "a") != paging.sample(IDS, 50, "b")
    assert paging.sample(IDS, 50, 7) == paging.sample(IDS, 50, "7")
    assert sorted(paging.sample(IDS[:5], 50, "a")) == IDS[:5]


def test_sample_stays_when_images_are_added() -> None:
    fewer = set(paging.sample(IDS[:900], 50, "a"))
    assert len(fewer & set(paging.sample(IDS, 50, "a"))) > 35
