"""Files: archives, listings, links, and files that aren't regular files."""

from __future__ import annotations

import os
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest

from lib.rules import Files
from lib.rules.image.files import UnreadableFileError
from lib.rules.image.path import image_path
from lib.rules.image.sidecars import DEFAULT_PATTERNS, find
from tests.rules.factories import after, image, one_rule, reader
from tests.support.sample_library import KEPT
from tests.support.steps import steps_at_most

STEPS_OF_A_FILE = 2_000_000
PHOTO = (Path(KEPT) / "photos" / "iptc_only.jpg").read_bytes()


def test_a_folder_is_listed_once(tmp_path: Path) -> None:
    (tmp_path / "x.jpg.json").write_text("{}", encoding="utf-8")
    files = reader((str(tmp_path),))
    place = image_path(image(f"{tmp_path}/x.jpg"), [str(tmp_path)])
    assert place is not None
    assert find(place, DEFAULT_PATTERNS, files)
    (tmp_path / "x.jpg.json").unlink()
    assert find(place, DEFAULT_PATTERNS, files)


READ = "set: {title: '{sidecar.title}'}, add: {urls: '{sidecar.tags}'}"


def test_image_and_sidecar_in_an_archive(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "book.zip", "w") as archive:
        archive.writestr("ch1/p.jpg", PHOTO)
        archive.writestr("ch1/p.json", '{"title": "Beside"}')
    body = "set: {title: '{sidecar.title}', date: '{meta.date}', code: '{path.zip}'}"
    planned = one_rule(
        body, image(f"{tmp_path}/book.zip/ch1/p.jpg", file={"zip_file_id": "3"}), libraries=(str(tmp_path),)
    )
    assert after(planned) == {"title": "Beside", "date": "2020-03-25", "code": "book"}


def test_member_name_that_is_not_utf8(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "book.zip", "w") as archive:
        archive.writestr("\u00e9\u00e9.jpg", PHOTO)  # a name that says it is UTF-8
        archive.writestr("p.jpg", PHOTO)
        archive.writestr("p.json", '{"title": "Beside"}')
    whole = (tmp_path / "book.zip").read_bytes()
    (tmp_path / "book.zip").write_bytes(whole.replace("\u00e9\u00e9".encode(), b"\xff\xfe\xff\xfe"))
    body = "set: {title: '{sidecar.title}', date: '{meta.date}'}"
    shown = image(f"{tmp_path}/book.zip/p.jpg", file={"zip_file_id": "3"})
    planned = one_rule(body, shown, libraries=(str(tmp_path),))
    assert (after(planned), planned.problems) == ({"title": "Beside", "date": "2020-03-25"}, ())


def _zip_with(names: list[str], method: int = zipfile.ZIP_DEFLATED) -> Any:
    def make(folder: Path) -> None:
        with zipfile.ZipFile(folder / "book.zip", "w", method) as archive:
            for name in names:
                archive.writestr(name, b"\0" * (64 << 20) if name == "bomb.jpg" else b"x")

    return make


def _damaged_lzma(folder: Path) -> None:
    """Its head asks for a dictionary of 4 GB."""
    _zip_with(["p.jpg"], zipfile.ZIP_LZMA)(folder)
    whole = bytearray((folder / "book.zip").read_bytes())
    whole[40:44] = b"\xff" * 4  # after 30 bytes and the name: the version, a length, the properties
    (folder / "book.zip").write_bytes(whole)


ENTRY = b"PK\1\2" + bytes(24)


def _directory(entries: bytes, records: Any) -> Any:
    """A zip of nothing but a directory; `records` makes what stands after it, of its length."""

    def make(folder: Path) -> None:
        (folder / "book.zip").write_bytes(b"PK\3\4" + entries + records(len(entries)))

    return make


def _end(length: int, disks: bytes = bytes(4)) -> bytes:
    return struct.pack("<4s4s2H2LH", b"PK\5\6", disks, 1, 1, length, 4, 0)


def _zip64(length: int) -> bytes:
    """The last record says little, and the one that counts says all."""
    record = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, length, 4)
    return record + struct.pack("<4sLQL", b"PK\6\7", 0, length + 4, 1) + _end(46)


MEMBER = ENTRY + struct.pack("<3H", 2, 0, 0) + bytes(12) + b"aa"
WORDY = ENTRY + struct.pack("<3H", 2, 65_532, 0) + bytes(12) + b"aa" + bytes(65_532)

BROKEN: dict[str, tuple[Any, str, str]] = {
    "no archive": (
        lambda folder: (folder / "book.zip").write_bytes(b"PK no zip"),
        "p.jpg",
        "isn't a readable zip archive",
    ),
    "an empty archive": (
        lambda folder: (folder / "book.zip").write_bytes(b""),
        "p.jpg",
        "isn't a readable zip archive",
    ),
    "no such member": (_zip_with(["q.jpg"]), "p.jpg", "doesn't contain p.jpg"),
    "a member above it": (_zip_with(["../p.jpg"]), "../q.jpg", "doesn't contain ../q.jpg"),
    "a member of 64 MB": (_zip_with(["bomb.jpg"]), "bomb.jpg", "larger than"),
    "a member packed with bzip2": (
        _zip_with(["bomb.jpg"], zipfile.ZIP_BZIP2),
        "bomb.jpg",
        "unsupported compression method",
    ),
    "a member packed with LZMA": (_damaged_lzma, "p.jpg", "unsupported compression method"),
    "a directory that claims too much": (
        _directory(b"", lambda _: _end((1 << 32) - 1)),
        "p.jpg",
        "isn't a readable zip archive",
    ),
    "a directory of 19 MB": (_directory(MEMBER * 400_000, _end), "p.jpg", "directory is larger"),
    "a record within the last record": (
        _directory(MEMBER * 400_000, lambda length: _end(length, b"PK\5\6")),
        "p.jpg",
        "directory is larger",
    ),
    "a record before the last record": (_directory(MEMBER * 400_000, _zip64), "p.jpg", "directory is larger"),
    "300,000 members": (_directory(MEMBER * 300_000, _end), "p.jpg", "more than 100000 members"),
    "members with much about them": (_directory(WORDY * 250, _end), "p.jpg", "more than 4096 bytes for one member"),
}


