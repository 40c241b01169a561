"""Metadata in each image format; pixels are never read."""

from __future__ import annotations

import io
import struct
import zlib
from itertools import pairwise

import pytest

from lib.metadata import Metadata, read_metadata
from tests.metadata import factories

EXIF = factories.exif([(0x013B, "Ada")])
XMP = factories.xmp(factories.bag("dc:subject", "snow"))
IPTC = factories.iptc((2, 5, b"Wire"))
GUID = b"0123456789ABCDEF0123456789ABCDEF"
# Photoshop's resources may have a name; name and data are filled up to an even length.
OTHERS = b"Photoshop 3.0\0" + b"8BIM\x03\xed\x03abc\0\0\0\x03xyz\0" + b"PHUT\x04\x04\x02ab\0\0\0\0\x02\x1c\x02"
EXTENSION = b"http://ns.adobe.com/xmp/extension/\0"


def extension(guid: bytes, *cuts: int) -> list[tuple[int, bytes]]:
    """The packet in parts, cut at these places, as the segments of a JPEG."""
    edges = [0, *cuts, len(XMP)]
    return [
        (0xE1, EXTENSION + guid + struct.pack(">II", len(XMP), start) + XMP[start:end])
        for start, end in pairwise(edges)
    ]


def profile(name: str, block: bytes) -> tuple[bytes, bytes]:
    text = f"\n{name}\n{len(block):8}\n{block.hex()}\n".encode()
    return b"zTXt", f"Raw profile type {name}".encode() + b"\0\0" + zlib.compress(text)


MAIN = (0xE1, factories.XMP_HEAD + factories.xmp(f"<xmpNote>{GUID.decode()}</xmpNote>"))

HAVE_EXIF = {
    "jpeg": factories.jpeg((0xE0, b"JFIF\0"), (0xE1, b"Exif\0\0" + EXIF)),
    "jpeg with rubbish and padding": b"\xff\xd8rubbish\xff\xff" + factories.jpeg((0xE1, b"Exif\0\0" + EXIF))[3:],
    "png": factories.png((b"eXIf", EXIF)),
    "png after the pixels": factories.png((b"IDAT", bytes(10)), (b"eXIf", EXIF)),
    "png of ImageMagick": factories.png(profile("exif", b"Exif\0\0" + EXIF)),
    "webp": factories.webp((b"VP8X", bytes(10)), (b"EXIF", EXIF)),
    "webp with JPEG's prefix": factories.webp((b"EXIF", b"Exif\0\0" + EXIF)),
    "avif": factories.avif(EXIF, XMP),
    "avif, wide numbers": factories.avif(EXIF, XMP, version=2),
    "tiff by another name": EXIF,
}
HAVE_XMP = {
    "jpeg": factories.jpeg((0xE1, factories.XMP_HEAD + XMP)),
    "jpeg, extended": factories.jpeg(MAIN, *extension(GUID, 40, 300)),
    "jpeg, extended, out of order": factories.jpeg(MAIN, *reversed(extension(GUID, 40, 300))),
    "png": factories.png((b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP)),
    "png, packed": factories.png((b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(XMP))),
    "png of ImageMagick": factories.png(profile("xmp", XMP)),
    "png of ImageMagick, APP1": factories.png(profile("APP1", factories.XMP_HEAD + XMP)),
    "gif": factories.gif(XMP),
    "webp, odd length before it": factories.webp((b"VP8 ", bytes(5)), (b"XMP ", XMP)),
    "avif": factories.avif(EXIF, XMP),
    "avif, wide numbers": factories.avif(EXIF, XMP, version=2),
    "in EXIF": factories.jpeg_exif([(0x02BC, XMP)]),
    "in Photoshop's block": factories.jpeg((0xED, factories.photoshop(XMP, 0x0424))),
}
HAVE_IPTC = {
    "jpeg": factories.jpeg((0xED, factories.photoshop(IPTC))),
    "jpeg, in two segments": factories.jpeg(
        (0xED, factories.photoshop(IPTC)[:25]), (0xED, b"Photoshop 3.0\0" + factories.photoshop(IPTC)[25:])
    ),
    "png of ImageMagick": factories.png(profile("8bim", factories.photoshop(IPTC)[14:])),
    "png of ImageMagick, bare": factories.png(profile("iptc", IPTC)),
    "jpeg, after other resources": factories.jpeg((0xED, OTHERS + factories.photoshop(IPTC)[14:])),
    "in EXIF": factories.jpeg_exif([(0x83BB, IPTC)]),
    "in Photoshop's block in EXIF": factories.jpeg_exif([(0x8649, factories.photoshop(IPTC)[14:])]),
}


@pytest.mark.parametrize("data", HAVE_EXIF.values(), ids=HAVE_EXIF)
def test_exif_is_found(data: bytes) -> None:
    assert factories.read_valid(data).exif["Artist"] == "Ada"


@pytest.mark.parametrize("data", HAVE_XMP.values(), ids=HAVE_XMP)
def test_xmp_is_found(data: bytes) -> None:
    assert factories.read_valid(data).xmp["dc:subject"] == ["snow"]


@pytest.mark.parametrize("data", HAVE_IPTC.values(), ids=HAVE_IPTC)
def test_iptc_is_found(data: bytes) -> None:
    assert factories.read_valid(data).iptc["ObjectName"] == "Wire"


