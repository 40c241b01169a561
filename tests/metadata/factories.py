"""Create small image files with given metadata, byte by byte: no metadata writer is trusted here."""

from __future__ import annotations

import io
import struct
import zlib
from typing import TypeAlias

from lib.metadata import FIELDS, Metadata, read_metadata, read_xmp

# (tag, value): a text, bytes of any kind, a whole number, or fractions as (over, under) pairs.
Entry: TypeAlias = "tuple[int, str | bytes | int | list[tuple[int, int]]]"

XMP_HEAD = b"http://ns.adobe.com/xap/1.0/\0"
NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "exif": "http://ns.adobe.com/exif/1.0/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "lr": "http://ns.adobe.com/lightroom/1.0/",
    "digiKam": "http://www.digikam.org/ns/1.0/",
    "MicrosoftPhoto": "http://ns.microsoft.com/photo/1.0/",
    "tiff": "http://ns.adobe.com/tiff/1.0/",
    "aux": "http://ns.adobe.com/exif/1.0/aux/",
}


def xmp(properties: str, attributes: str = "") -> bytes:
    """Return a packet with these properties, and declarations of NAMESPACES."""
    declared = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" {declared} {attributes}>{properties}</rdf:Description></rdf:RDF></x:xmpmeta>'
    ).encode()


def bag(name: str, *items: str) -> str:
    return f"<{name}><rdf:Bag>{''.join(f'<rdf:li>{item}</rdf:li>' for item in items)}</rdf:Bag></{name}>"


def exif(
    ifd0: list[Entry], camera: list[Entry] | None = None, gps: list[Entry] | None = None, order: str = "<"
) -> bytes:
    """Return a TIFF block with these entries in its first, its Exif and its GPS directory."""
    block = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", 8)
    pointers: list[Entry] = [(tag, 0) for tag, entries in ((0x8769, camera), (0x8825, gps)) if entries]
    offsets = []
    pos = len(block) + len(_directory([*ifd0, *pointers], 0, order))
    for entries in (camera, gps):
        if entries:
            offsets.append(pos)
            pos += len(_directory(entries, 0, order))
    linked: list[Entry] = [(tag, offset) for (tag, _), offset in zip(pointers, offsets, strict=True)]
    block += _directory([*ifd0, *linked], len(block), order)
    for entries in (camera, gps):
        block += _directory(entries, len(block), order) if entries else b""
    return block


def _directory(entries: list[Entry], start: int, order: str) -> bytes:
    table, values = b"", b""
    values_start = start + 2 + 12 * len(entries) + 4
    for tag, value in entries:
        kind, count, data = _typed(value, order)
        if len(data) > 4:
            table += struct.pack(f"{order}HHII", tag, kind, count, values_start + len(values))
            values += data
        else:
            table += struct.pack(f"{order}HHI", tag, kind, count) + data.ljust(4, b"\0")
    return struct.pack(f"{order}H", len(entries)) + table + bytes(4) + values


def _typed(value: object, order: str) -> tuple[int, int, bytes]:
    if isinstance(value, str):
        return 2, len(value.encode()) + 1, value.encode() + b"\0"
    if isinstance(value, bytes):
        return 7, len(value), value
    if isinstance(value, int):
        return 4, 1, struct.pack(f"{order}I", value)
    assert isinstance(value, list)
    return 5, len(value), b"".join(struct.pack(f"{order}II", *fraction) for fraction in value)


def iptc(*datasets: tuple[int, int, bytes]) -> bytes:
    return b"".join(struct.pack(">BBBH", 0x1C, record, number, len(data)) + data for record, number, data in datasets)


def photoshop(block: bytes, number: int = 0x0404, signature: bytes = b"8BIM") -> bytes:
    """Return Photoshop's resource with this block, as the data of a JPEG's APP13."""
    return b"Photoshop 3.0\0" + signature + struct.pack(">HHI", number, 0, len(block)) + block + bytes(len(block) & 1)