@pytest.mark.parametrize(("make", "name", "problem"), BROKEN.values(), ids=BROKEN)
def test_broken_archive_is_reported(make: Any, name: str, problem: str, tmp_path: Path) -> None:
    make(tmp_path)
    shown = image(f"{tmp_path}/book.zip/{name}", file={"zip_file_id": "3"})
    with steps_at_most(STEPS_OF_A_FILE):
        planned = one_rule("set: {title: '{meta.title}', code: ok}", shown, libraries=(str(tmp_path),))
    assert after(planned) == {"code": "ok"}
    assert len(planned.problems) == 1
    assert problem in planned.problems[0]


def test_broken_archive_is_reported_for_sidecars(tmp_path: Path) -> None:
    (tmp_path / "book.zip").write_bytes(b"PK no zip")
    shown = image(f"{tmp_path}/book.zip/p.jpg", file={"zip_file_id": "3"})
    assert "isn't a readable zip archive" in one_rule(READ, shown, libraries=(str(tmp_path),)).problems[0]


def test_unreadable_archive_is_opened_once(tmp_path: Path) -> None:
    files = Files((str(tmp_path),))
    place = image_path(image(f"{tmp_path}/book.zip/p.jpg", file={"zip_file_id": "3"}), [str(tmp_path)])
    assert place is not None
    (tmp_path / "book.zip").write_bytes(b"PK no zip")
    for _ in range(2):
        with pytest.raises(UnreadableFileError, match="isn't a readable zip archive"), files.open_image(place):
            pass
        _zip_with(["p.jpg"])(tmp_path)


def test_archive_with_many_folders_is_listed_once(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "book.zip", "w") as archive:
        for number in range(6000):
            archive.writestr(f"{number}/p.json", b"")
    files = Files((str(tmp_path),))
    with steps_at_most(3_000_000):  # to go through all members for each of the 6,000 takes 36 million
        for number in range(6000):
            place = image_path(image(f"{tmp_path}/book.zip/{number}/p.jpg", file={"zip_file_id": "3"}), [str(tmp_path)])
            assert place is not None
            assert files.beside(place, place.dir) == {"p.json": "p.json"}
    files.close()


def _fifo(folder: Path) -> None:
    os.mkfifo(folder / "x.jpg.json")


SUSPICIOUS = {
    "a link out of the library": lambda folder: (folder / "x.jpg.json").symlink_to(folder.parent / "secret.json"),
    "a link to a file of the system": lambda folder: (folder / "x.jpg.json").symlink_to("/etc/passwd"),
    "a pipe": _fifo,
    "a folder": lambda folder: (folder / "x.jpg.json").mkdir(),
    "a link to nothing": lambda folder: (folder / "x.jpg.json").symlink_to(folder / "nothing"),
}


@pytest.mark.parametrize("make", SUSPICIOUS.values(), ids=SUSPICIOUS)
def test_suspicious_sidecars_are_not_read(make: Any, tmp_path: Path) -> None:
    library = tmp_path / "library"
    library.mkdir()
    (tmp_path / "secret.json").write_text('{"title": "secret"}', encoding="utf-8")
    make(library)
    planned = one_rule(READ, image(f"{library}/x.jpg"), libraries=(str(library),))
    assert after(planned) == {}
    assert len(planned.problems) == 1


def test_a_link_inside_the_library_is_followed(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b.json").write_text('{"title": "inside"}', encoding="utf-8")
    (tmp_path / "a" / "x.jpg.json").symlink_to(tmp_path / "b.json")
    assert after(one_rule(READ, image(f"{tmp_path}/a/x.jpg"), libraries=(str(tmp_path),))) == {"title": "inside"}


def test_listings_are_bounded(tmp_path: Path) -> None:
    files = Files((str(tmp_path),))
    for number in range(300):
        folder = tmp_path / str(number)
        folder.mkdir()
        for name in range(3):
            (folder / f"{name}.json").write_bytes(b"")
        place = image_path(image(f"{folder}/x.jpg"), [str(tmp_path)])
        assert place is not None
        assert len(files.beside(place, str(folder))) == 3
    assert files._listed_names == 900


def test_pipe_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.jpg")
    place = image_path(image(f"{tmp_path}/x.jpg"), [str(tmp_path)])
    assert place is not None
    with pytest.raises(UnreadableFileError, match="isn't a regular file"), Files().open_image(place):
        pass


@pytest.mark.parametrize(("name", "problems"), [("x.mp4", 0), ("x.gif", 1)])
def test_clips_have_no_metadata(name: str, problems: int, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"no picture")
    shown = image(f"{tmp_path}/{name}", file={"__typename": "VideoFile"})
    planned = one_rule("set: {title: '{meta.title}'}", shown, libraries=(str(tmp_path),))
    assert len(planned.problems) == problems