NOT_READ = {
    "an extension of another packet": factories.jpeg(MAIN, *extension(b"F" * 32)),
    "another program's resource": factories.jpeg((0xED, factories.photoshop(IPTC, signature=b"PHUT"))),
    "items in another file": factories.avif(EXIF, XMP, other_file=1),
    "after the scan": factories.jpeg((0xDA, b"")) + HAVE_XMP["jpeg"][2:],
    "after the end of a png": factories.png() + factories.chunk(b"eXIf", EXIF),
}


@pytest.mark.parametrize("data", NOT_READ.values(), ids=NOT_READ)
def test_other_blocks_are_skipped(data: bytes) -> None:
    metadata = factories.read_valid(data)
    assert (metadata.exif, metadata.iptc) == ({}, {})
    assert "dc:subject" not in metadata.xmp


def test_block_outside_exif_has_priority() -> None:
    data = factories.jpeg(
        (0xE1, b"Exif\0\0" + factories.exif([(0x83BB, factories.iptc((2, 5, b"in EXIF"), (2, 90, b"Oslo")))])),
        (0xED, factories.photoshop(IPTC)),
    )
    assert factories.read_valid(data).iptc == {"ObjectName": "Wire", "City": "Oslo"}


BROKEN = {
    "a segment without a length": (b"\xff\xd8\xff\xe0\0\1", "has no length"),
    "rubbish to the end": (b"\xff\xd8rubbish", "no marker after byte 2"),
    "a segment cut off": (HAVE_EXIF["jpeg"][:40], "the file is truncated at byte 40"),
    "an extension of too few bytes": (factories.jpeg(MAIN, (0xE1, EXTENSION)), ""),
    "no GIF's block": (b"GIF89a" + bytes(7) + b"x", "unknown block type"),
    "a GIF cut off": (factories.gif(XMP)[:-40], "truncated in a sequence"),
    "a chunk cut off": (HAVE_EXIF["webp"][:-9], "truncated at byte"),
    "a box shorter than its head": (
        factories.box(b"ftyp", b"avif\0\0\0\0") + b"\0\0\0\7meta",
        "shorter than its header",
    ),
    "items without places": (
        factories.box(b"ftyp", b"avif\0\0\0\0") + factories.box(b"meta", bytes(4) + factories.box(b"iinf", bytes(6))),
        "",
    ),
    "a box of items cut short": (
        factories.box(b"ftyp", b"avif\0\0\0\0")
        + factories.box(b"meta", bytes(4) + factories.box(b"iinf", bytes(6)) + factories.box(b"iloc", b"\0")),
        "more content than it can",
    ),
    "a text that cannot be unpacked": (factories.png((b"zTXt", b"Title\0\0rubbish")), "'Title' can't be decompressed"),
    "a packed text cut off": (factories.png((b"zTXt", b"Title\0\0" + zlib.compress(b"Summer")[:-5])), "truncated"),
    "nothing at all": (b"", "the file is empty"),
    "something else": (b"%PDF-1.7", "unsupported image format"),
}


@pytest.mark.parametrize(("data", "reason"), BROKEN.values(), ids=BROKEN)
def test_malformed_containers_are_problems(data: bytes, reason: str) -> None:
    metadata = factories.read(data)
    assert any(reason in problem for problem in metadata.problems) if reason else not metadata.problems
    assert (metadata.exif, metadata.png) == ({}, {})


TEXTS = {
    "plain": (b"tEXt", b"Title\0caf\xe9", "café"),
    "plain, but UTF-8": (b"tEXt", "Title\0café".encode(), "café"),
    "packed": (b"zTXt", b"Title\0\0" + zlib.compress(b"caf\xe9"), "café"),
    "international": (b"iTXt", "Title\0\0\0fr\0Titre\0café".encode(), "café"),
    "international, packed": (b"iTXt", b"Title\0\1\0\0\0" + zlib.compress("café".encode()), "café"),
    "with control characters": (b"tEXt", b"Title\0c\x00a\x1ff\xc3\xa9", "café"),
}


@pytest.mark.parametrize(("kind", "data", "text"), TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("pixels", [[], [(b"IDAT", bytes(9))]], ids=["before the pixels", "after the pixels"])
def test_png_texts(kind: bytes, data: bytes, text: str, pixels: list[tuple[bytes, bytes]]) -> None:
    assert factories.read_valid(factories.png(*pixels, (kind, data))).png == {"Title": text}


class Counting(io.BytesIO):
    """Counts the bytes that are asked for."""

    asked = 0

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        self.asked += len(data)
        return data


LARGE = {
    "jpeg": HAVE_XMP["jpeg"] + bytes(1 << 20),
    "png": factories.png((b"IDAT", bytes(1 << 20)), (b"eXIf", EXIF)),
    "webp": factories.webp((b"VP8 ", bytes(1 << 20)), (b"XMP ", XMP)),
    "avif": factories.avif(EXIF, XMP) + factories.box(b"mdat", bytes(1 << 20)),
}


@pytest.mark.parametrize("data", LARGE.values(), ids=LARGE)
def test_pixels_are_not_read(data: bytes) -> None:
    file = Counting(data)
    assert read_metadata(file, len(data)) != Metadata()
    assert file.asked < 4096
