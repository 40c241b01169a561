"""The nodes of a YAML text with their places: where each begins and ends, its data, and the comments inside."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

import yaml

from lib.rules.syntax.yaml_tree import MERGE, NULL, TextLoader, compose

Data: TypeAlias = "str | list[Any] | dict[str, Any] | None"
"""Data as PyYAML loads it, but every scalar is text or None."""

_COMMENT = re.compile(r"#[^\r\n]*")
_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)*")
"""An anchor or a tag before a node."""


class AliasNode(yaml.Node):
    """An alias at its own place; `value` is the node that it stands for."""

    id = "alias"


class _Loader(TextLoader):
    """A loader that keeps aliases."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event: Any = self.peek_event() if self.check_event(yaml.AliasEvent) else None  # type: ignore[no-untyped-call]  # PyYAML's
        node = super().compose_node(parent, index)
        if event is None or node is None:
            return node
        target = node.value if isinstance(node, AliasNode) else node
        return AliasNode(target.tag, target, event.start_mark, event.end_mark)


class Places:
    """The nodes of one text. It must be a valid rules file: duplicate keys and endless aliases aren't checked again."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.root = compose(text, _Loader)

    def data(self, node: yaml.Node | None) -> Data:
        """Return the data of a node; of an empty text None."""
        if isinstance(node, AliasNode):
            return self.data(node.value)
        if isinstance(node, yaml.SequenceNode):
            return [self.data(item) for item in node.value]
        if isinstance(node, yaml.MappingNode):
            return self._map(node)
        return None if node is None or node.tag == NULL else str(node.value)

    def _map(self, node: yaml.MappingNode) -> str | dict[str, Any]:
        merged: dict[str, Any] = {}
        for key, value in node.value:
            if key.tag == MERGE:
                merged = self.merged(value) | merged
        own = {self.key(key): self.data(value) for key, value in node.value if key.tag != MERGE}
        if node.flow_style and own and not merged and not any(value is not None for value in own.values()):
            return self.text[node.start_mark.index : node.end_mark.index]  # a template without quotes
        return merged | own

    def key(self, node: yaml.Node) -> str:
        """Return a key of a map."""
        return str(self.data(node))

    def merged(self, node: yaml.Node) -> dict[str, Any]:
        """Return what the value of `<<` adds to a map: one map or several, of which the first wins."""
        data = self.data(node)
        entries: dict[str, Any] = {}
        for part in data if isinstance(data, list) else (data,):
            entries = {**part, **entries} if isinstance(part, dict) else entries
        return entries

    def start(self, node: yaml.Node) -> int:
        """Return the position of a node, after its anchor and its tag."""
        if isinstance(node, AliasNode):
            return int(node.start_mark.index)
        match = _PROPERTIES.match(self.text, node.start_mark.index, node.end_mark.index)
        assert match is not None
        return match.end()

    def end(self, node: yaml.Node) -> int:
        """Return the position after a node, without the comments and lines below it."""
        if is_block(node):
            last = node.value[-1]
            return max(map(self.end, last)) if isinstance(last, tuple) else self.end(last)
        start, end = node.start_mark.index, node.end_mark.index
        return int(start) + len(self.text[start:end].rstrip())

    def spans(self, node: yaml.CollectionNode) -> list[tuple[int, int]]:
        """Return where each entry begins and ends; an item of a block list begins with its dash."""
        if isinstance(node, yaml.MappingNode):
            return [(key.start_mark.index, max(self.end(key), self.end(value))) for key, value in node.value]
        starts = [item.start_mark.index for item in node.value]
        if is_block(node):
            starts = [self.text.rfind("-", 0, start) for start in starts]
        return [(start, self.end(item)) for start, item in zip(starts, node.value, strict=True)]

    def comments(self, nodes: Sequence[yaml.Node], start: int, end: int) -> list[str]:
        """Return the comments from `start` to `end`, around the scalars of these nodes."""
        comments = []
        for leaf in (leaf for node in nodes for leaf in _leaves(node)):
            first = leaf.start_mark.index
            if isinstance(leaf, yaml.ScalarNode) and leaf.style in ("|", ">"):  # its first line may have a comment
                first = self.text.find("\n", first)
            comments += _COMMENT.findall(self.text, start, max(start, first))
            start = self.end(leaf)
        return [*comments, *_COMMENT.findall(self.text, start, max(start, end))]

    def column(self, pos: int) -> int:
        """Return the column of a position, from 0."""
        return pos - self.text.rfind("\n", 0, pos) - 1


def is_block(node: yaml.Node) -> bool:
    """Whether a node is a list or a map over several lines, without brackets."""
    return isinstance(node, yaml.CollectionNode) and not node.flow_style


def _leaves(node: yaml.Node) -> Iterator[yaml.Node]:
    if isinstance(node, yaml.CollectionNode):
        for item in node.value:
            for part in item if isinstance(item, tuple) else (item,):
                yield from _leaves(part)
    else:
        yield node
