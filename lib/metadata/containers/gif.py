"""Find the XMP of a GIF, in an application extension (Adobe's XMP specification, part 3)."""

from __future__ import annotations

from collections.abc import Iterator

from lib.metadata.containers.reader import BoundedReader
from lib.metadata.model import Block, MalformedError

_EXTENSION, _IMAGE, _END = 0x21, 0x2C, 0x3B
_APPLICATION = 0xFF
_XMP = b"\x0bXMP DataXMP"
# The packet isn't split into sub-blocks; its trailer 01 FF FE … 01 00 00 leads any parser of sub-blocks to the end.
_XMP_TRAILER = 258
_MAX_SUB_BLOCKS = 2_000_000  # half a gigabyte of pixels in sub-blocks of 255 bytes, as programs write them
_WINDOW = 1 << 16


def blocks(reader: BoundedReader) -> Iterator[Block]:
    """Yield the extension blocks with metadata, in their order."""
    offset = 13 + _color_table_length(reader.read(10, 1)[0])
    sub_blocks = _SubBlocks(reader)
    while True:
        kind = reader.read(offset, 1)[0]
        if kind == _END:
            return
        if kind == _IMAGE:
            table = _color_table_length(reader.read(offset + 9, 1)[0])
            offset = sub_blocks.end(offset + 10 + table + 1)  # the byte before the pixels is the code size
        elif kind == _EXTENSION:
            label = reader.read(offset + 1, 1)[0]
            start = offset + 2
            offset = sub_blocks.end(start)
            if label == _APPLICATION and reader.window(start, len(_XMP)) == _XMP:
                start += len(_XMP)
                yield Block("xmp", ((start, max(0, offset - start - _XMP_TRAILER)),))
        else:
            raise MalformedError(f"GIF: unknown block type at byte {offset}")


def _color_table_length(flags: int) -> int:
    """Return the length in bytes of the color table that these flags announce."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


class _SubBlocks:
    """Skips sub-blocks in large windows: one read for each would take a second for a large animation."""

    def __init__(self, reader: BoundedReader) -> None:
        self._reader = reader
        self._remaining = _MAX_SUB_BLOCKS

    def end(self, offset: int) -> int:
        """Return the offset after the empty sub-block that ends this sequence."""
        window, start = b"", offset
        for _ in range(self._remaining):
            pos = offset - start
            if pos >= len(window):
                window, start, pos = self._reader.window(offset, _WINDOW), offset, 0
                if not window:
                    raise MalformedError("GIF: the file is truncated in a sequence of sub-blocks")
            self._remaining -= 1
            offset += 1 + window[pos]
            if not window[pos]:
                return offset
        raise MalformedError(f"GIF: more than {_MAX_SUB_BLOCKS} sub-blocks; the rest is skipped")
