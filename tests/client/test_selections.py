"""Selections that callers write: fields, and nothing that could leave the place they are put into."""

from __future__ import annotations

import pytest

from lib import selections
from lib.errors import DataError


@pytest.mark.parametrize(
    "selection",
    [
        "id",
        " id title ",
        "id,title",
        "id tags{id name}",
        "id visual_files { __typename ... on BaseFile { path } ...on ImageFile{width} }",
        "galleries{id files{path}}",
        selections.IMAGE,
    ],
)
def test_a_plain_selection_stays_as_it_is(selection: str) -> None:
    assert selections.plain("fields", selection) == selection.strip()


@pytest.mark.parametrize(
    "selection",
    [
        "",
        " ",
        ",",
        "{id}",
        "id }",
        "id } }",
        "id { title",
        "tags{}",
        "tags{{id}}",
        "} { id",
        "id } tags { id",
        "id(x: 1)",
        "other: id",
        "id @include(if: true)",
        "id $x",
        "id # all",
        "id ...Fragment",
        "... on Image { id }",
        'id "title"',
        "tags{id} ... on Image",
        "íd",
    ],
)
def test_anything_else_is_refused(selection: str) -> None:
    with pytest.raises(DataError, match=r"^return_fields: "):
        selections.plain("return_fields", selection)


@pytest.mark.parametrize("selection", [None, 5, ["id"]])
def test_only_text_is_a_selection(selection: object) -> None:
    with pytest.raises(DataError, match="field names as text"):
        selections.plain("fields", selection)  # type: ignore[arg-type]  # the point of this test


@pytest.mark.parametrize(
    ("selection", "asks"),
    [("id", True), ("title id", True), ("title", False), ("tags{id}", False), ("tags{id} id", True), ("idx", False)],
)
def test_asks_for_a_field_at_the_top(selection: str, *, asks: bool) -> None:
    assert selections.asks_for(selection, "id") is asks
