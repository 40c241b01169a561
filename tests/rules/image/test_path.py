"""The image's path: its parts on every system, and unusual names."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rules.contexts import scope
from tests.rules.factories import after, image, one_rule


def test_unusual_names(tmp_path: Path) -> None:
    names = ["new\nline", "../up", "\u202ertl", "a" * 250, "tab\t", "{x}", "100%_", "nul\0"]
    for name in names:
        shown = image(f"{tmp_path}/{name}.jpg")
        planned = one_rule(
            "set: {title: '{path.stem}', code: '{meta.title}{sidecar.x}'}", shown, libraries=(str(tmp_path),)
        )
        assert set(after(planned)) == {"title"}


@pytest.mark.parametrize(
    ("path", "library", "folders"),
    [
        ("D:\\pics\\a\\b\\c.jpg", "D:\\pics", ["a", "b"]),
        ("d:/Pics/a/c.jpg", "D:\\pics\\", ["a"]),
        ("\\\\nas\\share\\pics\\a\\c.jpg", "\\\\nas\\share\\pics", ["a"]),
        ("/data/a\\b/c.jpg", "/data", ["a\\b"]),
        ("/data2/a/c.jpg", "/data", ["data2", "a"]),
        ("/data/a/c.jpg", "/", ["data", "a"]),
    ],
)
def test_folders_below_the_library(path: str, library: str, folders: list[str]) -> None:
    planned = scope(image(path, file={"path": path}), libraries=(library,))
    assert planned.context.path is not None
    assert planned.context.path.folders == folders


def test_innermost_library_wins() -> None:
    planned = scope(image("/data/pics/a/b.jpg"), libraries=("/data", "/data/pics"))
    assert planned.context.path is not None
    assert planned.context.path.folder == "a"
