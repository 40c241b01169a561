"""Objects under the server's names: what was given is there, what was not is absent, and absent is not null."""

from __future__ import annotations

import pytest

from lib.client.models import (
    BulkImageUpdateInput,
    BulkUpdateIdMode,
    BulkUpdateIds,
    FindImagesResultType,
    Image,
    ImageUpdateInput,
    Record,
    Tag,
    VisualFile,
    plain,
)
from lib.errors import DataError
from lib.stash import selection


def test_absent_is_not_null() -> None:
    assert Image(id="5").to_dict() == {"id": "5"}
    assert Image(id="5", title=None).to_dict() == {"id": "5", "title": None}
    assert Image(id="5").title is None
    assert Image(id="5") != Image(id="5", title=None)


def test_nested_objects_become_objects_and_dicts_again() -> None:
    answer = {"id": "5", "tags": [{"id": "1", "name": "a"}], "studio": None, "visual_files": [{"path": "/a.png"}]}
    image = Image.from_dict(answer)
    assert image.tags == [Tag(id="1", name="a")]
    assert image.visual_files == [VisualFile(path="/a.png")]
    assert image.studio is None
    assert image.to_dict() == answer


def test_a_newer_servers_fields_are_left_out() -> None:
    assert Image.from_dict({"id": "5", "custom_fields": {}, "to_dict": 1}) == Image(id="5")


def test_an_unknown_field_is_refused_by_name() -> None:
    with pytest.raises(DataError, match=r"Tag has no nmae\. It has: id, name\."):
        Tag(nmae="a")  # type: ignore[call-arg]  # checked at run time too


def test_objects_can_be_read_and_changed() -> None:
    image = Image(id="5")
    image.title = "a"
    assert image == Image(id="5", title="a")
    assert repr(image) == "Image(id='5', title='a')"
    assert image != ImageUpdateInput(id="5", title="a")


def test_what_json_cannot_hold_becomes_plain() -> None:
    given = BulkImageUpdateInput(ids=("1",), tag_ids=BulkUpdateIds(ids=["3"], mode=BulkUpdateIdMode.SET))  # type: ignore[arg-type]  # checked at run time too
    assert plain([given]) == [{"ids": ["1"], "tag_ids": {"ids": ["3"], "mode": "SET"}}]


def test_the_result_of_a_search() -> None:
    found = FindImagesResultType.from_dict({"count": 2, "megapixels": 0.5, "filesize": 7.0, "images": [{"id": "1"}]})
    assert (found.count, found.megapixels, found.filesize, found.images) == (2, 0.5, 7.0, [Image(id="1")])


@pytest.mark.parametrize("kind", Record.__subclasses__(), ids=lambda kind: kind.__name__)
def test_nested_fields_are_fields(kind: type[Record]) -> None:
    assert set(kind.NESTED) <= set(kind.fields())


def test_the_standard_selection_fits_the_model() -> None:
    asked = {name for name in Image.fields() if selection.selects(selection.IMAGE, name)}
    assert asked == set(Image.fields()) - {"path"}
