"""Parses a rules file into a tree in which every scalar is text and every node has its line.

PyYAML's usual loader reads `007` as 7, `12:30` as 750, `no` as False. So its implicit resolvers are off except merge
(`<<`) and null, and the composed nodes are converted directly. It uses the pure Python parser, which the package contains.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

import yaml

from lib.rules.syntax.diagnostics import Problem, RulesError

# Half a second for PyYAML's pure parser; enough for a thousand rules.
MAX_TEXT = 128 * 1024
# Maximum after aliases are expanded: a thousand rules have some 20,000 nodes.
MAX_NODES = 100_000
MAX_CHARACTERS = 8 * MAX_TEXT
MAX_DEPTH = 40

_TAG = "tag:yaml.org,2002:"
NULL = _TAG + "null"
MERGE = _TAG + "merge"
_PLAIN_TAGS = {NULL, MERGE, _TAG + "str", _TAG + "seq", _TAG + "map"}


@dataclass(frozen=True)
class ScalarNode:
    """A scalar as text."""

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
    """A map, in the order of the file; `source` is the text of one that may be a template without quotes."""

    line: int
    entries: tuple[tuple[ScalarNode, Node], ...]
    source: str | None = None


Node: TypeAlias = "ScalarNode | NullNode | SequenceNode | MappingNode"


class TextLoader(yaml.SafeLoader):
    """SafeLoader with only merge and null resolved."""

    # Keyed by the scalar's first character, "" for the empty one.
    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag in (NULL, MERGE)]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def compose(text: str, loader: type[TextLoader] = TextLoader) -> yaml.Node | None:
    """Return PyYAML's nodes, with their positions in the text. Raises RulesError with a remedy for invalid YAML."""
    if len(text) > MAX_TEXT:
        raise RulesError([Problem(1, f"the file has {len(text)} characters (maximum: {MAX_TEXT})")])
    try:
        return yaml.compose(text, loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise RulesError([Problem(line, _with_remedy(error))]) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise RulesError(
            [Problem(line, f"the character {error.character!r} isn't allowed in YAML; remove it")]
        ) from error
    except RecursionError as error:
        raise RulesError([Problem(1, "the file is nested too deeply")]) from error
    except (
        ValueError,
        OverflowError,
    ) as error:  # from PyYAML: an escape beyond Unicode, a version with too many digits
        raise RulesError([Problem(1, f"invalid YAML: {error}")]) from error


def parse(text: str) -> Node:
    """Return the tree of a rules file. Raises RulesError for duplicate keys, tags, and aliases that expand too far."""
    root = compose(text)
    if root is None:
        return NullNode(1)
    builder = _Builder(text)
    tree = builder.build(root, 0)
    if builder.problems:
        raise RulesError(builder.problems)
    return tree


def decode(content: bytes) -> str:
    """Decode a file without its byte order mark. Raises RulesError with a remedy if it isn't UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = "the file isn't UTF-8; save it with the encoding UTF-8"
        raise RulesError([Problem(line, message)]) from error


class _Builder:
    """Converts PyYAML's nodes to ours and counts them, since a short alias may expand to many."""

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
            message = "the file is nested too deeply" if depth > MAX_DEPTH else "the aliases of the file expand too far"
            raise RulesError([Problem(line, message)])
        if node.tag not in _PLAIN_TAGS:
            self.problems.append(Problem(line, f"the tag {node.tag!r} isn't supported; remove it"))
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, line)
        if isinstance(node, yaml.SequenceNode):
            return SequenceNode(line, tuple(self.build(item, depth + 1) for item in node.value))
        assert isinstance(node, yaml.MappingNode)
        return self._mapping(node, line, depth)

    def _scalar(self, node: yaml.ScalarNode, line: int) -> Node:
        if node.tag == NULL:
            return NullNode(line)
        if node.style == '"' and (problem := _backslash_problem(self._source(node))):
            self.problems.append(Problem(line, problem))
        if match := _INVALID.search(node.value):
            self.problems.append(Problem(line, f"the character {match[0]!r} isn't allowed in rules; remove it"))
        return ScalarNode(line, _INVALID.sub("\ufffd", node.value))

    def _source(self, node: yaml.Node) -> str:
        """Return the source text of a node; an escape is never shorter than its character."""
        return self._text[node.start_mark.index : node.end_mark.index]

    def _mapping(self, node: yaml.MappingNode, line: int, depth: int) -> Node:
        entries: dict[str, tuple[ScalarNode, Node]] = {}
        merged: list[Node] = []
        for key_node, value_node in node.value:
            if key_node.tag == MERGE:
                merged.append(self.build(value_node, depth + 1))
                continue
            key = self.build(key_node, depth + 1)
            if not isinstance(key, ScalarNode):
                self.problems.append(Problem(key.line, "a key must be text"))
                continue
            if key.value in entries:
                first = entries[key.value][0].line
                self.problems.append(Problem(key.line, f"duplicate key {key.value!r}; the first is in line {first}"))
            entries[key.value] = (key, self.build(value_node, depth + 1))
        for source in merged:
            self._merge(entries, source)
        return MappingNode(line, tuple(entries.values()), self._template_source(node, entries))

    def _merge(self, entries: dict[str, tuple[ScalarNode, Node]], source: Node) -> None:
        """Add the entries of `<<`; the map's own entries win, and of several maps the first."""
        for part in source.items if isinstance(source, SequenceNode) else (source,):
            if not isinstance(part, MappingNode):
                self.problems.append(Problem(part.line, "`<<` must be a map or a list of maps"))
                continue
            for key, value in part.entries:
                entries.setdefault(key.value, (key, value))

    def _template_source(self, node: yaml.MappingNode, entries: dict[str, tuple[ScalarNode, Node]]) -> str | None:
        """Return the source of `{re.name}` without quotes, which is a map without values in YAML; None for other maps."""
        if not node.flow_style or not entries or not all(isinstance(value, NullNode) for _, value in entries.values()):
            return None
        source = self._source(node)
        self._characters += len(source)
        return source


