"""Parse an EXIF block: a TIFF header and its directories (CIPA DC-008, TIFF 6.0), as cameras and programs write it."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from math import isfinite, nan
from typing import NamedTuple

from lib.metadata.blocks.exif_tags import BLOCKS, EXIF_IFD, GPS_IFD, GPS_TAGS, MAX_DEGREES, TAGS
from lib.metadata.model import ExifValue, Number
from lib.metadata.text import likely_byteorder, until_nul, utf16

# Type -> struct code and length of one value. 2 is text, 7 is undefined, 5 and 10 are fractions.
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
_MAX_NUMBERS = 64  # the tags in exif_tags have at most four
_COMMENT_HEAD = 8
_POINTERS = {EXIF_IFD: "ExifIFD", GPS_IFD: "GPS"}
_FIRST = {**TAGS, **_POINTERS, **BLOCKS}


class Exif(NamedTuple):
    """Values by name, embedded blocks of other kinds, and problems with unreadable parts."""

    values: dict[str, ExifValue]
    blocks: list[tuple[str, bytes]]
    problems: list[str]


class _Entry(NamedTuple):
    tag: int
    type: int
    data: bytes


def read_exif(block: bytes) -> Exif:
    """Parse a block. The first of two values with the same name is kept, in the order of the directories."""
    exif = Exif({}, [], [])
    if block[:2] not in (b"II", b"MM"):
        exif.problems.append("EXIF: the block starts with neither II nor MM")
        return exif
    tiff = _Tiff(block, exif.problems)
    pointers = dict.fromkeys(_POINTERS, 0)
    for entry in tiff.directory(tiff.number(block[4:8]), _FIRST):
        if entry.tag in pointers:
            pointers[entry.tag] = tiff.number(entry.data[:4])
        elif entry.tag in BLOCKS:
            exif.blocks.append((BLOCKS[entry.tag], entry.data))
        else:
            tiff.add(exif.values, TAGS[entry.tag], entry)
    for pointer, names in ((EXIF_IFD, TAGS), (GPS_IFD, GPS_TAGS)):
        if pointers[pointer]:
            for entry in tiff.directory(pointers[pointer], names):
                tiff.add(exif.values, names[entry.tag], entry)
    _convert_degrees(exif.values)
    return exif


class _Tiff:
    """Reads a block's directories in its byte order, never beyond its end, and each of its bytes only once."""

    def __init__(self, block: bytes, problems: list[str]) -> None:
        self._block = block
        self._problems = problems
        self._little = block[:2] == b"II"
        self._remaining = len(block)

    def number(self, data: bytes) -> int:
        return int.from_bytes(data, "little" if self._little else "big")

    def directory(self, offset: int, tags: Mapping[int, object]) -> Iterator[_Entry]:
        """Yield the entries with these tags of the directory at `offset`, with the bytes of their values."""
        count = self.number(self._block[offset : offset + 2])
        if count == 0 and offset + 2 <= len(self._block):
            return
        if self.number(self._block[offset + 4 : offset + 6]) not in _TYPES:
            self._problems.append(f"EXIF: no directory at byte {offset}")
            return
        max_count = max(0, (len(self._block) - offset - 2) // 12)
        if count > max_count:
            self._problems.append(
                f"EXIF: a directory at byte {offset} claims {count} entries, but has space for {max_count}"
            )
        for pos in range(offset + 2, offset + 2 + 12 * min(count, max_count), 12):
            tag = self.number(self._block[pos : pos + 2])
            if tag not in tags:
                continue
            kind = self.number(self._block[pos + 2 : pos + 4])
            length = self.number(self._block[pos + 4 : pos + 8]) * _TYPES.get(kind, ("", 0))[1]
            start = pos + 8 if length <= 4 else self.number(self._block[pos + 8 : pos + 12])
            if length == 0:  # empty, or of an unknown type
                continue
            if length > len(self._block) - start:
                self._problems.append(f"EXIF: the value of entry {tags[tag]} is outside the block")
                continue
            self._remaining -= length
            if self._remaining < 0:  # each of 65,535 entries may refer to the same megabytes
                self._problems.append("EXIF: the entries overlap; the rest is skipped")
                return
            yield _Entry(tag, kind, self._block[start : start + length])

    def add(self, values: dict[str, ExifValue], name: str, entry: _Entry) -> None:
        """Add the entry's value under this name, unless it's empty or the name has a value."""
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
        """Decode a comment; it starts with the name of its charset, padded to eight bytes (CIPA DC-008, 4.6.5)."""
        head, text = data[:_COMMENT_HEAD], data[_COMMENT_HEAD:]
        if head == b"UNICODE\0":
            return utf16(text, likely_byteorder(text, "little" if self._little else "big"))
        if head == b"JIS\0\0\0\0\0":
            return text.decode("iso2022_jp", "replace").strip("\0 ")
        if head in (b"ASCII\0\0\0", bytes(_COMMENT_HEAD)):
            return until_nul(text)
        return until_nul(data)


def _plain(number: Number) -> Number:
    """Return a whole number as an int (200/1 is 200), and 0 for unknown values (0/0)."""
    if not isfinite(number):
        return 0
    return int(number) if number == int(number) else number


def _convert_degrees(values: dict[str, ExifValue]) -> None:
    """Convert degrees, minutes and seconds to one signed number; drop values out of range."""
    for name, max_degrees in MAX_DEGREES.items():
        parts = values.pop(name, None)
        if isinstance(parts, (int, float)):
            parts = [parts]
        if isinstance(parts, list):
            degrees = sum(part / 60**power for power, part in enumerate(parts[:3]))
            if 0 <= degrees <= max_degrees:
                south_or_west = str(values.get(name + "Ref", "")).upper()[:1] in ("S", "W")
                values[name] = (
                    round(-degrees if south_or_west else degrees, 7) + 0.0
                )  # 0 degrees south must not be -0.0
