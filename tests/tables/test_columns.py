"""The columns' values of an image."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lib.tables.columns import named_refs
from tests.tables.files import read_table, write_table
from tests.tables.samples import image

SHOWN = {
    "a name": ("tags", {"id": "1", "name": "sunset"}, "sunset"),
    "a disambiguation": ("performers", {"id": "1", "name": "Ada", "disambiguation": "poet"}, "Ada (poet)"),
    "a title": ("galleries", {"id": "1", "title": "Day", "folder": {"path": "/a/b"}, "files": []}, "Day"),
    "a folder": ("galleries", {"id": "1", "title": "", "folder": {"path": "/a/b"}, "files": []}, "b"),
    "a zip": ("galleries", {"id": "1", "title": "", "folder": None, "files": [{"path": "/a/b.zip"}]}, "b.zip"),
    "nothing": ("galleries", {"id": "1", "title": "", "folder": None, "files": []}, "gallery 1"),
}


@pytest.mark.parametrize(("field", "item", "name"), SHOWN.values(), ids=SHOWN)
def test_names_of_refs(field: str, item: dict[str, Any], name: str) -> None:
    assert [each for each, _ in named_refs({field: [item]}, field)] == [name]


def test_image_without_a_file(tmp_path: Path) -> None:
    (row,) = read_table(write_table(tmp_path / "t.csv", [image(visual_files=[])]))
    assert row == {"id": "5", "organized": "false", "updated_at": "2025-11-23T12:00:00+01:00"}
