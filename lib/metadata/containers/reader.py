"""An image file read in small pieces, within limits that a hostile file cannot stretch."""

from __future__ import annotations

from os import SEEK_END
from typing import BinaryIO

from lib.metadata.model import Block, LimitExceededError, MalformedError

# Real blocks are far smaller: of 1,185 public test pictures the largest XMP packet has 0.3 MB. Lightroom's and
# ComfyUI's reach a megabyte or two. The limits keep the worst file below half a second and 100 MB.
MAX_BLOCK = 4 << 20
MAX_METADATA = 8 << 20
# A PNG of 1.6 GB has so many chunks of 8 KiB, the size libpng writes.
MAX_READS = 200_000


class BoundedReader:
    """One file: what is asked for comes in full, or Broken says why not. `size` is its length in bytes."""

    def __init__(self, file: BinaryIO, size: int | None = None) -> None:
        self._file = file
        self.size = file.seek(0, SEEK_END) if size is None else size
        self._reads = 0
        self._spent = 0

    def read(self, offset: int, length: int) -> bytes:
        """The bytes at this place, exactly so many."""
        data = self.window(offset, length)
        if len(data) < length:
            raise MalformedError(f"the file ends at byte {self.size}, in the middle of a part that begins at {offset}")
        return data

    def window(self, offset: int, length: int) -> bytes:
        """Up to so many bytes at this place, fewer at the end of the file."""
        self._reads += 1
        if self._reads > MAX_READS:
            raise LimitExceededError(f"more than {MAX_READS} parts; the rest is not read")
        if offset >= self.size:  # no seek with a number that the system refuses
            return b""
        self._file.seek(offset)
        return self._file.read(length)

    def load(self, block: Block) -> bytes:
        """The block's bytes; Broken where it is larger than any real one."""
        length = sum(size for _, size in block.pieces)
        if length > MAX_BLOCK:
            raise MalformedError(f"{block.kind}: a block of {length} bytes is not read, the most is {MAX_BLOCK}")
        self.spend(length)
        return b"".join(self.read(offset, size) for offset, size in block.pieces)

    def spend(self, length: int) -> None:
        """Count so many bytes of metadata, read or unpacked, against what one file may have."""
        self._spent += length
        if self._spent > MAX_METADATA:
            raise LimitExceededError(f"more than {MAX_METADATA} bytes of metadata; the rest is not read")
