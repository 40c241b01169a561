"""Read an image file in small pieces, within limits on memory and time."""

from __future__ import annotations

from os import SEEK_END
from typing import BinaryIO

from lib.metadata.model import Block, LimitExceededError, MalformedError

# Real blocks are far smaller: the largest XMP packet of 1,185 public test images has 0.3 MB. Those of Lightroom and
# ComfyUI reach one or two megabytes. With these limits, the worst file takes less than half a second and 100 MB.
MAX_BLOCK = 4 << 20
MAX_METADATA = 8 << 20
# The number of chunks in a PNG of 1.6 GB: libpng writes 8 KiB each.
MAX_READS = 200_000


class BoundedReader:
    """Reads parts of a file. Raises MalformedError if they are incomplete or too large. size: its length in bytes."""

    def __init__(self, file: BinaryIO, size: int | None = None) -> None:
        self._file = file
        self.size = file.seek(0, SEEK_END) if size is None else size
        self._reads = 0
        self._bytes = 0

    def read(self, offset: int, length: int) -> bytes:
        """Return exactly `length` bytes at `offset`."""
        data = self.window(offset, length)
        if len(data) < length:
            raise MalformedError(f"the file is truncated at byte {self.size}, in a part that starts at byte {offset}")
        return data

    def window(self, offset: int, length: int) -> bytes:
        """Return up to `length` bytes at `offset`, fewer at the end of the file."""
        self._reads += 1
        if self._reads > MAX_READS:
            raise LimitExceededError(f"more than {MAX_READS} parts; the rest is skipped")
        if offset >= self.size:  # the system refuses to seek to very large offsets
            return b""
        self._file.seek(offset)
        return self._file.read(length)

    def load(self, block: Block) -> bytes:
        """Return the bytes of a block. Raises MalformedError above MAX_BLOCK."""
        length = sum(size for _, size in block.pieces)
        if length > MAX_BLOCK:
            raise MalformedError(f"{block.kind}: a block of {length} bytes is skipped (maximum: {MAX_BLOCK})")
        self.spend(length)
        return b"".join(self.read(offset, size) for offset, size in block.pieces)

    def spend(self, length: int) -> None:
        """Count bytes of metadata, read or unpacked, against MAX_METADATA."""
        self._bytes += length
        if self._bytes > MAX_METADATA:
            raise LimitExceededError(f"more than {MAX_METADATA} bytes of metadata; the rest is skipped")
