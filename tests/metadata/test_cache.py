"""What is kept of metadata: the same as was read, for as long as the file and the reader are the same."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest

from lib.metadata import Metadata, read_metadata
from lib.metadata.cache import MetadataCache
from tests.support.server import ROOT

LIBRARY = ROOT / "tests" / "data" / "library"
PICTURES = sorted(path for path in LIBRARY.rglob("*") if path.suffix in (".jpg", ".png", ".gif", ".webp"))
CONTENT = b"12345"
FIRST, SECOND = Metadata(exif={"Make": "first"}), Metadata(exif={"Make": "second"})


@pytest.fixture
def place(tmp_path: Path) -> str:
    """Where it is kept: a folder that is not there yet."""
    return str(tmp_path / "cache" / "metadata.sqlite")


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A file of some size and time."""
    path = tmp_path / "a.jpg"
    path.write_bytes(CONTENT)
    return path


def look(place: str, picture: Path | str, brings: Metadata, **options: int) -> str:
    """What a run sees of the file: `brings` if it opens it."""
    cache = MetadataCache(place, **options)
    try:
        return str(cache.get(str(picture), str(picture), lambda: brings).exif["Make"])
    finally:
        cache.close()


@pytest.mark.parametrize(
    "path", PICTURES, ids=lambda path: path.relative_to(LIBRARY).as_posix().encode("ascii", "replace")
)
def test_cached_metadata_is_equal(place: str, path: Path) -> None:
    with path.open("rb") as file:
        read = read_metadata(file)
    for _ in range(2):
        cache = MetadataCache(place)
        found = cache.get(str(path), str(path), lambda: read)
        cache.close()
    assert vars(found) == vars(read)
    assert found is not read


class Things(NamedTuple):
    """What a test may do something to: a picture, and where its metadata is cache."""

    picture: Path
    place: str

    def execute(self, sql: str) -> None:
        with closing(sqlite3.connect(self.place)) as connection, connection:
            connection.execute(sql)


BETWEEN = {
    # what happens between two runs: what the second sees
    "nothing but a look": (lambda to: to.picture.read_bytes(), "first"),
    "another size": (lambda to: to.picture.write_bytes(b"123456"), "second"),
    "another time": (lambda to: os.utime(to.picture, ns=(0, 8)), "second"),
    "another reader": (lambda to: to.execute("PRAGMA user_version = 1"), "second"),
    "a file that is no database": (lambda to: Path(to.place).write_bytes(b"no database at all" * 100), "second"),
    "a row that cannot be read": (lambda to: to.execute("UPDATE files SET metadata = x'00'"), "second"),
    "it was deleted": (lambda to: os.remove(to.place), "second"),
}


@pytest.mark.parametrize(("happens", "seen"), BETWEEN.values(), ids=BETWEEN)
def test_when_a_file_is_opened_again(place: str, picture: Path, happens: Callable[[Things], object], seen: str) -> None:
    os.utime(picture, ns=(0, 7))
    assert look(place, picture, FIRST) == "first"
    happens(Things(picture, place))
    if picture.stat().st_size != len(CONTENT):
        os.utime(picture, ns=(0, 7))  # the size alone tells, too
    assert look(place, picture, SECOND) == seen


def test_corrupted_cache_is_created_again(place: str, picture: Path) -> None:
    os.makedirs(os.path.dirname(place))
    Path(place).write_bytes(b"no database at all" * 100)
    assert [look(place, picture, brings) for brings in (FIRST, FIRST, SECOND)] == ["first"] * 3


def test_read_only_folder_disables_the_cache(tmp_path: Path, picture: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be", encoding="utf-8")
    place = str(tmp_path / "cache" / "metadata.sqlite")
    assert [look(place, picture, brings) for brings in (FIRST, SECOND)] == ["first", "second"]


def test_full_cache_adds_nothing(place: str, tmp_path: Path, picture: Path) -> None:
    other = tmp_path / "b.jpg"
    other.write_bytes(b"1")
    look(place, picture, FIRST)
    assert [look(place, other, brings, max_bytes=1) for brings in (FIRST, SECOND)] == ["first", "second"]
    assert look(place, picture, SECOND, max_bytes=1) == "first"


def test_time_out_of_range_is_not_cached(place: str, picture: Path) -> None:
    os.utime(picture, ns=(0, 1 << 63))  # the year 2262; an archive may bring a file from there
    assert picture.stat().st_mtime_ns >= 1 << 63
    assert [look(place, picture, brings) for brings in (FIRST, SECOND)] == ["first", "second"]


def test_missing_file_is_left_to_the_reader(place: str, tmp_path: Path) -> None:
    assert look(place, tmp_path / "gone.jpg", SECOND) == "second"
    assert look(place, "nul\0.jpg", SECOND) == "second"
    assert not os.path.exists(place)


def test_name_that_is_not_utf8(place: str, tmp_path: Path) -> None:
    picture = os.fsdecode(os.fsencode(tmp_path) + b"/\xff.jpg")
    Path(picture).write_bytes(b"1")
    assert [look(place, picture, brings) for brings in (FIRST, SECOND)] == ["first", "first"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
def test_cache_is_private(place: str, picture: Path) -> None:
    look(place, picture, FIRST)
    assert os.stat(place).st_mode & 0o077 == 0
