"""The inputs of the image mutations: objects or dicts in, what is sent out; null clears, absent does not."""

from __future__ import annotations

from typing import Any

import pytest

from lib.client import inputs
from lib.client.models import (
    BulkImageUpdateInput,
    BulkUpdateIdMode,
    BulkUpdateIds,
    Gallery,
    Image,
    ImageDestroyInput,
    ImagesDestroyInput,
    ImageUpdateInput,
    Performer,
    Studio,
    Tag,
    VisualFile,
)
from lib.errors import DataError
from tests.support.ids import shown

FOUND = Image.from_dict(
    {
        "id": "5",
        "title": "Day",
        "o_counter": 3,
        "created_at": "2024-01-01T00:00:00Z",
        "visual_files": [{"id": "9", "path": "/library/a.png"}],
        "tags": [{"id": "1", "name": "sunset"}],
        "performers": [],
        "studio": {"id": "2", "name": "Studio Blue"},
    }
)

SENT: list[tuple[Any, Any, dict[str, Any]]] = [
    (inputs.update, {"id": 5, "title": None}, {"id": "5", "title": None}),
    (inputs.update, {"id": "5", "tag_ids": None, "urls": []}, {"id": "5", "tag_ids": None, "urls": []}),
    (inputs.update, ImageUpdateInput(id="5", tag_ids=[1]), {"id": "5", "tag_ids": ["1"]}),  # type: ignore[list-item]  # checked at run time too
    (inputs.update, ImageUpdateInput(id="5", rating100=None), {"id": "5", "rating100": None}),
    (inputs.image, Image(id="5", title="a", details=None), {"id": "5", "title": "a"}),
    (inputs.image, {"id": "5", "title": "a", "details": None}, {"id": "5", "title": "a"}),
    (inputs.image, {"id": "5", "tag_ids": ["1"]}, {"id": "5", "tag_ids": ["1"]}),
    (inputs.image, FOUND, {"id": "5", "title": "Day", "tag_ids": ["1"], "performer_ids": [], "studio_id": "2"}),
    (
        inputs.image,
        Image(id=5, tags=[Tag(id=1)], performers=[Performer(id="2")], galleries=[Gallery(id="3")], studio=Studio(id=4)),  # type: ignore[arg-type]  # checked at run time too
        {"id": "5", "tag_ids": ["1"], "performer_ids": ["2"], "gallery_ids": ["3"], "studio_id": "4"},
    ),
    (inputs.image, {"id": "5", "tags": [1, "2", Tag(id="3")]}, {"id": "5", "tag_ids": ["1", "2", "3"]}),
    (inputs.bulk, {"ids": [1, "2"], "title": None}, {"ids": ["1", "2"], "title": None}),
    (
        inputs.bulk,
        BulkImageUpdateInput(ids=["1"], tag_ids=BulkUpdateIds(ids=["3"], mode=BulkUpdateIdMode.ADD)),
        {"ids": ["1"], "tag_ids": {"ids": ["3"], "mode": "ADD"}},
    ),
    (inputs.destroy, {"id": 5, "delete_file": True}, {"id": "5", "delete_file": True}),
    (inputs.destroy, ImageDestroyInput(id="5", destroy_file_entry=None), {"id": "5"}),
    (inputs.destroy_many, {"ids": [2, "1", "2"]}, {"ids": ["2", "1"]}),
    (
        inputs.destroy_many,
        ImagesDestroyInput(ids=["1"], delete_generated=True),
        {"ids": ["1"], "delete_generated": True},
    ),
    (inputs.updates, [{"id": 1}, ImageUpdateInput(id=2)], [{"id": "1"}, {"id": "2"}]),  # type: ignore[list-item,arg-type]  # a list
]

