"""Bad data is a ValueError before anything is sent: every method, and everything that the server would not check."""

from __future__ import annotations

from typing import Any

import pytest

from lib.client import StashClient
from lib.client.models import BulkImageUpdateInput, Image, ImageDestroyInput, ImagesDestroyInput, ImageUpdateInput

BAD_IDS: list[Any] = ["", "abc", "1.5", "-1", None, True, 1.5, "1 OR 1=1"]

CALLS: list[tuple[str, tuple[Any, ...]]] = [
    *[
        (method, (id_,))
        for method in ("find_image", "image_increment_o", "image_decrement_o", "image_reset_o")
        for id_ in BAD_IDS
    ],
    *[("image_destroy", ({"id": id_},)) for id_ in BAD_IDS],
    *[("images_destroy", ({"ids": ["1", id_]},)) for id_ in BAD_IDS],
    *[("bulk_image_update", ({"ids": ["1", id_], "title": "x"},)) for id_ in BAD_IDS],
    *[("update_image", ({"id": id_, "title": "x"},)) for id_ in BAD_IDS],
    *[("images_update", ([{"id": "1"}, {"id": id_}],)) for id_ in BAD_IDS],
    ("image_destroy", (ImageDestroyInput(),)),  # type: ignore[call-arg]  # checked at run time too
    ("image_destroy", ("5",)),
    ("image_destroy", ({"id": "5", "delete_file": "yes"},)),
    ("images_destroy", (ImagesDestroyInput(),)),  # type: ignore[call-arg]  # checked at run time too
    ("images_destroy", ({"ids": "5"},)),
    ("images_destroy", ({"id": "5"},)),
    ("find_images", ("plain",)),
    ("find_images", ({"direction": "down"},)),
    ("find_images", ({"per_page": "all"},)),
    ("find_images", ({"limit": 5},)),
    ("find_images", (None, {"tags": {"value": [], "modifier": "INCLUDES"}})),
    ("find_images", (None, "title")),
    ("find_images", (None, None, 5)),
    ("create_image", ({},)),
    ("create_image", ({"title": ""},)),
    ("create_image", ({"title": 5},)),
    ("create_image", (Image(details="no title"),)),
    ("create_image", (Image(title="x", id="5"),)),
    ("create_image", (Image(title="x", rating100=101),)),
    ("create_image", ("title",)),
    ("update_image", (Image(title="no id"),)),
    ("update_image", (Image(id="5", rating100=-1),)),
    ("update_image", (Image(id="5", date="31/12/2024"),)),
    ("update_image", (Image(id="5", organized="yes"),)),  # type: ignore[arg-type]  # checked at run time too
    ("update_image", (Image(id="5", urls="https://example.org"),)),  # type: ignore[arg-type]  # checked at run time too
    ("update_image", (Image(id="5", urls=[""]),)),
    ("update_image", ({"id": "5", "tittle": "x"},)),
    ("bulk_image_update", (BulkImageUpdateInput(title="x"),)),  # type: ignore[call-arg]  # checked at run time too
    ("bulk_image_update", ({"ids": ["1"], "organized": None},)),
    ("bulk_image_update", ({"ids": ["1"], "rating100": 500},)),
    ("bulk_image_update", ({"ids": ["1"], "tag_ids": {"ids": ["1"], "mode": "add"}},)),
    ("bulk_image_update", ({"ids": ["1"], "tag_ids": {"mode": "SET"}},)),
    ("bulk_image_update", ({"ids": ["1"]}, "id }")),
    ("bulk_image_update", ({"ids": ["1"]}, "")),
    ("images_update", ({"id": "5"},)),
    ("images_update", ([ImageUpdateInput(title="no id")],)),  # type: ignore[call-arg]  # checked at run time too
    ("images_update", ([{"id": "5", "organized": None}],)),
    ("images_update", ([{"id": "5", "studio_id": ""}],)),
    ("images_update", ([{"id": "5", "date": "2011-02-31"}],)),
]


@pytest.mark.parametrize(("method", "arguments"), CALLS, ids=[f"{method}-{args!r:.50}" for method, args in CALLS])
def test_it_is_refused_unsent(client: StashClient, sent: list[Any], method: str, arguments: tuple[Any, ...]) -> None:
    with pytest.raises(ValueError, match=r".+\.$"):
        getattr(client, method)(*arguments)
    assert sent == []
