"""Files made to hurt: each gives a reason, within bounded steps and 200 MB, and never an exception."""

from __future__ import annotations

import io
import json
import random
import sqlite3
import struct
import zlib
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.metadata import FIELDS, Metadata, read_metadata
from lib.metadata.cache import MetadataCache
from tests.metadata import factories
from tests.support.resource_usage import costs_little

LIBRARY = Path(__file__).parents[1] / "data" / "library"
MEGABYTE = 1 << 20
MAX_LENGTH = 1000


def values(file: BinaryIO) -> dict[str, object]:
    """Everything a rule may ask, and that all of it can be kept and stored; the problems are among them."""
    metadata = read_metadata(file)
    found: dict[str, object] = {name: field(metadata) for name, field in FIELDS.items()}
    found["problems"] = metadata.problems
    for stored in (found, asdict(metadata)):
        json.dumps(stored, allow_nan=False, ensure_ascii=False).encode()
    return found


def packed(size: int) -> bytes:
    return zlib.compress(bytes(size))


def overlapping() -> bytes:
    """EXIF whose 65,535 entries all claim the same megabytes."""
    entries = b"".join(struct.pack("<HHII", 0x010D + number % 60_000, 2, 2_000_000, 8) for number in range(65_535))
    return (b"II*\0\x08\0\0\0\xff\xff" + entries).ljust(3 * MEGABYTE, b"a")


def places() -> bytes:
    """HEIF items of 65,535 pieces each, none of which takes a byte."""
    iloc = box("iloc", b"\2\0\0\0\0\0" + b"\xff" * 4 + b"\0\0\0\1\0\0\0\0\xff\xff" * 100_000)
    return box("ftyp", b"avif\0\0\0\0") + box("meta", bytes(4) + box("iinf", bytes(6)) + iloc)


def box(kind: str, data: bytes) -> bytes:
    return factories.box(kind.encode(), data)


def packets(count: int) -> bytes:
    """XMP after XMP, each as full of elements as may be."""
    packet = factories.xmp("<dc:a/>" * 60_000)
    return factories.png(*[(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + packet)] * count)


def shared_list(count: int) -> bytes:
    """XMP with a list that stands beside the description, and so many properties which all say that it is theirs."""
    properties = "".join(f'<dc:p{number} rdf:nodeID="x"/>' for number in range(count))
    items = '<rdf:Bag rdf:nodeID="x">' + "<rdf:li>a</rdf:li>" * count + "</rdf:Bag></rdf:RDF>"
    return packed_xmp(factories.xmp(properties).replace(b"</rdf:RDF>", items.encode()))


def namespace(length: int, count: int) -> bytes:
    """XMP whose parser writes so long a namespace into the names of so many attributes."""
    attributes = " ".join(f"q:a{number}=''" for number in range(count))
    return packed_xmp(factories.xmp(f'<dc:title xmlns:q = "it\'s {"h" * length}" {attributes}/>'))


def profile(text: bytes) -> bytes:
    return factories.png((b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(text)))


def packed_xmp(packet: bytes) -> bytes:
    return factories.png((b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(packet)))


def half_xmp() -> bytes:
    packet = factories.xmp("<dc:title>@x</dc:title>").decode().encode("utf-16-le")
    return packed_xmp(packet.replace(b"@\0", b"\0\xd8"))


def extensions(count: int) -> bytes:
    """JPEG segments that each name an extension of its own, to be looked for in the packet."""
    packet = (0xE1, factories.XMP_HEAD + factories.xmp("<dc:title>" + "0" * 60_000 + "</dc:title>"))
    head = b"http://ns.adobe.com/xmp/extension/\0"
    return factories.jpeg(packet, *[(0xE1, head + b"%032d" % (10**31 + number) + bytes(8)) for number in range(count)])


def many_values() -> bytes:
    """IPTC with as many values as may be, in a block of 4 MB."""
    values = b"\x1c\x02\x19\0\1a" * 19_990
    length = 3_900_000
    block = values + b"\x1c\x02\x78\x80\x04" + length.to_bytes(4, "big") + b"x" * length
    resource = b"8BIM\x04\x04\0\0" + len(block).to_bytes(4, "big") + block
    return factories.jpeg(
        *[(0xED, b"Photoshop 3.0\0" + resource[at : at + 65_000]) for at in range(0, len(resource), 65_000)]
    )


def json_text(text: str) -> bytes:
    return factories.png_text("prompt", text)


