"""EXIF's values as cameras and programs write them."""

from __future__ import annotations

import struct

import pytest

from tests.metadata import factories

COMMENT = 0x9286
VALUES: dict[str, tuple[list[factories.Entry], str, object]] = {
    "text": ([(0x010F, "Canon")], "Make", "Canon"),
    "text, padded with blanks": ([(0x010F, "Canon   \0\0\0")], "Make", "Canon"),
    "text, up to the first NUL": ([(0x010F, "Canon\0rubbish")], "Make", "Canon"),
    "text of up to four bytes": ([(0x013B, "Ada")], "Artist", "Ada"),
    "UTF-8 where ASCII is claimed": ([(0x013B, "Émilie")], "Artist", "Émilie"),
    "Windows-1252 where ASCII is claimed": ([(0x013B, b"\xc9milie \x96 x\0")], "Artist", "Émilie – x"),
    "number": ([(0x0112, 6)], "Orientation", 6),
    "fraction": ([(0x829A, [(1, 8)])], "ExposureTime", 0.125),
    "whole fraction": ([(0x920A, [(500, 10)])], "FocalLength", 50),
    "fractions, an unknown one among them": ([(0xA432, [(24, 1), (70, 1), (0, 0)])], "LensInfo", [24, 70, 0]),
    "UTF-16 of Windows": ([(0x9C9B, "Łódź 🌅\0".encode("utf-16-le"))], "XPTitle", "Łódź 🌅"),
    "comment in ASCII": ([(COMMENT, b"ASCII\0\0\0a duck")], "UserComment", "a duck"),
    "comment, charset undefined": ([(COMMENT, bytes(8) + "a café".encode())], "UserComment", "a café"),
    "comment without a charset": ([(COMMENT, b"Created with GIMP")], "UserComment", "Created with GIMP"),
    "comment, UTF-16 with a mark": ([(COMMENT, b"UNICODE\0" + "canard".encode("utf-16"))], "UserComment", "canard"),
    "comment, JIS": ([(COMMENT, b"JIS\0\0\0\0\0" + "夏".encode("iso2022_jp"))], "UserComment", "夏"),
}
EMPTY: dict[str, list[factories.Entry]] = {
    "blanks": [(0x010E, "        ")],
    "no text": [(0x010E, "")],
    "comment of blanks": [(COMMENT, b"ASCII\0\0\0   ")],
    "unknown fraction": [(0x829A, [(0, 0)])],
    "no camera has it": [(0xFFFE, "x")],
    "of no length": [(0x010E, b"")],
    "no entries at all": [],
}


@pytest.mark.parametrize("order", ["<", ">"], ids=["little", "big"])
@pytest.mark.parametrize(("entries", "name", "value"), VALUES.values(), ids=VALUES)
def test_values(entries: list[factories.Entry], name: str, value: object, order: str) -> None:
    assert factories.read_valid(factories.jpeg_exif([], entries, order=order)).exif == {name: value}


@pytest.mark.parametrize("entries", EMPTY.values(), ids=EMPTY)
def test_empty_values_are_none(entries: list[factories.Entry]) -> None:
    assert factories.read_valid(factories.jpeg_exif(entries)).exif == {}


@pytest.mark.parametrize("order", ["<", ">"], ids=["little block", "big block"])
@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", ["a duck", "été 夏", "1girl, 夏の空と海を見ている"])
def test_utf16_comments_in_both_byte_orders(text: str, codec: str, order: str) -> None:
    data = factories.jpeg_exif([], [(COMMENT, b"UNICODE\0" + text.encode(codec))], order=order)
    assert factories.read_valid(data).exif["UserComment"] == text


def test_first_of_two_equal_entries_is_kept() -> None:
    data = factories.jpeg_exif([(0x9003, "2011:05:01 18:30:00")], [(0x9003, "2012:05:01 18:30:00")])
    assert factories.read_valid(data).exif["DateTimeOriginal"] == "2011:05:01 18:30:00"


NOWHERE = [(0, 0), (0, 0), (0, 0)]
GPS: dict[str, tuple[list[factories.Entry], tuple[float | None, float | None]]] = {
    "north, east": (
        [(1, "N"), (2, [(51, 1), (30, 1), (36, 1)]), (3, "E"), (4, [(0, 1), (7, 1), (0, 0)])],
        (51.51, 0.1166667),
    ),
    "south, west": ([(1, "S"), (2, [(515, 10), (0, 1), (0, 1)]), (3, "W"), (4, [(127, 1)])], (-51.5, -127)),
    "on no globe": ([(1, "N"), (2, [(91, 1), (0, 1)]), (3, "E"), (4, [(181, 1), (0, 1)])], (None, None)),
    "on the equator": ([(1, "S"), (2, [(0, 1)]), (3, "W"), (4, [(0, 1)])], (0.0, 0.0)),
    "no fix": ([(1, "N"), (2, NOWHERE), (3, "E"), (4, NOWHERE)], (None, None)),
}


@pytest.mark.parametrize(("entries", "place"), GPS.values(), ids=GPS)
def test_coordinates(entries: list[factories.Entry], place: tuple[float | None, float | None]) -> None:
    found = factories.read_valid(factories.jpeg_exif([], [], entries)).exif
    assert (found.get("GPSLatitude"), found.get("GPSLongitude")) == place


GOOD = factories.exif([(0x010F, "Canon AB"), (0x013B, "Ada Lovelace")])
BROKEN = {
    "neither II nor MM": (b"XX" + GOOD[2:], {}, "neither II nor MM"),
    "a value beyond the block": (GOOD[:-1], {"Make": "Canon AB"}, "entry Artist is outside"),
    "a directory cut off": (GOOD[:30], {}, "has space for 1"),
    "a directory at a number of a thousand digits": (
        factories.exif([(0x8769, b"\xff" * 2000)]),
        {},
        "no directory at byte 4294967295",
    ),
    "a directory beyond the block": (GOOD[:4] + b"\xff\0\0\0" + GOOD[8:], {}, "no directory at byte 255"),
    "entries that overlap": (
        b"II*\0\x08\0\0\0\x04\0"
        + b"".join(struct.pack("<HHII", tag, 2, 60, 58) for tag in (0x10D, 0x10E, 0x10F, 0x110))
        + b"a" * 60,
        {"DocumentName": "a" * 60},
        "overlap",
    ),
}


@pytest.mark.parametrize(("block", "values", "reason"), BROKEN.values(), ids=BROKEN)
def test_malformed_blocks_are_problems(block: bytes, values: dict[str, str], reason: str) -> None:
    found = factories.read(factories.jpeg((0xE1, b"Exif\0\0" + block)))
    assert found.exif == values
    assert any(reason in problem for problem in found.problems)


def test_directory_cycle_is_read_once() -> None:
    data = factories.jpeg_exif([(0x8769, 8), (0x010F, "Canon AB")])
    assert factories.read_valid(data).exif == {"Make": "Canon AB"}
