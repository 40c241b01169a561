"""Parse an XMP packet or sidecar: RDF in every form that Adobe's specification (part 1) allows.

defusedxml's parser refuses document types: without them, no entity can be declared that expands or reads a file. The
number and depth of elements are limited.
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
_NO_PROPERTY = (_RDF, _XML)  # names in these namespaces describe how to read a property
# Photoshop's history of a heavily edited image has some thousands; structures are nested five deep.
_MAX_PARTS = 50_000
_MAX_DEPTH = 40
# The parser copies a namespace into each name. The longest known namespace has 52 characters.
_LONG_NAMESPACE = re.compile(r"""\sxmlns(?::[^\s=]*)?\s*=\s*(?:"[^"]{250}|'[^']{250})""")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_BYTE_ORDER_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))


def read_xmp(data: bytes) -> tuple[dict[str, XmpValue], list[str]]:
    """Return the properties by `prefix:Name`, and problems. Properties before a malformed part are kept."""
    # Imported late: it takes 20 to 30 ms, as long as reading some hundred images, and most have no XMP.
    from defusedxml.common import DefusedXmlException  # noqa: PLC0415 - see above
    from defusedxml.ElementTree import DefusedXMLParser, ParseError  # noqa: PLC0415 - see above

    if len(data) > MAX_BLOCK:
        return {}, [f"XMP: a packet of {len(data)} bytes is skipped (maximum: {MAX_BLOCK})"]
    tree = _Tree()
    problems = []
    text = _packet(data)
    if text.count("=") > _MAX_PARTS:  # the parser returns an element with all its attributes: too late to stop
        return {}, [f"XMP: more than {_MAX_PARTS} attributes; the packet is skipped"]
    if _LONG_NAMESPACE.search(text):
        return {}, ["XMP: a namespace has 250 characters or more; the packet is skipped"]
    try:
        parser = DefusedXMLParser(target=tree, forbid_dtd=True)
        parser.feed(text)
        parser.close()
    except ParseError as error:
        problems.append(f"XMP: {error}")
    except DefusedXmlException:
        problems.append("XMP: document types aren't allowed, since they can declare malicious entities")
    except MalformedError as error:
        problems.append(str(error))
    return dict(tree.properties()), problems + tree.problems


def _packet(data: bytes) -> str:
    """Return the packet's text, without padding and characters that XML doesn't allow."""
    for mark, codec in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            text = data.decode(codec, "replace")
            break
    else:
        text = decode(data)
    return _NOT_XML.sub("", text[text.find("<") : text.rfind(">") + 1])


class _Node:
    """An element, with its texts in the parser's pieces."""

    __slots__ = ("attributes", "children", "tag", "texts")

    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag = tag
        self.attributes = attributes
        self.children: list[_Node] = []
        self.texts: list[str] = []


# The lists outside the descriptions, by node id; None after a property has used the list.
_Lists: TypeAlias = dict[str | None, _Node | None]


class _Tree:
    """Builds nodes from the parser's events, and interprets them as RDF. The parser determines the method names."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self._root = _Node("", {})
        self._open = [self._root]
        self._parts = 0
        self._prefixes = dict(PREFIXES)

    def start_ns(self, prefix: str, uri: str) -> None:
        """Use the packet's prefix for an unknown namespace, unless it's the prefix of a known one."""
        if prefix not in PREFIXES.values():
            self._prefixes.setdefault(uri.rstrip("/#"), prefix)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._count()
        if len(self._open) > _MAX_DEPTH:
            raise MalformedError(f"XMP: deeper than {_MAX_DEPTH} elements; the rest is skipped")
        node = _Node(tag, attributes)
        self._open[-1].children.append(node)
        self._open.append(node)

    def data(self, text: str) -> None:
        self._count()
        self._open[-1].texts.append(text)

    def _count(self) -> None:
        self._parts += 1
        if self._parts > _MAX_PARTS:
            raise MalformedError(f"XMP: more than {_MAX_PARTS} parts; the rest is skipped")

    def end(self, _tag: str) -> None:
        self._open.pop()

    def properties(self) -> Iterator[tuple[str, XmpValue]]:
        """Yield the properties of all descriptions. In a dict, the last of two equal names is kept."""
        for node in self._open:  # open nodes are incomplete: the packet was truncated
            node.texts.clear()
        for rdf in _all_rdf(self._root):
            lists: _Lists = {node.attributes.get(_NODE_ID): node for node in rdf.children if node.tag in _LISTS}
            lists.pop(None, None)
            for description in rdf.children:
                yield from self._description(description, lists)

    def _description(self, node: _Node, lists: _Lists | None = None) -> Iterator[tuple[str, XmpValue]]:
        """Yield the properties of a description, its attributes and children, without empty ones."""
        for attribute, text in node.attributes.items():
            name = self._name(attribute)
            if name and text.strip():
                yield name, text.strip()
        for child in node.children:
            name = self._name(child.tag)
            value = self._property(child, lists or {}) if name else None
            if name and value:
                yield name, value

    def _property(self, node: _Node, lists: _Lists) -> XmpValue | None:
        """Return a property's value. F-Spot writes a list outside the description, and its node id inside.

        Only the first property with a list's id gets it: thousands of items in thousands of properties would be millions.
        """
        node_id = node.attributes.get(_NODE_ID)
        if node_id not in lists:
            return self._value(node)
        items, lists[node_id] = lists[node_id], None
        if items is not None:
            return self._list(items)
        if not self.problems:
            self.problems.append("XMP: several properties refer to the same list; only the first gets it")
        return None

    def _name(self, tag: str) -> str | None:
        if tag.startswith(_NO_PROPERTY):
            return None
        uri, _, name = tag[1:].rpartition("}")
        prefix = self._prefixes.get(uri.rstrip("/#"))
        return f"{prefix}:{name}" if prefix else None

    def _value(self, node: _Node) -> XmpValue:
        """Return a text, a list or a structure; of a text's languages the default one, or else the first."""
        if not node.children:
            structure = dict(self._description(node))
            return structure or node.attributes.get(_RDF + "resource") or "".join(node.texts).strip()
        inner = node.children[0]
        if inner.tag in _LISTS:
            return self._list(inner)
        if inner.tag == _DESCRIPTION:
            node = inner
        for child in node.children:
            if child.tag == _VALUE:  # a value with qualifiers
                return self._value(child)
        return dict(self._description(node))

    def _list(self, node: _Node) -> XmpValue:
        items = [(item.attributes.get(_XML + "lang"), self._value(item)) for item in node.children]
        if node.tag == _LISTS[0] and any(language for language, _ in items):
            return dict(reversed(items)).get("x-default", items[0][1])
        return [value for _, value in items if value]


def _all_rdf(node: _Node) -> Iterator[_Node]:
    """Yield every rdf:RDF at any depth: programs wrap it in x:xmpmeta, in x:xapmeta, or not at all."""
    for child in node.children:
        if child.tag == _RDF + "RDF":
            yield child
        else:
            yield from _all_rdf(child)