# An unpaired surrogate, which an escape can produce, isn't valid UTF-8; file names can't contain NUL.
_INVALID = re.compile("[\0\ud800-\udfff]")
_DRIVE = re.compile(r'"[A-Za-z]:\\(?!\\)')
_ESCAPES = re.compile(r"\\(.)", re.DOTALL)
_QUOTES = "in double quotes a backslash starts an escape; use single quotes, and / in paths: 'D:/pics'"


def _backslash_problem(source: str) -> str | None:
    """Return the problem with a double-quoted scalar whose backslashes probably aren't escapes, or None."""
    if _DRIVE.match(source) or set(_ESCAPES.findall(source)) - set('"\\/nuxU \n\r'):
        return _QUOTES
    return None


_REMEDIES = (
    ("unknown escape character", _QUOTES),
    ("expected escape sequence", _QUOTES),
    ("'\\t' that cannot start any token", "the line contains a tab; indent with spaces"),
    ("mapping values are not allowed here", "put text that contains ': ' in single quotes"),
    ("that cannot start any token", "put text that starts with this character in single quotes"),
    ("expected <block end>", "check the indentation; put text that starts with { [ or ' in single quotes"),
    ("expected ',' or", "put text that contains { } [ ] or , in single quotes"),
    ("undefined alias", "put text that starts with * in single quotes"),
    ("expected alphabetic or numeric character", "put text that starts with * or & in single quotes"),
    ("could not find expected ':'", "a key needs a colon and a space; check the indentation"),
    ("found unexpected end of stream", "a quote isn't closed"),
    ("expected a single document", "remove the line with ---; the file must be one document"),
)


def _with_remedy(error: yaml.MarkedYAMLError) -> str:
    problem = " ".join(part for part in (error.context, error.problem) if part)
    remedy = next((text for sign, text in _REMEDIES if sign in problem), "check quotes and indentation")
    return f"invalid YAML: {problem}; {remedy}"
