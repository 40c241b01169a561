"""Text of a rules file -> a tree in which every scalar is text and every node knows its line.

PyYAML's usual loader reads `007` as 7, `12:30` as 750, `no` as False. So its implicit resolvers are off except merge
(`<<`) and null, and the composed nodes are read directly. Its C parser is never asked for: the package has the pure one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

import yaml

from lib.rules.syntax.diagnostics import Problem, RulesError

# Half a second for PyYAML's pure parser; there is room for a thousand rules.
MAX_TEXT = 128 * 1024
# What aliases may expand to: a thousand rules have some 20,000 nodes.
MAX_NODES = 100_000
MAX_CHARACTERS = 8 * MAX_TEXT
MAX_DEPTH = 40

_TAG = "tag:yaml.org,2002:"
_NULL = _TAG + "null"
_MERGE = _TAG + "merge"
_PLAIN_TAGS = {_NULL, _MERGE, _TAG + "str", _TAG + "seq", _TAG + "map"}


@dataclass(frozen=True)
class ScalarNode:
    """A scalar, as it was typed."""

    line: int
    value: str


@dataclass(frozen=True)
class NullNode:
    """A key without a value, `~` or `null`."""

    line: int


@dataclass(frozen=True)
class SequenceNode:
    """A list."""

    line: int
    items: tuple[Node, ...]


@dataclass(frozen=True)
class MappingNode:
    """A map, its keys in the order of the file; `typed` is the source of one that may be a template without quotes."""

    line: int
    entries: tuple[tuple[ScalarNode, Node], ...]
    typed: str = ""


Node: TypeAlias = "ScalarNode | NullNode | SequenceNode | MappingNode"


class _Loader(yaml.SafeLoader):
    """SafeLoader with only merge and null resolved."""

    # Keyed by the scalar's first character, "" for the empty one.
    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag in (_NULL, _MERGE)]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def compose(text: str) -> yaml.Node | None:
    """PyYAML's own nodes, with their places in the text; RulesError with a remedy where the text is no YAML."""
    if len(text) > MAX_TEXT:
        raise RulesError([Problem(1, f"the file has {len(text)} characters; at most {MAX_TEXT} are read")])
    try:
        return yaml.compose(text, _Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise RulesError([Problem(line, _with_remedy(error))]) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise RulesError(
            [Problem(line, f"the character {error.character!r} cannot stand in YAML; remove it")]
        ) from error
    except RecursionError as error:
        raise RulesError([Problem(1, "nested too deeply to be read")]) from error
    except (ValueError, OverflowError) as error:  # PyYAML's own: an escape beyond all characters, a version of digits
        raise RulesError([Problem(1, f"no YAML: {error}")]) from error


def parse(text: str) -> Node:
    """The tree of a rules file; RulesError lists duplicate keys, tags, and aliases that grow beyond all bounds."""
    root = compose(text)
    if root is None:
        return NullNode(1)
    builder = _Builder(text)
    tree = builder.build(root, 0)
    if builder.problems:
        raise RulesError(builder.problems)
    return tree


def decoded(content: bytes) -> str:
    """The text of a file; RulesError with the remedy where it is not UTF-8. A byte order mark is dropped."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = "this is not UTF-8; save the file with the encoding UTF-8"
        raise RulesError([Problem(line, message)]) from error


class _Builder:
    """Turns PyYAML's nodes into ours and counts them, since an alias costs nothing to write and a lot to read."""

    def __init__(self, text: str) -> None:
        self.problems: list[Problem] = []
        self._text = text
        self._count = 0
        self._characters = 0

    def build(self, node: yaml.Node, depth: int) -> Node:
        line = node.start_mark.line + 1
        self._count += 1
        if isinstance(node, yaml.ScalarNode):
            self._characters += len(self._source(node))
        if self._count > MAX_NODES or self._characters > MAX_CHARACTERS or depth > MAX_DEPTH:
            what = "nested too deeply" if depth > MAX_DEPTH else "aliases make it grow beyond what is read"
            raise RulesError([Problem(line, what)])
        if node.tag not in _PLAIN_TAGS:
            self.problems.append(Problem(line, f"the tag {node.tag!r} is not used here; remove it"))
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, line)
        if isinstance(node, yaml.SequenceNode):
            return SequenceNode(line, tuple(self.build(item, depth + 1) for item in node.value))
        assert isinstance(node, yaml.MappingNode)
        return self._entries(node, line, depth)

    def _scalar(self, node: yaml.ScalarNode, line: int) -> Node:
        if node.tag == _NULL:
            return NullNode(line)
        if node.style == '"' and (problem := _backslash(self._source(node))):
            self.problems.append(Problem(line, problem))
        if wrong := _UNKEPT.search(node.value):
            self.problems.append(Problem(line, f"the character {wrong[0]!r} cannot stand in a rule; remove it"))
        return ScalarNode(line, _UNKEPT.sub("\ufffd", node.value))

    def _source(self, node: yaml.Node) -> str:
        """The node as it was typed; an escape is longer there than what it stands for, never shorter."""
        return self._text[node.start_mark.index : node.end_mark.index]

    def _entries(self, node: yaml.MappingNode, line: int, depth: int) -> Node:
        own: dict[str, tuple[ScalarNode, Node]] = {}
        merged: list[Node] = []
        for key_node, value_node in node.value:
            if key_node.tag == _MERGE:
                merged.append(self.build(value_node, depth + 1))
                continue
            key = self.build(key_node, depth + 1)
            if not isinstance(key, ScalarNode):
                self.problems.append(Problem(key.line, "a key is text"))
                continue
            if key.value in own:
                first = own[key.value][0].line
                self.problems.append(
                    Problem(key.line, f"the key {key.value!r} stands twice; it is in line {first} too")
                )
            own[key.value] = (key, self.build(value_node, depth + 1))
        for source in merged:
            self._merge(own, source)
        return MappingNode(line, tuple(own.values()), self._typed(node, own))

    def _merge(self, own: dict[str, tuple[ScalarNode, Node]], source: Node) -> None:
        """Add what `<<` names; what the map says itself wins, and of several the first."""
        for part in source.items if isinstance(source, SequenceNode) else (source,):
            if not isinstance(part, MappingNode):
                self.problems.append(Problem(part.line, "`<<` takes a map, or a list of maps"))
                continue
            for key, value in part.entries:
                own.setdefault(key.value, (key, value))

    def _typed(self, node: yaml.MappingNode, own: dict[str, tuple[ScalarNode, Node]]) -> str:
        """`{re.name}` without quotes is a map for YAML, all its values missing; this is what was typed."""
        if not node.flow_style or not own or not all(isinstance(value, NullNode) for _, value in own.values()):
            return ""
        typed = self._source(node)
        self._characters += len(typed)
        return typed