# A function that returns the file, and a part of its problem; empty for a strange but valid file.
MALICIOUS: dict[str, tuple[Callable[[], bytes], str]] = {
    "pixels by the ten thousand million": (lambda: factories.png(side=100_000), ""),
    "one zTXt of 200 MB": (
        lambda: factories.png((b"zTXt", b"k\0\0" + packed(200 * MEGABYTE))),
        "uncompressed, and is skipped",
    ),
    "many zTXt": (lambda: factories.png(*[(b"zTXt", b"k\0\0" + packed(4_000_000))] * 200), "of metadata"),
    "many texts": (lambda: factories.png(*[(b"tEXt", b"%d\0x" % number) for number in range(1000)]), "more than 256"),
    "a text of 100 MB": (lambda: factories.png((b"tEXt", b"k\0" + bytes(100 * MEGABYTE))), "is skipped (maximum"),
    "chunks without end": (lambda: factories.png()[:8] + factories.chunk(b"abcd", b"") * 2_000_000, "more than 200000"),
    "many XMP packets": (lambda: packets(10), "more than 4 blocks"),
    "a list of many properties": (lambda: shared_list(12_000), "the same list"),
    "a namespace without end": (lambda: namespace(2_000_000, 40_000), "a namespace has 250 characters"),
    "extensions without end": (lambda: extensions(60_000), "more than 100 extended"),
    "a degree without end": (
        lambda: factories.jpeg_xmp("<exif:GPSLatitude>" + "9" * 400 + ",30N</exif:GPSLatitude>"),
        "",
    ),
    "half a character": (lambda: factories.jpeg_exif([(0x9C9B, b"a\0\0\xd8")], [(0x9286, b"UNICODE\0a\0\0\xdc")]), ""),
    "half a character in XMP": (half_xmp, ""),
    "half a character in a prompt": (lambda: json_text(r'{"prompt": "\ud800", "uc": "\udc00x"}'), ""),
    "a number beyond all": (lambda: json_text('{"prompt": "a", "n": [1e999, NaN]}'), ""),
    "many values": (many_values, ""),
    "a profile of blanks": (
        lambda: factories.png_text("Raw profile type exif", "\nexif\n1\n" + "4 1 " * 900_000),
        "neither",
    ),
    "a profile of line breaks": (lambda: profile(b"\n" * 4_000_000), ""),
    "a profile of blanks and line breaks": (lambda: profile(b" \n" * 2_000_000), ""),
    "a profile that is one number": (lambda: profile(b"\nexif\n" + b"1" * 4_000_000), ""),
    "a keyword without end": (lambda: factories.png((b"zTXt", b"k" * 4_000_000)), "truncated"),
    "overlapping EXIF entries": (lambda: factories.webp((b"EXIF", overlapping())), "overlap"),
    "many EXIF blocks": (
        lambda: factories.jpeg(*[(0xE1, b"Exif\0\0" + factories.exif([]))] * 9000),
        "more than 4 blocks",
    ),
    "markers without end": (lambda: b"\xff\xd8" + b"\xff\xd0" * 10_000_000, "more than 200000"),
    "rubbish and markers": (lambda: b"\xff\xd8" + b"a\xff\xd0" * 10_000_000, "more than 100 segments"),
    "nothing but FF": (lambda: b"\xff\xd8" + b"\xff" * 50_000_000, "no marker"),
    "sub-blocks of one byte": (lambda: factories.gif(b"")[:25] + b"\x21\xfe" + b"\1\0" * 20_000_000, "sub-blocks"),
    "empty extensions": (lambda: factories.gif(b"")[:25] + b"\x21\xfe\0" * 5_000_000, "more than 200000"),
    "RIFF chunks without end": (lambda: factories.webp() + b"abcd\0\0\0\0" * 5_000_000, "more than 200000"),
    "boxes without end": (lambda: box("ftyp", b"avif\0\0\0\0") + box("free", b"") * 5_000_000, "more than 200000"),
    "items of countless pieces": (places, "more content than it can"),
    "deep JSON": (lambda: json_text('{"a":' + "[" * 2_000_000), ""),
    "wide JSON": (lambda: json_text('{"a":[' + "{}," * 690_000 + "0]}"), ""),
    "a number of a million digits": (lambda: json_text('{"a":' + "9" * 1_000_000 + "}"), ""),
    "steps upon steps": (lambda: factories.png_text("parameters", "Steps: 1\n" * 400_000), ""),
    "LoRAs that never end": (lambda: factories.png_text("parameters", "<lora:" * 600_000 + '\nSteps: 1, Model: "'), ""),
    "a date of blanks": (lambda: factories.png_text("Creation Time", "May" + " " * 4_000_000), ""),
    "a description of blanks": (lambda: factories.jpeg_exif([(0x010E, "a " * 30_000)]), ""),
}


def problems(path: str) -> list[str]:
    """Return the problems of a file, after reading all of it."""
    with open(path, "rb") as file:
        found = cast("list[str]", values(file)["problems"])
    assert all(len(problem) < MAX_LENGTH for problem in found), "no problem quotes a whole text of the file"
    return found


