"""Find the metadata of AVIF and HEIF: items of the `meta` box, listed in `iinf` and located by `iloc` (ISO 14496-12)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lib.metadata.containers.reader import BoundedReader
from lib.metadata.model import Block, MalformedError

_XMP_TYPE = b"application/rdf+xml"
_IN_FILE, _IN_IDAT = 0, 1
_MAX_FIELDS = 100_000  # a photo of 1,000 tiles has 6,000; with fields of width 0, a box may claim billions


class _Box(NamedTuple):
    kind: bytes
    offset: int  # of the content
    length: int


class _Fields:
    """Reads consecutive numbers from a box in memory."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._pos = 0
        self._remaining = _MAX_FIELDS

    def number(self, length: int) -> int:
        return int.from_bytes(self.take(length), "big")

    def take(self, length: int) -> bytes:
        field = self._data[self._pos : self._pos + length]
        self._remaining -= 1
        if len(field) < length or not self._remaining:
            raise MalformedError("HEIF: a box claims more content than it can have")
        self._pos += length
        return field

    def rest(self) -> bytes:
        return self._data[self._pos :]


def blocks(reader: BoundedReader) -> Iterator[Block]:
    for box in _boxes(reader, 0, reader.size):
        if box.kind == b"meta":
            yield from _items(reader, box)
            return


def _boxes(reader: BoundedReader, offset: int, end: int) -> Iterator[_Box]:
    while offset + 8 <= end:
        head = reader.window(offset, 16)
        length, header = int.from_bytes(head[:4], "big"), 8
        if length == 1:
            length, header = int.from_bytes(head[8:], "big"), 16
        if length == 0:  # up to the end
            length = end - offset
        if length < header:
            raise MalformedError(f"HEIF: the box at byte {offset} is shorter than its header")
        yield _Box(head[4:8], offset + header, length - header)
        offset += length


def _items(reader: BoundedReader, meta: _Box) -> Iterator[Block]:
    """Yield the items with EXIF and XMP; the four bytes before the boxes are version and flags."""
    inner = {box.kind: box for box in _boxes(reader, meta.offset + 4, meta.offset + meta.length)}
    if b"iinf" not in inner or b"iloc" not in inner:
        return
    kinds = _kinds(reader, inner[b"iinf"])
    locations = _locations(_content(reader, inner[b"iloc"]), inner.get(b"idat"))
    for item, kind in kinds.items():
        if locations.get(item):
            yield Block(kind, locations[item])


def _content(reader: BoundedReader, box: _Box) -> bytes:
    reader.spend(box.length)
    return reader.read(box.offset, box.length)


def _kinds(reader: BoundedReader, iinf: _Box) -> dict[int, str]:
    """Map the numbers of items with metadata to the kind of their block."""
    version = reader.read(iinf.offset, 1)[0]
    first = iinf.offset + (6 if version == 0 else 8)  # version, flags and the count of entries
    kinds = {}
    for box in _boxes(reader, first, iinf.offset + iinf.length):
        fields = _Fields(_content(reader, box))
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


def _locations(iloc: bytes, idat: _Box | None) -> dict[int, tuple[tuple[int, int], ...]]:
    """Map the numbers of items in this file to their (offset, length) pieces."""
    fields = _Fields(iloc)
    version = fields.number(1)
    fields.take(3)
    sizes = fields.number(2)
    offset_size, length_size, base_size, index_size = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15, sizes & 15
    wide = 2 if version < 2 else 4
    locations = {}
    for _ in range(fields.number(wide)):
        item = fields.number(wide)
        method = fields.number(2) & 15 if version else _IN_FILE
        other_file = fields.number(2)
        base = fields.number(base_size) + (idat.offset if method == _IN_IDAT and idat else 0)
        pieces = []
        for _ in range(fields.number(2)):
            fields.take(index_size if version else 0)
            pieces.append((base + fields.number(offset_size), fields.number(length_size)))
        if not other_file and method in (_IN_FILE, _IN_IDAT):
            locations[item] = tuple(pieces)
    return locations


def tiff_block(data: bytes) -> bytes:
    """Return the EXIF block of an item; the item's first four bytes have the block's offset."""
    skip = 4 + int.from_bytes(data[:4], "big")
    return data[skip:] if skip < len(data) else b""
