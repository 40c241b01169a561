"""find_image and find_images on the sample library."""

from __future__ import annotations

from typing import Any

import pytest

from lib.client import StashClient, images
from lib.client.models import FindImagesResultType, Image, SortDirectionEnum
from lib.errors import DataError, TransportQueryError
from tests.support.ids import shown
from tests.support.server import Server

RED_DRESS = "sets/Grace Hopper/[2022-05-28] Studio Blue - Red Dress"


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "PAGE", 10)


def found(result: FindImagesResultType) -> list[str]:
    return [str(image.id) for image in result.images]


def test_find_image_has_every_field(stash: Server, client: StashClient, ids: dict[str, str]) -> None:
    tag, studio = stash.create("tag", "fields"), stash.create("studio", "fields")
    id_ = ids["photos/rotated.jpg"]
    stash.update(id_, title="Turned", rating100=80, date="2020-02-03", tag_ids=[tag], studio_id=studio, urls=["u"])
    image = client.find_image(id_)
    assert isinstance(image, Image)
    assert (image.id, image.title, image.rating100, image.date) == (id_, "Turned", 80, "2020-02-03")
    assert (image.urls, image.o_counter, image.organized, image.details) == (["u"], 0, False, "")
    assert [tag.name for tag in image.tags or []] == ["fields"]
    assert image.studio is not None
    assert image.studio.name == "fields"
    files = image.visual_files or []
    assert [(file.basename, file.duration) for file in files] == [("rotated.jpg", None)]
    assert {files[0].width, files[0].height} == {100, 200}, "as it is turned, from v0.27 on"
    assert [print_.type for print_ in files[0].fingerprints or []] == ["md5"]


def test_find_image_in_a_zip_and_an_animation(client: StashClient, ids: dict[str, str]) -> None:
    page = client.find_image(ids["comics/book.zip/page02.jpg"])
    animation = client.find_image(ids["misc/animated.gif"])
    assert page is not None
    assert page.galleries
    assert animation is not None
    assert [file.duration for file in animation.visual_files or []] == [0.2]


@pytest.mark.parametrize("kind", [str, int])
def test_find_image_by_text_or_number(client: StashClient, ids: dict[str, str], kind: Any) -> None:
    image = client.find_image(kind(ids["misc/plain.png"]))
    assert image is not None
    assert image.id == ids["misc/plain.png"]


def test_find_image_of_no_image_is_none(client: StashClient) -> None:
    assert client.find_image("999999") is None


def test_without_a_filter_all_images_come_in_pages(
    stash: Server, client: StashClient, ids: dict[str, str], sent: list[Any]
) -> None:
    result = client.find_images()
    sums = stash.ask("{ findImages(filter: {per_page: 0}) { count megapixels filesize } }")["findImages"]
    assert sorted(found(result)) == sorted(ids.values())
    assert (result.count, result.megapixels, result.filesize) == (25, sums["megapixels"], sums["filesize"])
    assert [request["variables"]["filter"]["page"] for request in sent] == [1, 2, 3]
    assert ["megapixels" in request["query"] for request in sent] == [True, False, False]


@pytest.mark.parametrize(
    ("filter_", "pages"),
    [
        ({"sort": "path"}, 1),
        ({"per_page": 3, "page": 2, "sort": "id"}, 1),
        ({"per_page": 0}, 1),
        ({"per_page": -1, "sort": "path"}, 3),
        ({"per_page": 12, "sort": "id"}, 2),
        ({"per_page": 12, "page": 2, "sort": "id", "direction": "DESC"}, 2),
        ({"per_page": 12, "page": 3, "sort": "id"}, 1),
        ({"per_page": 12, "page": 4, "sort": "id"}, 1),
        ({"per_page": 1_000_000, "sort": "title"}, 3),
        ({"per_page": 12, "page": -5, "sort": "filesize"}, 2),
        ({"per_page": 25, "sort": "random_42"}, 3),
    ],
    ids=shown,
)
def test_pages_are_those_of_the_server(
    stash: Server, client: StashClient, sent: list[Any], filter_: dict[str, Any], pages: int
) -> None:
    document = "query($filter: FindFilterType) { findImages(filter: $filter) { count images { id } } }"
    expected = stash.ask(document, {"filter": filter_})["findImages"]
    result = client.find_images(filter_)
    assert found(result) == [image["id"] for image in expected["images"]]
    assert result.count == expected["count"]
    assert len(sent) == pages


@pytest.mark.parametrize("sort", [None, "", "random"])
def test_pages_never_overlap(client: StashClient, ids: dict[str, str], sort: str | None) -> None:
    assert sorted(found(client.find_images({"per_page": -1, "sort": sort}))) == sorted(ids.values())


