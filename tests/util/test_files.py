"""Whose the files are that the plugin leaves, and where they lie."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lib.client.create import folders
from lib.errors import DataError, StoreError
from lib.rules.loading import rules_file
from lib.runs.opening import open_database
from lib.stash.capabilities import Libraries
from lib.util import files

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def write(path: Path, text: str = "new") -> None:
    with files.atomic_write(str(path)) as file:
        file.write(text)


def test_a_file_is_complete_or_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    write(path, "old")
    with pytest.raises(TypeError), files.atomic_write(str(path)) as file:
        file.writelines(["half", None])  # type: ignore[list-item]  # which is what fails
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["table.csv"]


@pytest.mark.parametrize("kept", [0o600, 0o664, 0o640])
def test_a_file_keeps_its_permissions(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "rules.yaml"
    path.touch()
    path.chmod(kept)
    write(path)
    assert mode(path) == kept


@pytest.mark.parametrize("name", ["table.csv", "table.csv.part"])
def test_a_link_that_somebody_laid_is_not_followed(tmp_path: Path, name: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("theirs")
    (tmp_path / name).symlink_to(elsewhere)
    write(tmp_path / "table.csv")
    assert elsewhere.read_text() == "theirs"
    assert (tmp_path / "table.csv").read_text() == "new"
    assert not (tmp_path / "table.csv").is_symlink()


def test_rules_behind_a_link_are_saved_there(tmp_path: Path) -> None:
    real = tmp_path / "in git.yaml"
    real.write_text("rules: []\n")
    real.chmod(0o600)
    (tmp_path / "rules.yaml").symlink_to(real)
    rules_file.save(str(tmp_path), "rules: [] # mine\n", rules_file.read(str(tmp_path))[1])
    assert real.read_text() == "rules: [] # mine\n"
    assert (mode(real), (tmp_path / "rules.yaml").is_symlink()) == (0o600, True)


def test_a_history_that_lost_its_permissions_gets_them_back(tmp_path: Path) -> None:
    open_database(str(tmp_path)).close()
    for name in ("runs.sqlite", "runs.sqlite-journal"):
        (tmp_path / name).chmod(0o644)
    store = open_database(str(tmp_path))
    store.set("a", "b")
    store.close()
    assert {path.name: mode(path) for path in tmp_path.iterdir()} == {
        "runs.sqlite": 0o600,
        "runs.sqlite-journal": 0o600,
    }


PLACES: dict[str, tuple[Callable[[Path, Path], object], bool]] = {
    "not there yet": (lambda *_: None, True),
    "a folder": (lambda folder, _: folder.mkdir(), True),
    "a link out of the library": (lambda folder, outside: folder.symlink_to(outside), False),
}


@pytest.mark.parametrize(("lay", "allowed"), PLACES.values(), ids=PLACES)
def test_pictures_are_copied_into_a_library_alone(
    tmp_path: Path, lay: Callable[[Path, Path], object], *, allowed: bool
) -> None:
    library, outside = tmp_path / "library", tmp_path / "outside"
    library.mkdir()
    outside.mkdir()
    lay(library / "image_tools", outside)
    libraries = Libraries((str(library),), ("png",), ("zip",))
    if allowed:
        assert folders.default_import_folder(libraries) == str(library / "image_tools")
    else:
        with pytest.raises(DataError, match=r"image_tools is a link to .*outside"):
            folders.default_import_folder(libraries)


def test_a_pipe_in_place_of_the_rules_is_named(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "rules.yaml")
    with pytest.raises(StoreError, match=r"rules\.yaml isn't a regular file"):
        rules_file.read(str(tmp_path))
