"""An XMP packet or sidecar to values by name: RDF in every spelling that Adobe's specification (part 1) allows.

The parser is defusedxml's, with every document type refused: without one no entity can be declared, so none can grow
or reach for a file. What is built is bounded in number and depth.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias

from lib.metadata.blocks.xmp_namespaces import PREFIXES
from lib.metadata.containers.reader import MAX_BLOCK
from lib.metadata.model import MalformedError, XmpValue
from lib.metadata.text import decode

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_XML = "{http://www.w3.org/XML/1998/namespace}"
_LISTS = (_RDF + "Alt", _RDF + "Bag", _RDF + "Seq")
_NODE_ID = _RDF + "nodeID"
_VALUE, _DESCRIPTION = _RDF + "value", _RDF + "Description"
_NO_PROPERTY = (_RDF, _XML)  # names of these say how to read a property
# Photoshop's history of a much edited picture has some thousands; structures are nested five deep.
_MAX_PARTS = 50_000
_MAX_DEPTH = 40
# The parser writes a namespace out into each name that is in it. The longest of a known one has 52 characters.
_LONG_NAMESPACE = re.compile(r"""\sxmlns(?::[^\s=]*)?\s*=\s*(?:"[^"]{250}|'[^']{250})""")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))


def read_xmp(data: bytes) -> tuple[dict[str, XmpValue], list[str]]:
    """The properties by `prefix:Name`, and why some could not be read; what stood before the damage is there."""
    # Imported late: it takes 20 to 30 ms, as long as reading some hundred pictures, and most carry no XMP.
    from defusedxml.common import DefusedXmlException  # noqa: PLC0415 - see above
    from defusedxml.ElementTree import DefusedXMLParser, ParseError  # noqa: PLC0415 - see above

    if len(data) > MAX_BLOCK:
        return {}, [f"XMP: a packet of {len(data)} bytes is not read, the most is {MAX_BLOCK}"]
    tree = _Tree()
    problems = []
    text = _packet(data)
    if text.count("=") > _MAX_PARTS:  # an element is handed over whole, with all its attributes: too late to stop
        return {}, [f"XMP: more than {_MAX_PARTS} attributes; not read"]
    if _LONG_NAMESPACE.search(text):
        return {}, ["XMP: the name of a namespace has 250 characters or more; not read"]
    try:
        parser = DefusedXMLParser(target=tree, forbid_dtd=True)
        parser.feed(text)
        parser.close()
    except ParseError as error:
        problems.append(f"XMP: {error}")
    except DefusedXmlException:
        problems.append("XMP: it declares a document type, which may hide a trap and which no XMP needs; not read")
    except MalformedError as error:
        problems.append(str(error))
    return dict(tree.properties()), problems + tree.problems


def _packet(data: bytes) -> str:
    """The packet's text, without the padding around it and what no XML may have."""
    for mark, codec in _MARKS:
        if data.startswith(mark):
            text = data.decode(codec, "replace")
            break
    else:
        text = decode(data)
    return _NOT_XML.sub("", text[text.find("<") : text.rfind(">") + 1])


class _Node:
    """An element, its texts in pieces as the parser hands them over."""

    __slots__ = ("attributes", "children", "tag", "texts")

    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag = tag
        self.attributes = attributes
        self.children: list[_Node] = []
        self.texts: list[str] = []


# The lists that stand beside the descriptions, by their numbers; None in the place of one that was taken.
_Lists: TypeAlias = dict[str | None, _Node | None]


class _Tree:
    """What the parser reports, as nodes; then what RDF means by them. Its method names are the parser's."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self._top = _Node("", {})
        self._open = [self._top]
        self._parts = 0
        self._prefixes = dict(PREFIXES)

    def start_ns(self, prefix: str, uri: str) -> None:
        """A namespace nobody knows keeps the prefix it has here, unless that is the prefix of a known one."""
        if prefix not in PREFIXES.values():
            self._prefixes.setdefault(uri.rstrip("/#"), prefix)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._count()
        if len(self._open) > _MAX_DEPTH:
            raise MalformedError(f"XMP: deeper than {_MAX_DEPTH} elements; the rest is not read")
        node = _Node(tag, attributes)
        self._open[-1].children.append(node)
        self._open.append(node)

    def data(self, text: str) -> None:
        self._count()
        self._open[-1].texts.append(text)

    def _count(self) -> None:
        self._parts += 1
        if self._parts > _MAX_PARTS:
            raise MalformedError(f"XMP: more than {_MAX_PARTS} parts; the rest is not read")

    def end(self, _tag: str) -> None:
        self._open.pop()

    def properties(self) -> Iterator[tuple[str, XmpValue]]:
        """The properties of all descriptions; the dict made of them keeps the last of two equal names."""
        for node in self._open:  # there are some where the packet broke off: half a title is none
            node.texts.clear()
        for rdf in _all_rdf(self._top):
            lists: _Lists = {node.attributes.get(_NODE_ID): node for node in rdf.children if node.tag in _LISTS}
            lists.pop(None, None)
            for description in rdf.children:
                yield from self._of(description, lists)

    def _of(self, node: _Node, lists: _Lists | None = None) -> Iterator[tuple[str, XmpValue]]:
        """The properties of a description: its attributes and its children, but for empty ones."""
        for name, value in node.attributes.items():
            known = self._name(name)
            if known and value.strip():
                yield known, value.strip()
        for child in node.children:
            known = self._name(child.tag)
            found = self._here_or_elsewhere(child, lists or {}) if known else ""
            if known and found:
                yield known, found

    def _here_or_elsewhere(self, node: _Node, lists: _Lists) -> XmpValue:
        """F-Spot writes a list beside the description, and in the description its number.

        The first property that names a list has it: thousands of items in thousands of properties would be millions.
        """
        number = node.attributes.get(_NODE_ID)
        if number not in lists:
            return self._value(node)
        found, lists[number] = lists[number], None
        if found is not None:
            return self._list(found)
        if not self.problems:
            self.problems.append("XMP: several properties name the same list; only the first has it")
        return ""

    def _name(self, tag: str) -> str | None:
        if tag.startswith(_NO_PROPERTY):
            return None
        uri, _, name = tag[1:].rpartition("}")
        prefix = self._prefixes.get(uri.rstrip("/#"))
        return f"{prefix}:{name}" if prefix else None

    def _value(self, node: _Node) -> XmpValue:
        """A text, a list or a structure; of the languages of a text the default one, or else the first."""
        if not node.children:
            structure = dict(self._of(node))
            return structure or node.attributes.get(_RDF + "resource") or "".join(node.texts).strip()
        inner = node.children[0]
        if inner.tag in _LISTS:
            return self._list(inner)
        if inner.tag == _DESCRIPTION:
            node = inner
        for child in node.children:
            if child.tag == _VALUE:  # a value with qualifiers
                return self._value(child)
        return dict(self._of(node))

    def _list(self, node: _Node) -> XmpValue:
        items = [(item.attributes.get(_XML + "lang"), self._value(item)) for item in node.children]
        if node.tag == _LISTS[0] and any(language for language, _ in items):
            return dict(reversed(items)).get("x-default", items[0][1])
        return [value for _, value in items if value]


def _all_rdf(node: _Node) -> Iterator[_Node]:
    """Every rdf:RDF, wherever it stands: programs wrap it in x:xmpmeta, in x:xapmeta, or in nothing."""
    for child in node.children:
        if child.tag == _RDF + "RDF":
            yield child
        else:
            yield from _all_rdf(child)
