"""Sidecars: their locations, their content, and how they combine with embedded metadata (context, embedded)."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from lib.errors import DataError
from lib.rules.image.path import image_path
from lib.rules.image.sidecars import DEFAULT_PATTERNS, find, parse_pattern
from lib.rules.sources import find_source
from tests.rules.contexts import scope
from tests.rules.factories import after, image, one_rule, reader
from tests.support.sample_library import KEPT
from tests.support.steps import steps_at_most

STEPS_OF_A_FILE = 2_000_000
XMP = (Path(KEPT) / "misc" / "darktable.jpg.xmp").read_bytes()
PHOTO = (Path(KEPT) / "photos" / "iptc_only.jpg").read_bytes()


def find_sidecars(library: Path, name: str, patterns: tuple[str, ...] = ()) -> dict[str, str]:
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
def test_find(files: list[str], sidecars: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    for name in files:
        (tmp_path / name).write_bytes(b"")
    assert find_sidecars(tmp_path, "a/x.jpg") == sidecars


def test_custom_location(tmp_path: Path) -> None:
    (tmp_path / "a" / "meta").mkdir(parents=True)
    (tmp_path / "a" / "meta" / "x.json").write_bytes(b"")
    (tmp_path / "a" / "x.jpg.json").write_bytes(b"")
    assert find_sidecars(tmp_path, "a/x.jpg", ("{path.dir}/meta/{path.stem}.json",)) == {"json": "a/meta/x.json"}


def test_invalid_locations_are_rejected() -> None:
    unknown = ("{path}", "x.json", "{path.nothing}.json", "{path|lower}.json", "{meta.title}/{path}.json")
    no_names = ("{path}\0.json", "{path}\n.json", "{path.dir}/\x7f/x.json", "{path.dir}/\ud800.json")
    for text in unknown + no_names:
        with pytest.raises(DataError, match="isn't a valid sidecar location"):
            parse_pattern(text)


def test_nul_in_folder_name(tmp_path: Path) -> None:
    assert find_sidecars(tmp_path, "a\0/x.jpg") == {}


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


def test_json_tags_win_over_text_tags(tmp_path: Path) -> None:
    (tmp_path / "x.jpg.json").write_text('{"tags": ["json"]}', encoding="utf-8")
    (tmp_path / "x.jpg.txt").write_text("text", encoding="utf-8")
    planned = one_rule(READ, image(f"{tmp_path}/x.jpg"), libraries=(str(tmp_path),))
    assert after(planned) == {"urls": ["json"]}


META = "set: {title: '{meta.title}', code: '{xmp.dc:title}', date: '{meta.date}'}"


def test_xmp_sidecar_wins_over_embedded_metadata(tmp_path: Path) -> None:
    (tmp_path / "x.jpg").write_bytes(PHOTO)
    shown = image(f"{tmp_path}/x.jpg")
    assert after(one_rule(META, shown, libraries=(str(tmp_path),))) == {"title": "Wire photo", "date": "2020-03-25"}
    (tmp_path / "x.xmp").write_bytes(XMP)
    written = {"title": "Beside dark", "code": "Beside dark", "date": "2009-02-15"}
    assert after(one_rule(META, shown, libraries=(str(tmp_path),))) == written


def test_xmp_sidecar_of_an_unreadable_image(tmp_path: Path) -> None:
    (tmp_path / "x.xmp").write_bytes(XMP)
    planned = one_rule(META, image(f"{tmp_path}/x.jpg"), libraries=(str(tmp_path),))
    assert after(planned)["title"] == "Beside dark"
    assert "can't be opened" in planned.problems[0]


def test_location_outside_the_library_is_ignored(tmp_path: Path) -> None:
    library = tmp_path / "library"
    library.mkdir()
    (tmp_path / "x.json").write_text('{"title": "secret"}', encoding="utf-8")
    assert find_sidecars(library, "x.jpg", ("{path.dir}/../{path.stem}.json",)) == {}


def test_nested_json(tmp_path: Path) -> None:
    values = {"a": {"b.c": [{"d": 1}, {"d": [2]}], "e": None}, "x.y": "dotted"}
    (tmp_path / "x.json").write_text(json.dumps(values), encoding="utf-8")
    body = "add: {urls: ['{sidecar.a.b.c.d}', '{sidecar.x.y}', '{sidecar.a.e}', '{sidecar.a}']}"
    planned = one_rule(body, image(f"{tmp_path}/x.jpg"), libraries=(str(tmp_path),))
    assert after(planned) == {"urls": ["1", "2", "dotted"]}


def test_info_json_describes_the_folder(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"")
    (tmp_path / "info.json").write_text(json.dumps({"id": 1, "title": "Set", "category": "x"}), encoding="utf-8")
    planned = scope(image(f"{tmp_path}/a.jpg"), libraries=(str(tmp_path),))
    found = [find_source(f"sidecar.{name}").value(planned) for name in ("id", "title", "category")]
    assert found == [None, None, "x"]
