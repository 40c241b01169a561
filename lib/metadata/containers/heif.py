"""Where AVIF and HEIF keep metadata: items of the `meta` box, named in `iinf` and placed by `iloc` (ISO 14496-12)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lib.metadata.containers.reader import BoundedReader
from lib.metadata.model import Block, MalformedError

_XMP_TYPE = b"application/rdf+xml"
_IN_FILE, _IN_IDAT = 0, 1
_MAX_FIELDS = 100_000  # a photo made of 1,000 tiles has 6,000; with widths of nought a box may claim billions


class _Box(NamedTuple):
    kind: bytes
    offset: int  # of the content
    length: int


class _Fields:
    """Reads numbers one after another from a box that is in memory."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        self._left = _MAX_FIELDS

    def number(self, length: int) -> int:
        return int.from_bytes(self.take(length), "big")

    def take(self, length: int) -> bytes:
        found = self._data[self._at : self._at + length]
        self._left -= 1
        if len(found) < length or not self._left:
            raise MalformedError("HEIF: a box says that it holds more than it can")
        self._at += length
        return found

    def rest(self) -> bytes:
        return self._data[self._at :]


def blocks(picture: BoundedReader) -> Iterator[Block]:
    for box in _boxes(picture, 0, picture.size):
        if box.kind == b"meta":
            yield from _items(picture, box)
            return


def _boxes(picture: BoundedReader, offset: int, end: int) -> Iterator[_Box]:
    while offset + 8 <= end:
        head = picture.window(offset, 16)
        length, header = int.from_bytes(head[:4], "big"), 8
        if length == 1:
            length, header = int.from_bytes(head[8:], "big"), 16
        if length == 0:  # up to the end
            length = end - offset
        if length < header:
            raise MalformedError(f"HEIF: the box at byte {offset} is shorter than its own head")
        yield _Box(head[4:8], offset + header, length - header)
        offset += length


def _items(picture: BoundedReader, meta: _Box) -> Iterator[Block]:
    """The blocks of EXIF and XMP among the items; the four bytes before the boxes are version and flags."""
    inner = {box.kind: box for box in _boxes(picture, meta.offset + 4, meta.offset + meta.length)}
    if b"iinf" not in inner or b"iloc" not in inner:
        return
    kinds = _kinds(picture, inner[b"iinf"])
    places = _places(_content(picture, inner[b"iloc"]), inner.get(b"idat"))
    for item, kind in kinds.items():
        if places.get(item):
            yield Block(kind, places[item])


def _content(picture: BoundedReader, box: _Box) -> bytes:
    picture.spend(box.length)
    return picture.read(box.offset, box.length)


def _kinds(picture: BoundedReader, iinf: _Box) -> dict[int, str]:
    """The kind of block of each item that holds metadata, by the item's number."""
    version = picture.read(iinf.offset, 1)[0]
    first = iinf.offset + (6 if version == 0 else 8)  # version, flags and the count of entries
    kinds = {}
    for box in _boxes(picture, first, iinf.offset + iinf.length):
        fields = _Fields(_content(picture, box))
        version = fields.number(1)
        if box.kind != b"infe" or version < 2:
            continue
        fields.take(3)
        item = fields.number(2 if version == 2 else 4)
        fields.take(2)
        kind = fields.take(4)
        if kind == b"Exif":
            kinds[item] = "heif-exif"
        elif kind == b"mime" and _XMP_TYPE in fields.rest().split(b"\0"):
            kinds[item] = "xmp"
    return kinds


def _places(iloc: bytes, idat: _Box | None) -> dict[int, tuple[tuple[int, int], ...]]:
    """The (offset, length) pieces of each item that lies in this file."""
    fields = _Fields(iloc)
    version = fields.number(1)
    fields.take(3)
    sizes = fields.number(2)
    offset_size, length_size, base_size, index_size = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15, sizes & 15
    wide = 2 if version < 2 else 4
    places = {}
    for _ in range(fields.number(wide)):
        item = fields.number(wide)
        method = fields.number(2) & 15 if version else _IN_FILE
        elsewhere = fields.number(2)
        base = fields.number(base_size) + (idat.offset if method == _IN_IDAT and idat else 0)
        pieces = []
        for _ in range(fields.number(2)):
            fields.take(index_size if version else 0)
            pieces.append((base + fields.number(offset_size), fields.number(length_size)))
        if not elsewhere and method in (_IN_FILE, _IN_IDAT):
            places[item] = tuple(pieces)
    return places


def tiff_block(data: bytes) -> bytes:
    """The EXIF block of an item: its first four bytes say how far it is to it."""
    skip = 4 + int.from_bytes(data[:4], "big")
    return data[skip:] if skip < len(data) else b""
