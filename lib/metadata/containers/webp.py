"""Find the metadata of a WebP: the RIFF chunks EXIF and XMP, usually after the pixels."""

from __future__ import annotations

from collections.abc import Iterator

from lib.metadata.containers.reader import BoundedReader
from lib.metadata.model import Block

_KINDS = {b"EXIF": "exif", b"XMP ": "xmp"}


def blocks(reader: BoundedReader) -> Iterator[Block]:
    offset = 12
    while offset < reader.size:
        head = reader.read(offset, 8)
        length = int.from_bytes(head[4:], "little")
        if head[:4] in _KINDS:
            yield Block(_KINDS[head[:4]], ((offset + 8, length),))
        offset += 8 + length + (length & 1)
