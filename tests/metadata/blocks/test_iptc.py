"""IPTC's values, their charsets, and where they end."""

from __future__ import annotations

import pytest

from lib.metadata.blocks.iptc import read_iptc
from tests.metadata import factories

UTF8 = (1, 90, b"\x1b%G")
LATIN1 = (1, 90, b"\x1b.A")
LONG = b"a" * 0x8001
VALUES: dict[str, tuple[list[tuple[int, int, bytes]], dict[str, object]]] = {
    "one value": ([(2, 5, b"Wire")], {"ObjectName": "Wire"}),
    "values that may be repeated": ([(2, 25, b"snow"), (2, 25, b"ice")], {"Keywords": ["snow", "ice"]}),
    "one of them alone": ([(2, 80, b"Ada")], {"By-line": ["Ada"]}),
    "of the others the first": ([(2, 5, b"one"), (2, 5, b"two")], {"ObjectName": "one"}),
    "UTF-8, declared": ([UTF8, (2, 90, "Łódź".encode())], {"City": "Łódź"}),
    "UTF-8, undeclared": ([(2, 90, "Łódź".encode())], {"City": "Łódź"}),
    "Latin-1, declared, that could be UTF-8": ([LATIN1, (2, 90, b"\xc3\xa9")], {"City": "Ã©"}),
    "Windows-1252, undeclared": ([(2, 90, b"\x80 caf\xe9")], {"City": "€ café"}),
    "up to the first NUL": ([(2, 90, b"Oslo\0\3\5")], {"City": "Oslo"}),
    "empty and unknown ones": ([(2, 90, b" "), (2, 25, b""), (2, 250, b"x"), (7, 5, b"x")], {}),
}


@pytest.mark.parametrize(("datasets", "values"), VALUES.values(), ids=VALUES)
def test_values(datasets: list[tuple[int, int, bytes]], values: dict[str, object]) -> None:
    assert factories.read_valid(factories.jpeg_iptc(*datasets)).iptc == values


def test_value_of_more_than_32_kilobytes() -> None:
    extended = b"\x1c\x02\x78\x80\x04" + len(LONG).to_bytes(4, "big") + LONG
    metadata = factories.read_valid(
        factories.jpeg((0xED, factories.photoshop(extended + factories.iptc((2, 5, b"Wire")))))
    )
    assert metadata.iptc == {"Caption-Abstract": LONG.decode(), "ObjectName": "Wire"}


BROKEN = {
    "a value cut off": b"\x1c\x02\x19\x00\x09snow",
    "rubbish": b"rubbish\x1c\x02\x19\x00\x04snow",
    "a length cut off": b"\x1c\x02\x19",
}


@pytest.mark.parametrize("rest", BROKEN.values(), ids=BROKEN)
def test_malformed_block_is_read_up_to_there(rest: bytes) -> None:
    metadata = factories.read(factories.jpeg((0xED, factories.photoshop(factories.iptc((2, 5, b"Wire")) + rest))))
    assert metadata.iptc == {"ObjectName": "Wire"}
    assert [problem.partition(" at")[0] for problem in metadata.problems] == ["IPTC: no complete value"]


def test_too_many_values_are_skipped() -> None:
    values, problems = read_iptc(factories.iptc(*[(2, 25, b"a")] * 20_001))
    assert len(values["Keywords"]) == 20_000
    assert problems == ["IPTC: more than 20000 values; the rest is skipped"]