@pytest.mark.parametrize("direction", ["DESC", "desc", "Desc", SortDirectionEnum.DESC])
def test_a_direction_in_any_case(client: StashClient, ids: dict[str, str], direction: Any) -> None:
    last = sorted(map(int, ids.values()))[:-3:-1]
    assert found(client.find_images({"per_page": 2, "sort": "id", "direction": direction})) == [*map(str, last)]


@pytest.mark.parametrize(
    ("filter_", "q", "names"),
    [
        ({"q": "plain"}, None, ["misc/plain.png"]),
        ({"q": "plain"}, "rotated", ["photos/rotated.jpg"]),
        (None, "rotated", ["photos/rotated.jpg"]),
        ({"q": "rotated"}, "", None),
        (None, '"Red Dress" -002', [f"{RED_DRESS}/001.jpg", f"{RED_DRESS}/003.jpg"]),
        (None, "'; DROP", ["misc/'; DROP TABLE images; --.jpg"]),
        (None, "夏", ["photos/unicode/Łódź – été 夏.jpg"]),
        (None, "no such thing", []),
    ],
    ids=shown,
)
def test_q_wins_over_the_one_in_the_filter(
    client: StashClient, ids: dict[str, str], filter_: Any, q: str | None, names: list[str] | None
) -> None:
    expected = sorted(ids.values()) if names is None else [ids[name] for name in names]
    assert sorted(found(client.find_images(filter_ and {**filter_, "per_page": -1}, q=q))) == sorted(expected)


def test_an_image_filter_narrows(client: StashClient, ids: dict[str, str]) -> None:
    in_zip = {"path": {"value": "book.zip", "modifier": "INCLUDES"}}
    pages = [ids[f"comics/book.zip/page0{number}.jpg"] for number in (1, 2, 3)]
    assert found(client.find_images({"sort": "id"}, in_zip)) == pages
    assert found(
        client.find_images(None, {**in_zip, "NOT": {"path": {"value": "page02", "modifier": "INCLUDES"}}})
    ) == [
        pages[0],
        pages[2],
    ]
    assert client.find_images(None, in_zip, q="page03").count == 1


@pytest.mark.parametrize(
    "image_filter",
    [
        {"tags": {"value": [], "modifier": "INCLUDES"}},
        {"performers": {"value": ["1"], "modifier": "LESS_THAN"}},
        {"galleries": {"value": ["1"], "modifier": "EQUALS"}},
        {"orientation": {"value": []}},
        {"NOT": {}},
        pytest.param({"tags_filter": {}}, marks=pytest.mark.since("v0.27.0")),
        {"path": {"value": "", "modifier": "INCLUDES"}},
    ],
    ids=shown,
)
def test_what_the_server_ignores_is_refused(
    stash: Server, client: StashClient, sent: list[Any], image_filter: dict[str, Any]
) -> None:
    document = "query($filter: ImageFilterType) { findImages(image_filter: $filter) { count } }"
    assert stash.ask(document, {"filter": image_filter})["findImages"]["count"] == 25, "the server ignores it"
    with pytest.raises(DataError, match="image_filter"):
        client.find_images(None, image_filter)
    assert sent == []


def test_a_second_tags_criterion_is_refused(stash: Server, client: StashClient, ids: dict[str, str]) -> None:
    one, two = stash.create("tag", "one"), stash.create("tag", "two")
    stash.update(ids["misc/plain.png"], tag_ids=[one])
    both: dict[str, Any] = {
        "tags": {"value": [one], "modifier": "INCLUDES"},
        "AND": {"tags": {"value": [two], "modifier": "INCLUDES"}},
    }
    document = "query($filter: ImageFilterType) { findImages(image_filter: $filter) { images { id } } }"
    assert stash.ask(document, {"filter": both})["findImages"]["images"] == [{"id": ids["misc/plain.png"]}]
    with pytest.raises(DataError, match="ignores a second one"):
        client.find_images(None, both)
    assert client.find_images(None, {"tags": {"value": [one, two], "modifier": "INCLUDES_ALL"}}).count == 0


@pytest.mark.parametrize(
    ("filter_", "image_filter", "said"),
    [
        pytest.param(
            {"sort": "nonsense"}, None, "findImages: invalid sort: nonsense", marks=pytest.mark.since("v0.26.0")
        ),
        (None, {"nonsense": 1}, "unknown field"),
        pytest.param(
            None,
            {"path": {"value": "page0[", "modifier": "MATCHES_REGEX"}},
            "error parsing regexp",
            marks=pytest.mark.since("v0.26.0"),
        ),
    ],
    ids=shown,
)
def test_the_servers_own_refusal(client: StashClient, filter_: Any, image_filter: Any, said: str) -> None:
    with pytest.raises(TransportQueryError, match=said) as caught:
        client.find_images(filter_, image_filter)
    assert said.rpartition(": ")[2] in caught.value.errors[0]["message"]
