"""Find the metadata of a JPEG: APP1 (EXIF, XMP and its extension) and APP13 (Photoshop), before the pixels.

XMP above 64 KiB is split as described in Adobe's XMP specification, part 3.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from lib.metadata.containers.reader import BoundedReader
from lib.metadata.model import Block, MalformedError

EXIF = b"Exif\0\0"
XMP = b"http://ns.adobe.com/xap/1.0/\0"
EXTENSION = b"http://ns.adobe.com/xmp/extension/\0"
PHOTOSHOP = b"Photoshop 3.0\0"
_GUID = 32
_EXTENSION_HEAD = len(EXTENSION) + _GUID + 4 + 4  # the length of the whole text, the offset of this part in it

_APP1, _APP13, _SCAN, _END = 0xE1, 0xED, 0xDA, 0xD9
_WITHOUT_LENGTH = frozenset({0x00, 0x01, *range(0xD0, 0xD9)})
# How often, and how far, the next marker is searched: cameras write garbage or padding once or twice.
_MAX_GAPS = 100
_SEARCH = 1 << 16
_Part: TypeAlias = tuple[int, tuple[int, int]]  # its offset in the whole text; its offset and length in the file
_MAX_EXTENSIONS = 100  # an image has one, and perhaps one or two obsolete ones


def blocks(reader: BoundedReader) -> Iterator[Block]:
    """Yield EXIF and XMP in their order, then Photoshop's block and the extended XMP, which consist of parts."""
    photoshop: list[tuple[int, int]] = []
    packets: list[Block] = []
    extensions: dict[bytes, list[_Part]] = {}
    malformed: MalformedError | None = None
    try:
        for marker, offset, length in _segments(reader):
            head = reader.window(offset, min(length, _EXTENSION_HEAD))
            if marker == _APP13 and head.startswith(PHOTOSHOP):
                photoshop.append(_after(PHOTOSHOP, offset, length))
            elif marker == _APP1 and head.startswith(EXIF):
                yield Block("exif", (_after(EXIF, offset, length),))
            elif marker == _APP1 and head.startswith(XMP):
                packets.append(Block("xmp", (_after(XMP, offset, length),)))
                yield packets[-1]
            elif marker == _APP1 and head.startswith(EXTENSION) and len(head) == _EXTENSION_HEAD:
                part = (int.from_bytes(head[-4:], "big"), (offset + _EXTENSION_HEAD, length - _EXTENSION_HEAD))
                _list_of(head[len(EXTENSION) : -8], extensions).append(part)
    except MalformedError as error:
        malformed = error
    if photoshop:
        yield Block("photoshop", tuple(photoshop))
    # The main packet has the name of its extension; one with another name is obsolete after an edit.
    if extensions and packets:
        packet = reader.load(packets[0])
        for guid in [guid for guid in extensions if guid in packet]:
            yield Block("xmp", tuple(piece for _, piece in sorted(extensions[guid])))
    if malformed:
        raise malformed


def _list_of(guid: bytes, extensions: dict[bytes, list[_Part]]) -> list[_Part]:
    """Return the parts of an extension. Their number is limited, since each name is searched in the packet."""
    if len(extensions) > _MAX_EXTENSIONS:
        raise MalformedError(f"JPEG: more than {_MAX_EXTENSIONS} extended XMP packets; the rest is skipped")
    return extensions.setdefault(guid, [])


def _after(head: bytes, offset: int, length: int) -> tuple[int, int]:
    return offset + len(head), length - len(head)


def _segments(reader: BoundedReader) -> Iterator[tuple[int, int, int]]:
    """Yield (marker, offset, length) of each APP1 and APP13 segment before the first scan."""
    offset, gaps = 2, 0
    while True:
        expected = offset + 1
        offset = _next_marker(reader, offset)
        gaps += offset > expected
        if gaps > _MAX_GAPS:
            raise MalformedError(f"JPEG: garbage between more than {_MAX_GAPS} segments; the rest is skipped")
        code = reader.read(offset, 1)[0]
        offset += 1
        if code in (_SCAN, _END):
            return
        if code in _WITHOUT_LENGTH:
            continue
        length = int.from_bytes(reader.read(offset, 2), "big")
        if length < 2:
            raise MalformedError(f"JPEG: the segment at byte {offset} has no length")
        if code in (_APP1, _APP13):
            yield code, offset + 2, length - 2
        offset += length


def _next_marker(reader: BoundedReader, offset: int) -> int:
    """Return the offset of the next marker's code, after any garbage and one or more FF bytes."""
    window = reader.window(offset, 2)
    if len(window) == 2 and window[0] == 0xFF and window[1] != 0xFF:
        return offset + 1
    window = reader.window(offset, _SEARCH)
    start = window.find(b"\xff")
    rest = window[start:].lstrip(b"\xff") if start >= 0 else b""
    if not rest:
        raise MalformedError(f"JPEG: no marker after byte {offset}")
    return offset + len(window) - len(rest)
