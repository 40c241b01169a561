"""Selections that callers write: fields, and nothing that could leave the place they are put into."""

from __future__ import annotations

import pytest

from lib.errors import DataError
from lib.stash import selection


@pytest.mark.parametrize(
    "fields",
    [
        "id",
        " id title ",
        "id,title",
        "id tags{id name}",
        "id visual_files { __typename ... on BaseFile { path } ...on ImageFile{width} }",
        "galleries{id files{path}}",
        selection.IMAGE,
    ],
)
def test_a_plain_selection_stays_as_it_is(fields: str) -> None:
    assert selection.validate_selection("fields", fields) == fields.strip()


@pytest.mark.parametrize(
    "fields",
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
def test_anything_else_is_refused(fields: str) -> None:
    with pytest.raises(DataError, match=r"^return_fields: "):
        selection.validate_selection("return_fields", fields)


@pytest.mark.parametrize("fields", [None, 5, ["id"]])
def test_only_text_is_a_selection(fields: object) -> None:
    with pytest.raises(DataError, match="field names as text"):
        selection.validate_selection("fields", fields)  # type: ignore[arg-type]  # the point of this test


@pytest.mark.parametrize(
    ("fields", "asks"),
    [("id", True), ("title id", True), ("title", False), ("tags{id}", False), ("tags{id} id", True), ("idx", False)],
)
def test_asks_for_a_field_at_the_top(fields: str, *, asks: bool) -> None:
    assert selection.selects(fields, "id") is asks