def jpeg(*segments: tuple[int, bytes]) -> bytes:
    """Return a JPEG with these (marker, data) segments, up to the marker of the pixels."""
    parts = [struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data for marker, data in segments]
    return b"\xff\xd8" + b"".join(parts) + b"\xff\xda"


def jpeg_exif(
    ifd0: list[Entry], camera: list[Entry] | None = None, gps: list[Entry] | None = None, order: str = "<"
) -> bytes:
    return jpeg((0xE1, b"Exif\0\0" + exif(ifd0, camera, gps, order)))


def jpeg_xmp(properties: str, attributes: str = "") -> bytes:
    return jpeg((0xE1, XMP_HEAD + xmp(properties, attributes)))


def jpeg_iptc(*datasets: tuple[int, int, bytes]) -> bytes:
    return jpeg((0xED, photoshop(iptc(*datasets))))


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(*chunks: tuple[bytes, bytes], side: int = 1) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunk(*each) for each in chunks) + chunk(b"IEND", b"")


def png_text(keyword: str, text: str) -> bytes:
    return png((b"tEXt", keyword.encode() + b"\0" + text.encode()))


def webp(*chunks: tuple[bytes, bytes]) -> bytes:
    body = b"WEBP" + b"".join(
        kind + struct.pack("<I", len(data)) + data + bytes(len(data) & 1) for kind, data in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


def gif(packet: bytes) -> bytes:
    """Return a GIF of one pixel and four colors, with XMP after the image as Adobe writes it."""
    picture = b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x4c\x01\0"
    trailer = b"\x01" + bytes(range(255, -1, -1)) + b"\0"
    application = b"\x21\xff\x0bXMP DataXMP" + packet + trailer
    return b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x81, 0, 0) + bytes(12) + picture + application + b"\x3b"


def box(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", 8 + len(data)) + kind + data


def avif(exif_block: bytes, packet: bytes, version: int = 1, other_file: int = 0) -> bytes:
    """Return an AVIF with two items: EXIF in the file's data, XMP in the `idat` box.

    version: of the boxes iloc and infe, which determines the width of their numbers. other_file: whether the items
    claim to be in another file.
    """
    number = "H" if version == 1 else "I"
    item = b"\0\0\0\6Exif\0\0" + exif_block
    infe = bytes([version + 1, 0, 0, 0])
    entries = box(b"infe", infe + struct.pack(f">{number}H", 1, 0) + b"Exif\0")
    entries += box(b"infe", infe + struct.pack(f">{number}H", 2, 0) + b"mime\0application/rdf+xml\0")
    iinf = box(b"iinf", bytes(4) + struct.pack(">H", 2) + entries)
    head = box(b"ftyp", b"avif" + bytes(4)) + struct.pack(">I4sQ", 1, b"free", 20) + bytes(4)

    def meta(offset: int) -> bytes:
        places = struct.pack(f">{number}HHHII", 1, 0, other_file, 1, offset, len(item))
        places += struct.pack(f">{number}HHHII", 2, 1, other_file, 1, 0, len(packet))
        iloc = box(b"iloc", bytes([version, 0, 0, 0]) + struct.pack(f">H{number}", 0x4400, 2) + places)
        return box(b"meta", bytes(4) + iinf + iloc + box(b"idat", packet))

    return head + meta(len(head) + len(meta(0)) + 8) + box(b"mdat", item)


def read(data: bytes) -> Metadata:
    return read_metadata(io.BytesIO(data))


def read_valid(data: bytes) -> Metadata:
    """Return the metadata of a file without problems."""
    metadata = read(data)
    assert metadata.problems == []
    return metadata


def value(field: str, data: bytes) -> object:
    """Return `meta.<field>` of this file."""
    return FIELDS[field](read(data))


def properties(data: bytes) -> dict[str, object]:
    """Return the properties of a valid packet."""
    values, problems = read_xmp(data)
    assert problems == []
    return dict(values)
