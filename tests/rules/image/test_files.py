"""Reading what lies on the disk: sidecars by their places, archives, and files that are not what they should be."""

from __future__ import annotations

import json
import os
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest

from lib.errors import DataError
from lib.rules import Files
from lib.rules.image.files import UnreadableFileError
from lib.rules.image.path import image_path
from lib.rules.image.sidecars import DEFAULT_PATTERNS, find, parse_pattern
from tests.rules.factories import after, image, one_rule, reader
from tests.support.sample_library import KEPT
from tests.support.steps import steps_at_most

STEPS_OF_A_FILE = 2_000_000
XMP = (Path(KEPT) / "misc" / "darktable.jpg.xmp").read_bytes()
PHOTO = (Path(KEPT) / "photos" / "iptc_only.jpg").read_bytes()


def found(library: Path, name: str, patterns: tuple[str, ...] = ()) -> dict[str, str]:
    """Kind -> the sidecar's path below the library."""
    place = image_path(image(f"{library}/{name}"), [str(library)])
    assert place is not None
    chosen = tuple(map(parse_pattern, patterns)) or DEFAULT_PATTERNS
    sidecars = find(place, chosen, reader((str(library),)))
    return {kind: os.path.relpath(sidecar.path, library) for kind, sidecar in sidecars.items()}


# the files that are there, the sidecars of a/x.jpg
PLACES: dict[str, tuple[list[str], dict[str, str]]] = {
    "none": (["a/y.json", "x.jpg.json"], {}),
    "with the extension": (["a/x.jpg.json", "a/x.json", "a/info.json"], {"json": "a/x.jpg.json"}),
    "without the extension": (["a/x.json", "a/info.json"], {"json": "a/x.json"}),
    "the folder's": (["a/info.json"], {"json": "a/info.json"}),
    "all three kinds": (
        ["a/info.json", "a/x.xmp", "a/x.jpg.txt"],
        {"json": "a/info.json", "xmp": "a/x.xmp", "txt": "a/x.jpg.txt"},
    ),
    "the first of a kind": (["a/x.jpg.xmp", "a/x.xmp", "a/x.txt"], {"xmp": "a/x.jpg.xmp", "txt": "a/x.txt"}),
    "another case": (["a/X.JPG.XMP"], {"xmp": "a/X.JPG.XMP"}),
}


@pytest.mark.parametrize(("files", "sidecars"), PLACES.values(), ids=PLACES)
def test_sidecars_are_found_by_their_places(files: list[str], sidecars: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    for name in files:
        (tmp_path / name).write_bytes(b"")
    assert found(tmp_path, "a/x.jpg") == sidecars


def test_other_places_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "a" / "meta").mkdir(parents=True)
    (tmp_path / "a" / "meta" / "x.json").write_bytes(b"")
    (tmp_path / "a" / "x.jpg.json").write_bytes(b"")
    assert found(tmp_path, "a/x.jpg", ("{path.dir}/meta/{path.stem}.json",)) == {"json": "a/meta/x.json"}


def test_a_folder_is_listed_once(tmp_path: Path) -> None:
    (tmp_path / "x.jpg.json").write_text("{}", encoding="utf-8")
    files = reader((str(tmp_path),))
    place = image_path(image(f"{tmp_path}/x.jpg"), [str(tmp_path)])
    assert place is not None
    assert find(place, DEFAULT_PATTERNS, files)
    (tmp_path / "x.jpg.json").unlink()
    assert find(place, DEFAULT_PATTERNS, files)


def test_a_place_is_checked_when_it_is_loaded() -> None:
    unknown = ("{path}", "x.json", "{path.nothing}.json", "{path|lower}.json", "{meta.title}/{path}.json")
    no_names = ("{path}\0.json", "{path}\n.json", "{path.dir}/\x7f/x.json", "{path.dir}/\ud800.json")
    for text in unknown + no_names:
        with pytest.raises(DataError, match="isn't a valid sidecar location"):
            parse_pattern(text)


def test_a_folder_with_a_nul_in_its_name_holds_no_sidecar(tmp_path: Path) -> None:
    assert found(tmp_path, "a\0/x.jpg") == {}


