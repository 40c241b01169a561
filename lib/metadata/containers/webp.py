"""Where a WebP keeps metadata: the RIFF chunks EXIF and XMP, mostly after the pixels."""

from __future__ import annotations

from collections.abc import Iterator

from lib.metadata.containers.reader import BoundedReader
from lib.metadata.model import Block

_KINDS = {b"EXIF": "exif", b"XMP ": "xmp"}


def blocks(picture: BoundedReader) -> Iterator[Block]:
    offset = 12
    while offset < picture.size:
        head = picture.read(offset, 8)
        length = int.from_bytes(head[4:], "little")
        if head[:4] in _KINDS:
            yield Block(_KINDS[head[:4]], ((offset + 8, length),))
        offset += 8 + length + (length & 1)
