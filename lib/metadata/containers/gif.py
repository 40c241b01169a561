"""Where a GIF keeps metadata: XMP in an application extension (Adobe's XMP specification, part 3)."""

from __future__ import annotations

from collections.abc import Iterator

from lib.metadata.containers.reader import BoundedReader
from lib.metadata.model import Block, MalformedError

_EXTENSION, _IMAGE, _END = 0x21, 0x2C, 0x3B
_APPLICATION = 0xFF
_XMP = b"\x0bXMP DataXMP"
# The packet stands there as it is, not cut into sub-blocks; 01 FF FE … 01 00 00 leads any walker to its end.
_XMP_TRAILER = 258
_MAX_SUB_BLOCKS = 2_000_000  # half a gigabyte of pixels in sub-blocks of 255 bytes, as programs write them
_WINDOW = 1 << 16


def blocks(picture: BoundedReader) -> Iterator[Block]:
    """The extension blocks that carry metadata, in their order."""
    offset = 13 + _color_table(picture.read(10, 1)[0])
    walk = _SubBlocks(picture)
    while True:
        kind = picture.read(offset, 1)[0]
        if kind == _END:
            return
        if kind == _IMAGE:
            table = _color_table(picture.read(offset + 9, 1)[0])
            offset = walk.end(offset + 10 + table + 1)  # the byte before the pixels is the code size
        elif kind == _EXTENSION:
            label = picture.read(offset + 1, 1)[0]
            start = offset + 2
            offset = walk.end(start)
            if label == _APPLICATION and picture.window(start, len(_XMP)) == _XMP:
                start += len(_XMP)
                yield Block("xmp", ((start, max(0, offset - start - _XMP_TRAILER)),))
        else:
            raise MalformedError(f"GIF: byte {offset} begins nothing that a GIF may have")


def _color_table(flags: int) -> int:
    """The length of the colour table that these flags announce."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


class _SubBlocks:
    """Walks over sub-blocks a window at a time: one read for each would take a second for a large animation."""

    def __init__(self, picture: BoundedReader) -> None:
        self._picture = picture
        self._left = _MAX_SUB_BLOCKS

    def end(self, offset: int) -> int:
        """The place after the empty sub-block that ends this row of them."""
        window, start = b"", offset
        for _ in range(self._left):
            at = offset - start
            if at >= len(window):
                window, start, at = self._picture.window(offset, _WINDOW), offset, 0
                if not window:
                    raise MalformedError("GIF: the file ends in the middle of a row of sub-blocks")
            self._left -= 1
            offset += 1 + window[at]
            if not window[at]:
                return offset
        raise MalformedError(f"GIF: more than {_MAX_SUB_BLOCKS} sub-blocks; the rest is not read")