READ = "set: {title: '{sidecar.title}'}, add: {urls: '{sidecar.tags}'}"
CONTENTS: dict[str, tuple[str, bytes, dict[str, Any], str]] = {
    "a JSON": ("json", b'{"title": "A", "tags": ["b"]}', {"title": "A", "urls": ["b"]}, ""),
    "a JSON with a byte order mark": ("json", b'\xef\xbb\xbf{"title": "A"}', {"title": "A"}, ""),
    "no JSON": ("json", b"{title}", {}, "isn't valid JSON"),
    "a JSON list": ("json", b"[1]", {}, "isn't a JSON object"),
    "a JSON in Latin-1": ("json", b'{"title": "caf\xe9"}', {}, "isn't valid JSON"),
    "a deep JSON": ("json", b"[" * 100_000, {}, "isn't valid JSON"),
    "a number without end": ("json", b'{"title": ' + b"9" * 99_999 + b"}", {"title": "9" * 99_999}, ""),
    "a number without any end": ("json", b'{"title": ' + b"9" * 1_000_000 + b"}", {}, "title: '999"),
    "no number": ("json", b'{"title": NaN, "tags": [Infinity]}', {}, ""),
    "a number beyond all": ("json", b'{"title": 1e999, "tags": [-1e999, 2.5]}', {"urls": ["2.5"]}, ""),
    "half a pair of surrogates": (
        "json",
        rb'{"title": "\ud800x", "tags": ["\uDC00", "\ud83d\ude00", "\\ud800"], "\udfff": 1}',
        {"title": "\ufffdx", "urls": ["\ufffd", "\U0001f600", "\\ud800"]},
        "",
    ),
    "a large JSON": ("json", b'{"a": "' + b" " * (5 << 20) + b'"}', {}, "larger than"),
    "tags one a line": ("txt", b"a\r\nb c\n\n", {"urls": ["a", "b c"]}, ""),
    "tags with commas": ("txt", b"a, b c,", {"urls": ["a", "b c"]}, ""),
    "tags in Latin-1": ("txt", b"caf\xe9", {}, "isn't UTF-8"),
}


@pytest.mark.parametrize(("kind", "content", "written", "problem"), CONTENTS.values(), ids=CONTENTS)
def test_sidecars_are_read(kind: str, content: bytes, written: dict[str, Any], problem: str, tmp_path: Path) -> None:
    (tmp_path / f"x.jpg.{kind}").write_bytes(content)
    with steps_at_most(STEPS_OF_A_FILE):
        planned = one_rule(READ, image(f"{tmp_path}/x.jpg"), libraries=(str(tmp_path),))
    assert after(planned) == written
    assert [problem in said for said in planned.problems] == [True] * bool(problem)


def test_of_tags_in_both_the_jsons_count(tmp_path: Path) -> None:
    (tmp_path / "x.jpg.json").write_text('{"tags": ["json"]}', encoding="utf-8")
    (tmp_path / "x.jpg.txt").write_text("text", encoding="utf-8")
    planned = one_rule(READ, image(f"{tmp_path}/x.jpg"), libraries=(str(tmp_path),))
    assert after(planned) == {"urls": ["json"]}


META = "set: {title: '{meta.title}', code: '{xmp.dc:title}', date: '{meta.date}'}"


def test_an_xmp_sidecar_wins_over_what_is_embedded(tmp_path: Path) -> None:
    (tmp_path / "x.jpg").write_bytes(PHOTO)
    shown = image(f"{tmp_path}/x.jpg")
    assert after(one_rule(META, shown, libraries=(str(tmp_path),))) == {"title": "Wire photo", "date": "2020-03-25"}
    (tmp_path / "x.xmp").write_bytes(XMP)
    written = {"title": "Beside dark", "code": "Beside dark", "date": "2009-02-15"}
    assert after(one_rule(META, shown, libraries=(str(tmp_path),))) == written


def test_an_xmp_sidecar_counts_though_the_picture_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "x.xmp").write_bytes(XMP)
    planned = one_rule(META, image(f"{tmp_path}/x.jpg"), libraries=(str(tmp_path),))
    assert after(planned)["title"] == "Beside dark"
    assert "can't be opened" in planned.problems[0]


def test_pictures_and_sidecars_in_an_archive_are_read_through_it(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "book.zip", "w") as archive:
        archive.writestr("ch1/p.jpg", PHOTO)
        archive.writestr("ch1/p.json", '{"title": "Beside"}')
    body = "set: {title: '{sidecar.title}', date: '{meta.date}', code: '{path.zip}'}"
    planned = one_rule(
        body, image(f"{tmp_path}/book.zip/ch1/p.jpg", file={"zip_file_id": "3"}), libraries=(str(tmp_path),)
    )
    assert after(planned) == {"title": "Beside", "date": "2020-03-25", "code": "book"}