REFUSED: list[tuple[Any, Any, str]] = [
    (inputs.update, {"title": "x"}, "update needs id"),
    (inputs.update, {"id": "5", "organized": None}, "update.organized: None"),
    (inputs.update, {"id": "5", "rating100": 101}, "update.rating100: 101"),
    (inputs.update, {"id": "5", "o_counter": 1}, "update has no o_counter; allowed: id, clientMutationId, title"),
    (inputs.update, "5", "update: '5'"),
    (inputs.updates, {"id": "5"}, "updates: .* a list"),
    (inputs.updates, [{"id": "5"}, {"id": "x"}], r"updates\[1\].id: 'x'"),
    (inputs.image, {"title": "x"}, "image needs id"),
    (
        inputs.image,
        {"id": "5", "o_counter": 1},
        "image has no o_counter; allowed: id, .*tags, performers, galleries, studio",
    ),
    (inputs.image, {"id": "5", "date": "31.12.2024"}, "image.date"),
    (inputs.image, {"id": "5", "tags": "1"}, "image.tags: '1' is not allowed; a list"),
    (inputs.image, {"id": "5", "tags": [{"name": "sunset"}]}, "image.tags: 'sunset' has no id"),
    (inputs.image, {"id": "5", "studio": "Studio Blue"}, "image.studio"),
    (inputs.image, {"id": "5", "tags": [], "tag_ids": ["1"]}, "both tags and tag_ids"),
    (inputs.bulk, {"title": "x"}, "input_data needs ids"),
    (inputs.bulk, {"ids": ["1"], "tag_ids": ["3"]}, "input_data.tag_ids: .* an object"),
    (inputs.bulk, {"ids": ["1"], "tag_ids": {"ids": ["3"]}}, "input_data.tag_ids.mode"),
    (inputs.bulk, {"ids": ["1"], "id": "2"}, "input_data has no id"),
    (inputs.destroy, {}, "input_data needs id"),
    (inputs.destroy, {"id": "5", "delete_file": "true"}, "input_data.delete_file"),
    (inputs.destroy_many, {"ids": ["1", None]}, r"input_data.ids\[1\]"),
    (inputs.destroy_many, {"ids": ["1"], "delete_files": True}, "input_data has no delete_files"),
]


@pytest.mark.parametrize(("check", "given", "sent"), SENT, ids=shown)
def test_is_sent(check: Any, given: Any, sent: Any) -> None:
    assert check(given) == sent


@pytest.mark.parametrize(("check", "given", "said"), REFUSED, ids=shown)
def test_is_refused(check: Any, given: Any, said: str) -> None:
    with pytest.raises(DataError, match=said):
        check(given)


def test_what_was_given_stays_as_it_is() -> None:
    image = Image(id="5", tags=[Tag(id="1")])
    update = {"id": "5", "tags": [{"id": "1"}], "title": None}
    inputs.image(image)
    inputs.image(update)
    assert image == Image(id="5", tags=[Tag(id="1")])
    assert update == {"id": "5", "tags": [{"id": "1"}], "title": None}


def test_a_new_image_is_a_path_and_what_to_set() -> None:
    assert inputs.new_image({"title": "a", "path": "/p.png", "code": None}) == ("/p.png", {"title": "a"})
    assert inputs.new_image(Image(title="a", path="/p.png", rating100=80)) == (
        "/p.png",
        {"title": "a", "rating100": 80},
    )


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"path": "/p.png"}, "image needs title"),
        ({"path": "/p.png", "title": " "}, "image.title"),
        ({"title": "a", "path": ""}, "image.path: ''"),
        ({"title": "a", "path": "/p.png", "id": "5"}, "image.id"),
        ({"title": "a", "path": "/p.png", "rating100": 500}, "image.rating100"),
        (
            Image(title="a", path="/p.png", o_counter=3),
            "image has no o_counter; allowed: path, clientMutationId, title,",
        ),
        ({"title": "a", "path": "/p.png", "primary_file_id": "1"}, "image has no primary_file_id"),
        (Image(title="a", path="/p.png", visual_files=[VisualFile(id="1")]), "image has no visual_files"),
    ],
    ids=shown,
)
def test_a_new_image_is_refused(given: Any, said: str) -> None:
    with pytest.raises(DataError, match=said):
        inputs.new_image(given)
