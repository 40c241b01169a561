"""The eleven image methods as plugin operations: processes that the server starts, arguments by the contract's names."""

from __future__ import annotations

import os
from typing import Any

import pytest

from tests.support.server import Server

FIELDS = (
    "id title code rating100 date details photographer o_counter organized urls created_at updated_at visual_files "
    "galleries studio tags performers"
)


@pytest.fixture
def id_(stash: Server, ids: dict[str, str]) -> str:
    stash.update(ids["misc/plain.png"], title="", rating100=None)
    return ids["misc/plain.png"]


def test_find_image(stash: Server, id_: str) -> None:
    image = stash.run_operation(mode="find_image", id=int(id_))
    assert set(image) == set(FIELDS.split())
    assert image["visual_files"][0]["basename"] == "plain.png"
    assert stash.run_operation(mode="find_image", id="999999") is None


def test_find_images(stash: Server, id_: str) -> None:
    found = stash.run_operation(
        mode="find_images",
        filter_={"per_page": 10, "direction": "desc"},
        image_filter={"path": {"value": "misc", "modifier": "INCLUDES"}},
        q="plain",
    )
    assert (found["count"], [image["id"] for image in found["images"]]) == (1, [id_])
    assert set(found) == {"count", "megapixels", "filesize", "images"}
    assert stash.run_operation(mode="find_images")["count"] == len(stash.ids())


def test_create_image(stash: Server, id_: str) -> None:
    path = os.path.join(stash.library, "misc", "plain.png")
    image = stash.run_operation(mode="create_image", image={"title": "Plain", "path": path})
    assert image["id"] == id_


def test_update_image(stash: Server, id_: str) -> None:
    image = stash.run_operation(mode="update_image", image={"id": id_, "title": "New", "details": None})
    assert image["title"] == "New"
    assert stash.image(id_, "title") == {"title": "New"}


def test_bulk_image_update(stash: Server, id_: str) -> None:
    changed = {"mode": "bulk_image_update", "input_data": {"ids": [id_], "rating100": 80}}
    assert stash.run_operation(**changed, return_fields="id rating100") == [{"id": id_, "rating100": 80}]
    assert set(stash.run_operation(**changed)[0]) == set(FIELDS.split())


def test_images_update(stash: Server, id_: str) -> None:
    updates = [{"id": "999999", "title": "x"}, {"id": id_, "title": "New"}]
    nothing, image = stash.run_operation(mode="images_update", updates=updates)
    assert nothing is None
    assert image["title"] == "New"
    assert any("Image 999999 was not updated" in line for line in stash.log())


def test_the_o_counter(stash: Server, id_: str) -> None:
    steps = ("increment", "increment", "decrement", "reset")
    assert [stash.run_operation(mode=f"image_{step}_o", id=id_) for step in steps] == [1, 2, 1, 0]


@pytest.mark.parametrize(
    ("mode", "name", "key"),
    [("image_destroy", "photos/bad_date.jpg", "id"), ("images_destroy", "photos/iptc_only.jpg", "ids")],
)
def test_destroying_files_needs_their_number(
    stash: Server, ids: dict[str, str], mode: str, name: str, key: str
) -> None:
    given = {key: ids[name] if key == "id" else [ids[name]], "delete_file": True}
    for confirm in ({}, {"confirm": 2}, {"confirm": None}):
        errors = stash.operation(mode=mode, input_data=given, **confirm)["errors"]
        assert (
            f"{mode} would permanently delete the files of 1 image(s). To confirm, set confirm: 1"
            in errors[0]["message"]
        )
    assert os.path.exists(os.path.join(stash.library, name))
    assert stash.run_operation(mode=mode, input_data=given, confirm=1) is True
    assert not os.path.exists(os.path.join(stash.library, name))


@pytest.mark.parametrize(("mode", "name"), [("image_destroy", "misc/photo.webp"), ("images_destroy", "ai/comfy.png")])
def test_destroying_without_files_needs_none(stash: Server, ids: dict[str, str], mode: str, name: str) -> None:
    given = {"id": ids[name]} if mode == "image_destroy" else {"ids": [ids[name]]}
    assert stash.run_operation(mode=mode, input_data=given) is True
    assert os.path.exists(os.path.join(stash.library, name))
    assert name not in stash.ids()


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ({}, "mode is missing; allowed: find_image, find_images"),
        ({"mode": "find_picture"}, "mode 'find_picture' is unknown; allowed: find_image"),
        ({"mode": ["find_image"]}, "is unknown; allowed"),
        ({"mode": "find_image"}, "find_image requires id (arguments: id)."),
        ({"mode": "find_image", "id": "5", "fields": "id"}, "find_image has no argument fields (allowed: id)."),
        ({"mode": "find_image", "id": "five"}, "find_image: id: 'five' is not allowed; an id is a whole number"),
        ({"mode": "find_images", "filter_": []}, "find_images: filter_: [] is not allowed; an object is expected"),
        ({"mode": "find_images", "image_filter": {"NOT": {}}}, "image_filter.NOT names no criterion"),
        ({"mode": "update_image", "image": {"title": "x"}}, "image needs id"),
        ({"mode": "update_image", "image": {"id": "999999", "title": "x"}}, "imageUpdate: image with id 999999 not"),
        ({"mode": "images_update", "updates": {"id": "5"}}, "images_update: updates: {'id': '5'} is not allowed"),
        ({"mode": "bulk_image_update", "input_data": {"ids": ["5"]}, "return_fields": "id }"}, "return_fields: 'id }'"),
        ({"mode": "image_destroy", "input_data": {}}, "input_data needs id"),
        ({"mode": "images_destroy", "input_data": {"ids": ["5"]}, "confirm": "one"}, "confirm: 'one' is not allowed"),
    ],
    ids=lambda value: (
        value.get("mode", "no mode") if isinstance(value, dict) and value.get("mode") != ["find_image"] else ""
    ),
)
def test_bad_arguments_are_answered_with_what_is_allowed(stash: Server, args: dict[str, Any], said: str) -> None:
    answer = stash.operation(**args)
    assert answer["data"] == {"runPluginOperation": None}
    message = answer["errors"][0]["message"]
    assert message.startswith("Image Tools: ")
    assert said in message


def test_invalid_argument_of_a_task_is_logged(stash: Server) -> None:
    stash.run_task(mode="statistics", limit=5)
    assert any("statistics has no argument limit (allowed: none)" in line for line in stash.log() if "Error" in line)