@pytest.mark.parametrize(("make", "reason"), MALICIOUS.values(), ids=MALICIOUS)
def test_malicious_files_cost_little(make: Callable[[], bytes], reason: str, tmp_path: Path) -> None:
    trap = tmp_path / "trap.jpg"
    trap.write_bytes(make())
    costs_little(problems, trap, reason)
    trap.unlink()


def test_pending_entries_are_limited(tmp_path: Path) -> None:
    kept = MetadataCache(str(tmp_path / "cache" / "metadata.sqlite"))
    text = random.Random(1).randbytes(3 * MEGABYTE).hex()
    (tmp_path / "x.png").write_bytes(b"")
    for number in range(3):
        kept.get(f"{number}.png", str(tmp_path / "x.png"), lambda: Metadata(png={"Comment": text}))
    with sqlite3.connect(tmp_path / "cache" / "metadata.sqlite") as database:
        assert database.execute("SELECT COUNT(*) FROM files").fetchone()[0] >= 2
    kept.close()


def test_truncated_file_is_read_up_to_there() -> None:
    whole = factories.png(
        (b"tEXt", b"Title\0one"), (b"eXIf", factories.exif([(0x010F, "Canon AB")])), (b"tEXt", b"Note\0two")
    )
    for length in range(len(whole) - 4):  # the last four bytes are a checksum, which nobody misses
        assert values(io.BytesIO(whole[:length]))["problems"], length


SEEDS = {
    **{
        path.name: path.read_bytes()
        for path in sorted(LIBRARY.rglob("*"))
        if path.suffix in (".jpg", ".png", ".webp", ".gif")
    },
    "gif with XMP": factories.gif(factories.xmp(factories.bag("dc:subject", "snow"))),
    "avif": factories.avif(factories.exif([(0x010F, "Canon AB")]), factories.xmp(factories.bag("dc:subject", "snow"))),
    "tiff": factories.exif([(0x010F, "Canon AB")], [(0x9286, b"UNICODE\0a\0b\0")], [(2, [(1, 2), (3, 4), (5, 6)])]),
    "everything in EXIF": factories.jpeg_exif(
        [(0x8649, factories.photoshop(factories.iptc((2, 25, b"snow")))[14:]), (0x02BC, factories.xmp(""))]
    ),
}


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A real picture with some of its bytes changed, cut out, repeated, or cut off."""
    data = bytearray(draw(st.sampled_from(list(SEEDS.values())))) or bytearray(b"\0")
    for _ in range(draw(st.integers(1, 8))):
        at = draw(st.integers(0, len(data) - 1))
        length = draw(st.integers(0, 64))
        data[at : at + length] = draw(
            st.one_of(
                st.binary(min_size=1, max_size=8),
                st.sampled_from([b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"<", b"\x1c\x02", b"8BIM"]),
                st.just(bytes(data[at : at + length]) * 3 + b"\1"),
            )
        )
    return bytes(data[: draw(st.integers(1, len(data)))]) if draw(st.booleans()) else bytes(data)


@settings(max_examples=400, deadline=None)
@given(mutated())
def test_mutated_images_never_raise(data: bytes) -> None:
    values(io.BytesIO(data))


WRAPPERS: list[Callable[[bytes], bytes]] = [
    lambda data: data,
    lambda data: b"\xff\xd8" + data,
    lambda data: b"GIF89a" + data,
    lambda data: factories.jpeg((0xE1, b"Exif\0\0" + data)),
    lambda data: factories.jpeg((0xE1, b"Exif\0\0II*\0\x08\0\0\0" + data)),
    lambda data: factories.jpeg((0xE1, factories.XMP_HEAD + data)),
    lambda data: factories.jpeg_xmp("<dc:title>" + data.decode("utf-8", "replace") + "</dc:title>"),
    lambda data: factories.jpeg((0xED, factories.photoshop(data))),
    lambda data: factories.jpeg((0xED, b"Photoshop 3.0\0" + data)),
    lambda data: factories.png(
        (b"tEXt", b"parameters\0{" + data), (b"zTXt", b"k\0\0" + data), (b"iTXt", b"k\0" + data)
    ),
    lambda data: box("ftyp", b"avif\0\0\0\0") + box("meta", bytes(4) + box("iinf", data) + box("iloc", data)),
    lambda data: factories.webp((b"EXIF", data), (b"XMP ", data)),
]


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(WRAPPERS))
def test_any_bytes_in_a_valid_container_never_raise(data: bytes, wrap: Callable[[bytes], bytes]) -> None:
    values(io.BytesIO(wrap(data)))