# Half a character, as an escape can write it, is no UTF-8; a file's name cannot have NUL.
_UNKEPT = re.compile("[\0\ud800-\udfff]")
_DRIVE = re.compile(r'"[A-Za-z]:\\(?!\\)')
_ESCAPES = re.compile(r"\\(.)", re.DOTALL)
_QUOTES = "in double quotes a backslash begins an escape; use single quotes, and / in paths: 'D:/pics'"


def _backslash(typed: str) -> str:
    """The problem with a double-quoted scalar whose backslashes were meant as such, or no text."""
    if _DRIVE.match(typed) or set(_ESCAPES.findall(typed)) - set('"\\/nuxU \n\r'):
        return _QUOTES
    return ""


_REMEDIES = (
    ("unknown escape character", _QUOTES),
    ("expected escape sequence", _QUOTES),
    ("'\\t' that cannot start any token", "a tab stands here; indent with spaces"),
    ("mapping values are not allowed here", "put a text that has ': ' in it between single quotes"),
    ("that cannot start any token", "put a text that begins with this character between single quotes"),
    ("expected <block end>", "check the indentation; put a text that begins with { [ or ' between single quotes"),
    ("expected ',' or", "put a text with { } [ ] or , in it between single quotes"),
    ("undefined alias", "put a text that begins with * between single quotes"),
    ("expected alphabetic or numeric character", "put a text that begins with * or & between single quotes"),
    ("could not find expected ':'", "a key needs a colon and a space; check the indentation"),
    ("found unexpected end of stream", "a quote is not closed"),
    ("expected a single document", "remove the line with ---; the file is one document"),
)


def _with_remedy(error: yaml.MarkedYAMLError) -> str:
    problem = " ".join(part for part in (error.context, error.problem) if part)
    remedy = next((text for sign, text in _REMEDIES if sign in problem), "check quotes and indentation")
    return f"no YAML: {problem}; {remedy}"
