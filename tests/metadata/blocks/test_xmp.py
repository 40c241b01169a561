"""XMP in every spelling that programs use, and no malicious packet."""

from __future__ import annotations

import pytest

from lib.metadata import read_xmp
from tests.metadata import factories

ALT = '<dc:title><rdf:Alt><rdf:li xml:lang="fr">Été</rdf:li>{}</rdf:Alt></dc:title>'
QUALIFIED = '<dc:title rdf:parseType="Resource"><rdf:value>Summer</rdf:value><xmp:Label>x</xmp:Label></dc:title>'
SPELLINGS: dict[str, tuple[str, str, dict[str, object]]] = {
    "an element": ("<xmp:Rating>4</xmp:Rating>", "", {"xmp:Rating": "4"}),
    "an attribute": ("", 'xmp:Rating="4"', {"xmp:Rating": "4"}),
    "blanks around it": ("<xmp:Rating>\n 4 </xmp:Rating>", "", {"xmp:Rating": "4"}),
    "entities of XML itself": ("<dc:title>b&amp;w &#233;</dc:title>", "", {"dc:title": "b&w é"}),
    "a bag": (factories.bag("dc:subject", "a", "b"), "", {"dc:subject": ["a", "b"]}),
    "the default language": (ALT.format('<rdf:li xml:lang="x-default">Summer</rdf:li>'), "", {"dc:title": "Summer"}),
    "no default language": (ALT.format(""), "", {"dc:title": "Été"}),
    "an alternative without languages": (
        "<xmp:Thumbnails><rdf:Alt><rdf:li>a</rdf:li></rdf:Alt></xmp:Thumbnails>",
        "",
        {"xmp:Thumbnails": ["a"]},
    ),
    "a value with qualifiers": (QUALIFIED, "", {"dc:title": "Summer"}),
    "a structure of elements": (
        '<exif:Flash rdf:parseType="Resource"><exif:Fired>True</exif:Fired></exif:Flash>',
        "",
        {"exif:Flash": {"exif:Fired": "True"}},
    ),
    "a structure in a description": (
        '<exif:Flash><rdf:Description exif:Mode="1"><exif:Fired>True</exif:Fired></rdf:Description></exif:Flash>',
        "",
        {"exif:Flash": {"exif:Mode": "1", "exif:Fired": "True"}},
    ),
    "a structure of attributes": ('<exif:Flash exif:Fired="True"/>', "", {"exif:Flash": {"exif:Fired": "True"}}),
    "an address": ('<xmp:BaseURL rdf:resource="https://example.org/"/>', "", {"xmp:BaseURL": "https://example.org/"}),
    "another prefix": ('<x:title xmlns:x="http://purl.org/dc/elements/1.1/">T</x:title>', "", {"dc:title": "T"}),
    "a namespace with another end": (
        '<x:Rating xmlns:x="http://ns.microsoft.com/photo/1.0">99</x:Rating>',
        "",
        {"MicrosoftPhoto:Rating": "99"},
    ),
    "a namespace of its own": ('<apm:Name xmlns:apm="urn:apm">x</apm:Name>', "", {"apm:Name": "x"}),
    "a known prefix for another namespace": ('<lr:Rating xmlns:lr="urn:other">5</lr:Rating>', "", {}),
    "empty values": (f"<dc:title/><xmp:Label> </xmp:Label>{factories.bag('dc:subject')}", 'xmp:Rating=""', {}),
}


@pytest.mark.parametrize(("elements", "attributes", "values"), SPELLINGS.values(), ids=SPELLINGS)
def test_spellings(elements: str, attributes: str, values: dict[str, object]) -> None:
    assert factories.properties(factories.xmp(elements, attributes)) == values


def test_equal_names_in_two_namespaces() -> None:
    packet = factories.xmp(
        "<dc:title>T</dc:title><photoshop:title>P</photoshop:title>", 'aux:Rating="1" xmp:Rating="4"'
    )
    assert factories.properties(packet) == {
        "dc:title": "T",
        "photoshop:title": "P",
        "aux:Rating": "1",
        "xmp:Rating": "4",
    }


def test_list_outside_the_description() -> None:
    packet = factories.xmp('<dc:subject rdf:nodeID="n1"/><dc:creator rdf:nodeID="n2"/>').replace(
        b"</rdf:RDF>", b'<rdf:Bag rdf:nodeID="n1"><rdf:li>snow</rdf:li></rdf:Bag></rdf:RDF>'
    )
    assert factories.properties(packet) == {"dc:subject": ["snow"]}


PLAIN = factories.xmp("<dc:title>Été</dc:title>")
ENCODINGS = {
    "UTF-8": PLAIN,
    "UTF-8 with a mark": b"\xef\xbb\xbf" + PLAIN,
    "UTF-16 with a mark": PLAIN.decode().encode("utf-16"),
    "UTF-16 without one": PLAIN.decode().encode("utf-16-be"),
    "UTF-16, which it declares": ('<?xml version="1.0" encoding="UTF-16"?>' + PLAIN.decode()).encode("utf-16"),
    "Latin-1, undeclared": PLAIN.decode().encode("latin-1"),
    "padding and NULs after it": b"<?xpacket begin='' id=''?>" + PLAIN + b"\n   \n<?xpacket end='w'?>\0\0\0",
    "control characters in it": PLAIN.replace(b"</dc:title>", b"\x01\x1f</dc:title>"),
    "in no wrapper": PLAIN[PLAIN.index(b"<rdf:RDF") :].replace(b"</x:xmpmeta>", b""),
}


@pytest.mark.parametrize("packet", ENCODINGS.values(), ids=ENCODINGS)
def test_encodings(packet: bytes) -> None:
    assert factories.properties(packet) == {"dc:title": "Été"}


LAUGHS = b"".join(b'<!ENTITY l%d "%s">' % (n + 1, b"&l%d;" % n * 10) for n in range(9))
MANY = b"<dc:title>a</dc:title>" * 60_000
MALICIOUS = {
    "a billion laughs": (b'<!DOCTYPE x [<!ENTITY l0 "ha">' + LAUGHS + b"]>" + PLAIN, "document type"),
    "a file by an entity": (b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]>' + PLAIN, "document type"),
    "a document type elsewhere": (b'<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">' + PLAIN, "document type"),
    "elements without end": (b"<a>" * 100_000, "deeper than 40"),
    "many elements": (factories.xmp(MANY.decode()), "more than 50000 parts"),
    "many attributes": (
        factories.xmp("", " ".join(f'dc:a{n}=""' for n in range(60_000))),
        "more than 50000 attributes",
    ),
    "many pieces of text": (factories.xmp(f"<dc:title>{'a<!---->' * 60_000}</dc:title>"), "more than 50000 parts"),
    "megabytes": (PLAIN + b" " * (5 << 20), "maximum: 4194304"),
    "no XML": (b"not XML", "no element found"),
    "nothing": (b"", "no element found"),
}


@pytest.mark.timeout(10)
@pytest.mark.parametrize(("packet", "reason"), MALICIOUS.values(), ids=MALICIOUS)
def test_malicious_packets_are_problems(packet: bytes, reason: str) -> None:
    _, problems = read_xmp(packet)
    assert len(problems) == 1
    assert reason in problems[0]


def test_truncated_packet_is_read_up_to_there() -> None:
    values, problems = read_xmp(factories.xmp("<xmp:Rating>4</xmp:Rating><dc:title>half a tit"))
    assert values == {"xmp:Rating": "4"}
    assert len(problems) == 1
