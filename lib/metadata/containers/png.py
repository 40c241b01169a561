"""Where a PNG keeps metadata: its text chunks, before or after the pixels, and eXIf."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator

from lib.metadata.containers.jpeg import XMP
from lib.metadata.containers.reader import MAX_BLOCK, BoundedReader
from lib.metadata.model import Block, MalformedError
from lib.metadata.text import decode

SIGNATURE = b"\x89PNG\r\n\x1a\n"
XMP_KEYWORD = "XML:com.adobe.xmp"
_KINDS = {b"eXIf": "exif", b"tEXt": "tEXt", b"zTXt": "zTXt", b"iTXt": "iTXt"}
# ImageMagick's way: "Raw profile type exif", the block in hexadecimal after its name and length.
_RAW_PROFILE = "Raw profile type "
_PROFILES = {"exif": "exif", "app1": "exif", "iptc": "photoshop", "8bim": "photoshop", "xmp": "xmp"}
_BLANKS = b" \t\r\n\v\f"
# Nothing before the name: a pattern that begins with blanks tries each of a million of them.
_PROFILE = re.compile(rb"[^\n]*\n\s*\d+\s+([0-9a-fA-F\s]*)")
_MAX_KEYWORD = 79  # as PNG has it; it stands in what is said of the text


def blocks(picture: BoundedReader) -> Iterator[Block]:
    offset = len(SIGNATURE)
    while True:
        head = picture.read(offset, 8)
        length, chunk = int.from_bytes(head[:4], "big"), head[4:]
        if chunk == b"IEND":
            return
        if chunk in _KINDS:
            yield Block(_KINDS[chunk], ((offset + 8, length),))
        offset += 8 + length + 4  # a checksum follows; a wrong one says nothing about the text


def _plain(data: bytes) -> tuple[str, bytes]:
    keyword, _, text = data.partition(b"\0")
    return decode(keyword[:_MAX_KEYWORD]), text


def _packed(data: bytes) -> tuple[str, bytes]:
    keyword, text = _plain(data)
    return keyword, _inflate(text[1:], keyword)  # after the method, of which there is one


def _international(data: bytes) -> tuple[str, bytes]:
    keyword, rest = _plain(data)
    text = rest[2:].split(b"\0", 2)[-1]  # after the language and the keyword in it
    return keyword, _inflate(text, keyword) if rest[:1] == b"\1" else text


# The chunk's type -> what takes keyword and text from it; Broken where the text cannot be unpacked.
TEXT_CHUNKS: dict[str, Callable[[bytes], tuple[str, bytes]]] = {
    "tEXt": _plain,
    "zTXt": _packed,
    "iTXt": _international,
}


def embedded_block(keyword: str, text: bytes) -> tuple[str, bytes] | None:
    """The kind and bytes of a block that is carried in a text chunk; None for plain text."""
    if keyword == XMP_KEYWORD:
        return "xmp", text
    if not keyword.startswith(_RAW_PROFILE):
        return None
    kind = _PROFILES.get(keyword[len(_RAW_PROFILE) :].lower())
    found = _PROFILE.match(text.lstrip(_BLANKS))
    if not (kind and found):
        return None
    digits = found[1].translate(None, _BLANKS)
    block = bytes.fromhex(digits[: len(digits) & ~1].decode("ascii"))
    return ("xmp", block[len(XMP) :]) if block.startswith(XMP) else (kind, block)


def _inflate(data: bytes, keyword: str) -> bytes:
    """The text, at most MAX_BLOCK of it: a kilobyte may unpack to a megabyte of nothing."""
    stream = zlib.decompressobj()
    try:
        text = stream.decompress(data, MAX_BLOCK)
    except zlib.error as error:
        raise MalformedError(f"PNG: the text {keyword!r} cannot be unpacked: {error}") from error
    if stream.unconsumed_tail:
        raise MalformedError(f"PNG: the text {keyword!r} is longer than {MAX_BLOCK} bytes unpacked, and is not read")
    if not stream.eof:
        raise MalformedError(f"PNG: the text {keyword!r} breaks off, and half of it is not taken")
    return text
