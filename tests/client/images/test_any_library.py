"""What only reads, on any library: also that of a running Stash (STASH_URL)."""

from __future__ import annotations

from itertools import islice
from typing import Any

import pytest

from lib.client import StashClient
from lib.stash import capabilities
from lib.stash.settings import Settings
from tests.support.server import Server

pytestmark = pytest.mark.reads


def count(stash: Server, image_filter: dict[str, Any] | None = None) -> int:
    document = "query($filter: ImageFilterType) { findImages(image_filter: $filter, filter: {per_page: 0}) { count } }"
    found: int = stash.ask(document, {"filter": image_filter})["findImages"]["count"]
    return found


def test_a_page_and_its_count(stash: Server, client: StashClient) -> None:
    result = client.find_images({"per_page": 5, "sort": "id"})
    assert result.count == count(stash)
    assert len(result.images) == min(5, result.count)


def test_each_image_of_a_page_is_found_alone(client: StashClient) -> None:
    for image in client.find_images({"per_page": 3, "sort": "id"}).images:
        assert client.find_image(str(image.id)) == image


def test_no_image_is_none(client: StashClient) -> None:
    assert client.find_image("999999999999") is None


def test_walking_goes_up_and_ends(stash: Server, client: StashClient) -> None:
    walked = [int(image["id"]) for image in islice(client.iter_images(fields="id", page_size=100), 1000)]
    assert walked == sorted(set(walked))
    assert len(walked) == min(1000, count(stash))


def test_a_filter_counts_as_the_server_does(stash: Server, client: StashClient) -> None:
    for image_filter in (
        {"organized": True},
        {"is_missing": "title"},
        {"tag_count": {"value": 0, "modifier": "EQUALS"}},
    ):
        assert client.find_images({"per_page": 1}, image_filter).count == count(stash, image_filter)


def test_what_the_server_is(stash: Server, client: StashClient) -> None:
    assert (
        capabilities.get_capabilities(client.connection).version
        == stash.ask("{ version { version } }")["version"]["version"]
    )
    assert "jpg" in capabilities.get_libraries(client.connection).image_extensions
    assert isinstance(Settings.read(client.connection), Settings)


def test_stashapp_tools(client: StashClient) -> None:
    assert str(client.tools.stash_version()).startswith("v")
