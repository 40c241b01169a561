"""Parse IPTC datasets (IIM 4.2), and Photoshop's image resources, which usually contain them."""

from __future__ import annotations

from collections.abc import Iterator

from lib.metadata.text import decode

_MARK = b"\x1c"
_ENVELOPE, _APPLICATION = 1, 2
_CHARSET = 90
# Values of dataset (1,90), as escape sequences of ISO 2022.
_CHARSETS = {
    b"\x1b%G": "utf-8",
    b"\x1b%/G": "utf-8",
    b"\x1b%/H": "utf-8",
    b"\x1b%/I": "utf-8",
    b"\x1b.A": "latin-1",
    b"\x1b-A": "latin-1",
    b"\x1b-B": "iso8859-2",
    b"\x1b-L": "iso8859-5",
    b"\x1b-F": "iso8859-7",
    b"\x1b-M": "iso8859-9",
}
_MAX_DATASETS = 20_000

# Datasets of record 2 -> (exiftool's name, whether it may be repeated).
_NAMES = {
    5: ("ObjectName", False),
    7: ("EditStatus", False),
    10: ("Urgency", False),
    12: ("SubjectReference", True),
    15: ("Category", False),
    20: ("SupplementalCategories", True),
    22: ("FixtureIdentifier", False),
    25: ("Keywords", True),
    40: ("SpecialInstructions", False),
    55: ("DateCreated", False),
    60: ("TimeCreated", False),
    62: ("DigitalCreationDate", False),
    63: ("DigitalCreationTime", False),
    65: ("OriginatingProgram", False),
    70: ("ProgramVersion", False),
    80: ("By-line", True),
    85: ("By-lineTitle", True),
    90: ("City", False),
    92: ("Sub-location", False),
    95: ("Province-State", False),
    100: ("Country-PrimaryLocationCode", False),
    101: ("Country-PrimaryLocationName", False),
    103: ("OriginalTransmissionReference", False),
    105: ("Headline", False),
    110: ("Credit", False),
    115: ("Source", False),
    116: ("CopyrightNotice", False),
    118: ("Contact", True),
    120: ("Caption-Abstract", False),
    122: ("Writer-Editor", True),
}

# Photoshop's number for the resource -> the kind of block it holds (Photoshop File Formats, image resources).
_RESOURCES = {0x0404: "iptc", 0x0424: "xmp"}
_ADOBE = b"8BIM"
_SIGNATURES = (_ADOBE, b"PHUT", b"DCSR", b"AgHg", b"MeSa")  # resources of other programs can be between them


def read_iptc(block: bytes) -> tuple[dict[str, str | list[str]], list[str]]:
    """Return the values by name, and problems. The first of two values that can't be repeated is kept."""
    single: dict[str, str | list[str]] = {}
    lists: dict[str, list[str]] = {}
    charset = None
    problems: list[str] = []
    for record, number, data in _datasets(block, problems):
        if (record, number) == (_ENVELOPE, _CHARSET):
            charset = _CHARSETS.get(data)
        elif record == _APPLICATION and number in _NAMES:
            name, repeated = _NAMES[number]
            text = (data.decode(charset, "replace") if charset else decode(data)).split("\0", 1)[0].strip()
            if text and repeated:
                lists.setdefault(name, []).append(text)
            elif text:
                single.setdefault(name, text)
    return single | lists, problems


def _datasets(block: bytes, problems: list[str]) -> Iterator[tuple[int, int, bytes]]:
    """Yield (record, number, bytes) of each dataset, up to the padding or the first malformed one."""
    offset, end = 0, len(block.rstrip(b"\0"))
    for _ in range(_MAX_DATASETS):
        if offset >= end:
            return
        head = block[offset : offset + 5]
        length = int.from_bytes(head[3:], "big")
        offset += 5
        if length & 0x8000:  # an extended dataset: the other bits are the number of bytes of its length
            width = length & 0x7FFF
            length = int.from_bytes(block[offset : offset + width], "big")
            offset += width
        if head[:1] != _MARK or length > len(block) - offset:
            problems.append(f"IPTC: no complete value at byte {offset}; the rest is skipped")
            return
        yield head[1], head[2], block[offset : offset + length]
        offset += length
    problems.append(f"IPTC: more than {_MAX_DATASETS} values; the rest is skipped")


def read_resources(block: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the kind and bytes of each metadata block in Photoshop's image resources, or IPTC without resources."""
    if block.startswith(_MARK):
        yield "iptc", block
    offset = 0
    while (signature := block[offset : offset + 4]) in _SIGNATURES:
        number = int.from_bytes(block[offset + 4 : offset + 6], "big")
        name = block[offset + 6 : offset + 7]
        offset += 6 + _even(1 + (name[0] if name else 0))
        length = int.from_bytes(block[offset : offset + 4], "big")
        data = block[offset + 4 : offset + 4 + length]
        if number in _RESOURCES and signature == _ADOBE:
            yield _RESOURCES[number], data
        offset += 4 + _even(length)


def _even(length: int) -> int:
    return length + (length & 1)
