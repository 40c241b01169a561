"""The selection: only the fields that the rules need."""

from __future__ import annotations

import pytest

from lib.rules import load_rules


def test_only_needed_fields() -> None:
    rules = load_rules(
        "rules: [{name: r, match: {missing: date}, set: {title: '{gallery.title} {gallery.studio}'}, add: {tags: x}}]"
    )
    assert rules.selection() == "id organized title date tags{id name} galleries{id title studio{id name}}"
    assert rules.kinds == ("tags",)


@pytest.mark.parametrize(
    ("rule", "files"),
    [
        (
            "set: {title: '{path.stem}'}",
            "visual_files{__typename ...on BaseFile{path zip_file_id fingerprints{type value}}}",
        ),
        (
            "match: {width: 5}, set: {title: '{file.mtime}'}",
            (
                "visual_files{__typename ...on BaseFile{path size mod_time zip_file_id fingerprints{type value}}"
                " ...on ImageFile{width height} ...on VideoFile{width height}}"
            ),
        ),
    ],
)
def test_file_fields(rule: str, files: str) -> None:
    assert load_rules(f"rules: [{{name: r, {rule}}}]").selection() == f"id organized title {files}"
