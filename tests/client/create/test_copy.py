"""A file gets its name when it is complete, and never takes another's."""

from __future__ import annotations

import errno
import hashlib
import io
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from lib.client.create.copy import place
from lib.errors import DataError, TransportError


def put(data: bytes, folder: Path, name: str = "a.png", **options: Any) -> str:
    return os.path.basename(place(io.BytesIO(data), hashlib.md5(data).hexdigest(), str(folder), name, **options))


@pytest.fixture(params=["hard links", "no hard links"])
def folder(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that need not exist, on a file system with and one without hard links."""
    if request.param == "no hard links":

        def link(*_paths: str) -> None:
            raise OSError(errno.EPERM, "Operation not permitted")

        monkeypatch.setattr(os, "link", link)
    return tmp_path / "in" / "here"


def test_the_file_is_there_and_nothing_else(folder: Path) -> None:
    assert put(b"one", folder) == "a.png"
    assert [(path.name, path.read_bytes()) for path in folder.iterdir()] == [("a.png", b"one")]


def test_another_file_keeps_its_name_and_bytes(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "a.png").write_bytes(b"theirs")
    os.symlink("nowhere", folder / "a (2).png")
    assert put(b"ours", folder) == "a (3).png"
    assert (folder / "a.png").read_bytes() == b"theirs"
    assert os.readlink(folder / "a (2).png") == "nowhere"


def test_the_same_picture_is_not_copied_twice(folder: Path) -> None:
    assert [put(b"one", folder) for _ in range(2)] == ["a.png", "a.png"]
    assert [path.read_bytes() for path in folder.iterdir()] == [b"one"]


def test_many_at_once_get_a_name_each(folder: Path) -> None:
    data = [b"%d" % number for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        names = list(pool.map(lambda each: put(each, folder), data))
    assert len(set(names)) == 40
    assert sorted(path.read_bytes() for path in folder.iterdir()) == sorted(data)
    assert all((folder / name).read_bytes() == each for name, each in zip(names, data, strict=True))


def test_the_time_of_the_last_change_goes_along(folder: Path) -> None:
    put(b"one", folder, modified=1_600_000_000_000_000_000)
    assert (folder / "a.png").stat().st_mtime == 1_600_000_000


def test_permissions_follow_the_umask(folder: Path) -> None:
    before = os.umask(0o027)
    try:
        put(b"one", folder)
    finally:
        os.umask(before)
    assert (folder / "a.png").stat().st_mode & 0o777 == 0o640


def test_a_file_that_changes_meanwhile_is_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "b.png").write_bytes(b"changed")
    with (tmp_path / "b.png").open("rb") as file, pytest.raises(DataError, match="was changed while it was copied"):
        place(file, "0" * 32, str(folder), "b.png")
    assert list(folder.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(TransportError, match=r"cannot be copied into .*: Not a directory"):
        put(b"one", tmp_path / "file" / "folder")
