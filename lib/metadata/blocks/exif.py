"""An EXIF block: a TIFF header and its directories (CIPA DC-008, TIFF 6.0), read as cameras and programs write them."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from math import isfinite, nan
from typing import NamedTuple

from lib.metadata.blocks.exif_tags import BLOCKS, EXIF_IFD, GPS_IFD, GPS_TAGS, MAX_DEGREES, TAGS
from lib.metadata.model import ExifValue, Number
from lib.metadata.text import likely_byteorder, until_nul, utf16

# Type -> struct code and length of one value. 2 is text, 7 anything, 5 and 10 are fractions.
_TYPES = {
    1: ("B", 1),
    2: ("s", 1),
    3: ("H", 2),
    4: ("I", 4),
    5: ("II", 8),
    6: ("b", 1),
    7: ("s", 1),
    8: ("h", 2),
    9: ("i", 4),
    10: ("ii", 8),
    11: ("f", 4),
    12: ("d", 8),
    13: ("I", 4),
}
_MAX_NUMBERS = 64  # the longest that has a name here has four
_COMMENT_HEAD = 8
_POINTERS = {EXIF_IFD: "ExifIFD", GPS_IFD: "GPS"}
_FIRST = {**TAGS, **_POINTERS, **BLOCKS}


class Exif(NamedTuple):
    """Values by name, blocks of other kinds that were carried inside, and what could not be read."""

    values: dict[str, ExifValue]
    blocks: list[tuple[str, bytes]]
    problems: list[str]


class _Entry(NamedTuple):
    tag: int
    type: int
    data: bytes


def read_exif(block: bytes) -> Exif:
    """All that this block says; what it says twice counts the first time, in the order of its directories."""
    found = Exif({}, [], [])
    if block[:2] not in (b"II", b"MM"):
        found.problems.append("EXIF: the block begins neither with II nor with MM")
        return found
    tiff = _Tiff(block, found.problems)
    pointers = dict.fromkeys(_POINTERS, 0)
    for entry in tiff.directory(tiff.number(block[4:8]), _FIRST):
        if entry.tag in pointers:
            pointers[entry.tag] = tiff.number(entry.data[:4])
        elif entry.tag in BLOCKS:
            found.blocks.append((BLOCKS[entry.tag], entry.data))
        else:
            tiff.put(found.values, TAGS[entry.tag], entry)
    for pointer, names in ((EXIF_IFD, TAGS), (GPS_IFD, GPS_TAGS)):
        if pointers[pointer]:
            for entry in tiff.directory(pointers[pointer], names):
                tiff.put(found.values, names[entry.tag], entry)
    _degrees(found.values)
    return found


class _Tiff:
    """A block's bytes in its byte order; no read goes beyond it, and none of its parts is followed twice."""

    def __init__(self, block: bytes, problems: list[str]) -> None:
        self._block = block
        self._problems = problems
        self._little = block[:2] == b"II"
        self._left = len(block)

    def number(self, data: bytes) -> int:
        return int.from_bytes(data, "little" if self._little else "big")

    def directory(self, offset: int, wanted: Mapping[int, object]) -> Iterator[_Entry]:
        """The wanted entries of the directory at this place, with their values' bytes."""
        count = self.number(self._block[offset : offset + 2])
        if count == 0 and offset + 2 <= len(self._block):
            return
        if self.number(self._block[offset + 4 : offset + 6]) not in _TYPES:
            self._problems.append(f"EXIF: no directory at byte {offset}")
            return
        room = max(0, (len(self._block) - offset - 2) // 12)
        if count > room:
            self._problems.append(f"EXIF: a directory of {count} entries at byte {offset} has room for {room}")
        for at in range(offset + 2, offset + 2 + 12 * min(count, room), 12):
            tag = self.number(self._block[at : at + 2])
            if tag not in wanted:
                continue
            kind = self.number(self._block[at + 2 : at + 4])
            length = self.number(self._block[at + 4 : at + 8]) * _TYPES.get(kind, ("", 0))[1]
            start = at + 8 if length <= 4 else self.number(self._block[at + 8 : at + 12])
            if length == 0:  # nothing, or of a type that nobody knows
                continue
            if length > len(self._block) - start:
                self._problems.append(f"EXIF: the value of entry {wanted[tag]} lies outside the block")
                continue
            self._left -= length
            if self._left < 0:  # each of 65,535 entries may name the same megabytes
                self._problems.append("EXIF: the entries overlap; the rest is not read")
                return
            yield _Entry(tag, kind, self._block[start : start + length])

    def put(self, values: dict[str, ExifValue], name: str, entry: _Entry) -> None:
        """Add the entry's value under this name, unless it is empty or the name has one."""
        if name not in values:
            value = self._value(name, entry)
            if value is not None and value != "":
                values[name] = value

    def _value(self, name: str, entry: _Entry) -> ExifValue | None:
        if name.startswith("XP"):
            return utf16(entry.data, "little")
        if name == "UserComment":
            return self._comment(entry.data)
        code, length = _TYPES[entry.type]
        if code == "s":
            return until_nul(entry.data)
        count = min(len(entry.data) // length, _MAX_NUMBERS)
        numbers = struct.unpack_from(("<" if self._little else ">") + code * count, entry.data)
        if len(code) == 2:
            numbers = tuple(
                over / under if under else nan for over, under in zip(numbers[::2], numbers[1::2], strict=True)
            )
        if not isfinite(numbers[0]):
            return None
        return _plain(numbers[0]) if count == 1 else [_plain(number) for number in numbers]

    def _comment(self, data: bytes) -> str:
        """A comment begins with the name of its charset, filled up to eight bytes (CIPA DC-008, 4.6.5)."""
        head, text = data[:_COMMENT_HEAD], data[_COMMENT_HEAD:]
        if head == b"UNICODE\0":
            return utf16(text, likely_byteorder(text, "little" if self._little else "big"))
        if head == b"JIS\0\0\0\0\0":
            return text.decode("iso2022_jp", "replace").strip("\0 ")
        if head in (b"ASCII\0\0\0", bytes(_COMMENT_HEAD)):
            return until_nul(text)
        return until_nul(data)


def _plain(number: Number) -> Number:
    """A whole number without its point, so that 200/1 reads 200; what is unknown (0/0) after a known one is 0."""
    if not isfinite(number):
        return 0
    return int(number) if number == int(number) else number


def _degrees(values: dict[str, ExifValue]) -> None:
    """Make degrees, minutes and seconds one signed number; what no globe has is dropped."""
    for name, most in MAX_DEGREES.items():
        parts = values.pop(name, None)
        if isinstance(parts, (int, float)):
            parts = [parts]
        if isinstance(parts, list):
            degrees = sum(part / 60**power for power, part in enumerate(parts[:3]))
            if 0 <= degrees <= most:
                south_or_west = str(values.get(name + "Ref", "")).upper()[:1] in ("S", "W")
                values[name] = round(-degrees if south_or_west else degrees, 7) + 0.0  # 0 degrees south are no -0.0
