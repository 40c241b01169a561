"""The placeholder file of an image without one: a small grey PNG that contains its title."""

from __future__ import annotations

import secrets
import struct
import zlib

SIDE = 256
GREY = 0x60


def png(title: str) -> bytes:
    """Return a grey square as PNG, with the title in a text chunk. Each is different: Stash identifies an image by MD5."""
    header = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 0, 0, 0, 0)
    line = b"\0" + bytes([GREY]) * SIDE
    chunks = (
        (b"IHDR", header),
        (b"iTXt", _text("Title", title)),
        (b"iTXt", _text("Comment", f"Placeholder {secrets.token_hex(16)}")),
        (b"IDAT", zlib.compress(line * SIDE, 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _text(keyword: str, text: str) -> bytes:
    # Not compressed, no language: the keyword in Latin-1, the text in UTF-8.
    return keyword.encode("latin-1") + b"\0\0\0\0\0" + text.encode()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