def test_a_member_whose_name_is_no_utf8_hides_no_other(tmp_path: Path) -> None:
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
def test_a_broken_archive_is_a_problem_of_its_images(make: Any, name: str, problem: str, tmp_path: Path) -> None:
    make(tmp_path)
    shown = image(f"{tmp_path}/book.zip/{name}", file={"zip_file_id": "3"})
    with steps_at_most(STEPS_OF_A_FILE):
        planned = one_rule("set: {title: '{meta.title}', code: ok}", shown, libraries=(str(tmp_path),))
    assert after(planned) == {"code": "ok"}
    assert len(planned.problems) == 1
    assert problem in planned.problems[0]


def test_a_broken_archive_is_named_where_only_its_sidecars_are_asked_for(tmp_path: Path) -> None:
    (tmp_path / "book.zip").write_bytes(b"PK no zip")
    shown = image(f"{tmp_path}/book.zip/p.jpg", file={"zip_file_id": "3"})
    assert "isn't a readable zip archive" in one_rule(READ, shown, libraries=(str(tmp_path),)).problems[0]


def test_an_archive_that_cannot_be_read_is_tried_once(tmp_path: Path) -> None:
    files = Files((str(tmp_path),))
    place = image_path(image(f"{tmp_path}/book.zip/p.jpg", file={"zip_file_id": "3"}), [str(tmp_path)])
    assert place is not None
    (tmp_path / "book.zip").write_bytes(b"PK no zip")
    for _ in range(2):
        with pytest.raises(UnreadableFileError, match="isn't a readable zip archive"), files.open_image(place):
            pass
        _zip_with(["p.jpg"])(tmp_path)


def test_an_archive_of_many_folders_is_gone_through_once(tmp_path: Path) -> None:
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
def test_nothing_but_a_file_of_the_library_is_read_as_a_sidecar(make: Any, tmp_path: Path) -> None:
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


def test_a_place_outside_the_library_is_not_listed(tmp_path: Path) -> None:
    library = tmp_path / "library"
    library.mkdir()
    (tmp_path / "x.json").write_text('{"title": "secret"}', encoding="utf-8")
    assert found(library, "x.jpg", ("{path.dir}/../{path.stem}.json",)) == {}


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


def test_a_picture_is_a_regular_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.jpg")
    place = image_path(image(f"{tmp_path}/x.jpg"), [str(tmp_path)])
    assert place is not None
    with pytest.raises(UnreadableFileError, match="isn't a regular file"), Files().open_image(place):
        pass


@pytest.mark.parametrize(("name", "problems"), [("x.mp4", 0), ("x.gif", 1)])
def test_a_clip_is_not_searched_for_a_pictures_metadata(name: str, problems: int, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"no picture")
    shown = image(f"{tmp_path}/{name}", file={"__typename": "VideoFile"})
    planned = one_rule("set: {title: '{meta.title}'}", shown, libraries=(str(tmp_path),))
    assert len(planned.problems) == problems


def test_names_of_every_kind_are_only_names(tmp_path: Path) -> None:
    names = ["new\nline", "../up", "\u202ertl", "a" * 250, "tab\t", "{x}", "100%_", "nul\0"]
    for name in names:
        shown = image(f"{tmp_path}/{name}.jpg")
        planned = one_rule(
            "set: {title: '{path.stem}', code: '{meta.title}{sidecar.x}'}", shown, libraries=(str(tmp_path),)
        )
        assert set(after(planned)) == {"title"}


def test_a_json_can_be_any_object(tmp_path: Path) -> None:
    values = {"a": {"b.c": [{"d": 1}, {"d": [2]}], "e": None}, "x.y": "dotted"}
    (tmp_path / "x.json").write_text(json.dumps(values), encoding="utf-8")
    body = "add: {urls: ['{sidecar.a.b.c.d}', '{sidecar.x.y}', '{sidecar.a.e}', '{sidecar.a}']}"
    planned = one_rule(body, image(f"{tmp_path}/x.jpg"), libraries=(str(tmp_path),))
    assert after(planned) == {"urls": ["1", "2", "dotted"]}
