"""Find the metadata of a PNG: its text chunks, before or after the pixels, and eXIf."""

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
# ImageMagick's format: "Raw profile type exif", the block in hexadecimal after its name and length.
_RAW_PROFILE = "Raw profile type "
_PROFILES = {"exif": "exif", "app1": "exif", "iptc": "photoshop", "8bim": "photoshop", "xmp": "xmp"}
_BLANKS = b" \t\r\n\v\f"
# No whitespace at the start: the pattern would try each of a million blanks.
_PROFILE = re.compile(rb"[^\n]*\n\s*\d+\s+([0-9a-fA-F\s]*)")
_MAX_KEYWORD = 79  # PNG's limit; error messages contain the keyword


def blocks(reader: BoundedReader) -> Iterator[Block]:
    offset = len(SIGNATURE)
    while True:
        head = reader.read(offset, 8)
        length, chunk = int.from_bytes(head[:4], "big"), head[4:]
        if chunk == b"IEND":
            return
        if chunk in _KINDS:
            yield Block(_KINDS[chunk], ((offset + 8, length),))
        offset += 8 + length + 4  # a checksum follows; the text may be valid with a wrong one


def _plain(data: bytes) -> tuple[str, bytes]:
    keyword, _, text = data.partition(b"\0")
    return decode(keyword[:_MAX_KEYWORD]), text


def _packed(data: bytes) -> tuple[str, bytes]:
    keyword, text = _plain(data)
    return keyword, _inflate(text[1:], keyword)  # after the compression method, which is always 0


def _international(data: bytes) -> tuple[str, bytes]:
    keyword, rest = _plain(data)
    text = rest[2:].split(b"\0", 2)[-1]  # after the language and the translated keyword
    return keyword, _inflate(text, keyword) if rest[:1] == b"\1" else text


# Chunk type -> a function that returns keyword and text. Raises MalformedError if the text can't be decompressed.
TEXT_CHUNKS: dict[str, Callable[[bytes], tuple[str, bytes]]] = {
    "tEXt": _plain,
    "zTXt": _packed,
    "iTXt": _international,
}


def embedded_block(keyword: str, text: bytes) -> tuple[str, bytes] | None:
    """Return the kind and bytes of a block in a text chunk; None for plain text."""
    if keyword == XMP_KEYWORD:
        return "xmp", text
    if not keyword.startswith(_RAW_PROFILE):
        return None
    kind = _PROFILES.get(keyword[len(_RAW_PROFILE) :].lower())
    match = _PROFILE.match(text.lstrip(_BLANKS))
    if not (kind and match):
        return None
    digits = match[1].translate(None, _BLANKS)
    block = bytes.fromhex(digits[: len(digits) & ~1].decode("ascii"))
    return ("xmp", block[len(XMP) :]) if block.startswith(XMP) else (kind, block)


def _inflate(data: bytes, keyword: str) -> bytes:
    """Decompress a text of at most MAX_BLOCK bytes: a kilobyte can expand to a megabyte."""
    stream = zlib.decompressobj()
    try:
        text = stream.decompress(data, MAX_BLOCK)
    except zlib.error as error:
        raise MalformedError(f"PNG: the text {keyword!r} can't be decompressed: {error}") from error
    if stream.unconsumed_tail:
        raise MalformedError(f"PNG: the text {keyword!r} has more than {MAX_BLOCK} bytes uncompressed, and is skipped")
    if not stream.eof:
        raise MalformedError(f"PNG: the text {keyword!r} is truncated, and is skipped")
    return text
