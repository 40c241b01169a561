"""Changes the data of a YAML text; comments, order, quotes, line ends and all other characters stay.

An alias stays if it still fits, otherwise a copy of the new data replaces it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import yaml

from lib.errors import DataError
from lib.rules.syntax.yaml_places import AliasNode, Data, Places, is_block
from lib.rules.syntax.yaml_tree import MAX_TEXT, MERGE

_BOM = "\ufeff"
_COMMA = re.compile(r"(?:#[^\r\n]*|[^,#])*?,")


def read_data(text: str) -> Data:
    """Return the data of a valid rules file."""
    places = Places(text.removeprefix(_BOM))
    return places.data(places.root)


def write_data(text: str, data: Data) -> str:
    """Return the text of a valid rules file with this data. Raises DataError if it can't be changed so.

    A list has its old items at their old index, None for those to remove, then the new ones.
    """
    body = text.removeprefix(_BOM)
    changed = _Editor(Places(body)).write(data)
    if _compact(read_data(changed)) != _compact(data):
        raise DataError("an anchor or an unusual notation prevents the change; edit the file")
    return text[: len(text) - len(body)] + changed


def to_flow(data: Data) -> str:
    """Return data as YAML on one line. Text is quoted unless every YAML parser reads it as the same text."""
    style = '"' if isinstance(data, str) and not data.isprintable() else None
    text: str = yaml.dump(
        [data],
        Dumper=_Dumper,
        default_flow_style=True,
        default_style=style,
        allow_unicode=True,
        sort_keys=False,
        width=MAX_TEXT,
    )
    return text[1:-2]


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, _data: Any) -> bool:
        return True


class _Editor:
    """Collects the edits of one text: start, end, new text."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._text = places.text
        self._newline = "\r\n" if "\r\n" in self._text else "\n"
        self._edits: list[tuple[int, int, str]] = []
        self._written: dict[int, Data] = {}
        """id of a node -> its new data, which its aliases have too."""

    def write(self, data: Data) -> str:
        """Return the text with this data."""
        root = self._places.root
        if isinstance(data, dict) and self._places.data(root) is None:
            self._append_lines(len(self._text), [line for name in data for line in _lines(name, data[name], "")])
        elif root is not None:
            self._write(root, data)
        parts, pos = [], 0
        for start, end, new in sorted(self._edits, key=lambda edit: edit[:2]):
            parts += [self._text[pos:start], new]
            pos = end
        return "".join([*parts, self._text[pos:]])

    def _write(self, node: yaml.Node, data: Data) -> None:
        if isinstance(node, AliasNode):
            if _compact(self._written.get(id(node.value))) != _compact(data):
                self._replace(node, data)
            return
        self._written[id(node)] = data
        old = self._places.data(node)
        if isinstance(node, yaml.SequenceNode) and isinstance(data, list):
            self._write_list(node, data)
        elif isinstance(node, yaml.MappingNode) and isinstance(old, dict) and isinstance(data, dict):
            self._write_map(node, data)
        elif old != data:
            self._replace(node, data)

    def _write_list(self, node: yaml.SequenceNode, data: list[Any]) -> None:
        kept, removed = zip(node.value, data, strict=False), set()
        for index, (item, new) in enumerate(kept):
            if new is None and self._places.data(item) is not None:
                removed.add(index)
            else:
                self._write(item, new)
        spans = self._remove(node, [[item] for item in node.value], removed)
        added = [to_flow(item) for item in data[len(node.value) :]]
        if not is_block(node):
            self._append_flow(node, spans, removed, added)
        elif added:
            indent = " " * self._places.column(spans[-1][0])
            self._append_lines(spans[-1][1], [f"{indent}- {item}" for item in added])

    def _write_map(self, node: yaml.MappingNode, data: dict[str, Any]) -> None:
        stays: dict[str, Any] = {}
        removed = set()
        for index, (key, value) in enumerate(node.value):
            name = self._places.key(key)
            if key.tag == MERGE:
                self._write(value, self._places.data(value))
                stays = self._places.merged(value) | stays
            elif name in data:
                self._write(value, data[name])
                stays[name] = data[name]
            else:
                removed.add(index)
        spans = self._remove(node, node.value, removed)
        added = {name: _compact(value) for name, value in data.items() if name not in stays or stays[name] != value}
        if not is_block(node):
            entries = [f"{to_flow(name)}: {to_flow(value)}" for name, value in added.items()]
            self._append_flow(node, spans, removed, entries)
        elif added:
            indent = " " * self._places.column(spans[0][0])
            lines = [line for name, value in added.items() for line in _lines(name, value, indent)]
            # At the end of the file, below its last comments: they may be a rule that is switched off.
            is_root = node is self._places.root
            self._append_lines(len(self._text) if is_root else spans[-1][1], lines)

    def _replace(self, node: yaml.Node, data: Data) -> None:
        start, end = self._places.start(node), self._places.end(node)
        new = to_flow(_compact(data))
        if isinstance(node, yaml.ScalarNode) and node.style in ("'", '"') and isinstance(data, str):
            new = _quoted(data, node.style)
        new += "".join(f"  {comment}" for comment in self._places.comments([node], start, end))
        self._edits.append((start, end, new if start < end else f" {new}"))

    def _append_flow(
        self, node: yaml.CollectionNode, spans: Sequence[tuple[int, int]], removed: set[int], entries: list[str]
    ) -> None:
        if not entries:
            return
        text = ", ".join(entries)
        if spans:
            pos = spans[-1][1]
            self._edits.append((pos, pos, f", {text}" if len(removed) < len(spans) else text))
        else:
            pos = self._places.start(node) + 1
            self._edits.append((pos, pos, text + " " * self._text.startswith("#", pos)))

    def _append_lines(self, pos: int, lines: list[str]) -> None:
        """Append lines below the one of this position."""
        text = self._newline.join(lines)
        end = self._text.find("\n", pos)
        if end >= 0:
            self._edits.append((end + 1, end + 1, text + self._newline))
        elif self._text.endswith("\n") or not self._text:
            self._edits.append((pos, pos, text + self._newline))
        else:
            self._edits.append((len(self._text), len(self._text), self._newline + text))

    def _remove(
        self, node: yaml.CollectionNode, entries: Sequence[Sequence[yaml.Node]], removed: set[int]
    ) -> list[tuple[int, int]]:
        """Remove the entries at these indexes, without their comments. Returns where all of them begin and end."""
        spans = self._places.spans(node)
        last = max((index for index in range(len(spans)) if index not in removed), default=-1)
        for index in sorted(removed):
            comments = self._places.comments(entries[index], *spans[index])
            if is_block(node):
                self._remove_lines(*spans[index], comments)
            elif index < last:
                self._remove_before_comma(*spans[index], comments)
            else:
                self._remove_after_comma(spans[index - 1][1] if index else None, *spans[index], comments)
        return spans

    def _remove_lines(self, start: int, end: int, comments: Sequence[str]) -> None:
        """Remove an entry of a block, with its line unless that has a comment."""
        line, line_end = self._text.rfind("\n", 0, start) + 1, self._text.find("\n", end)
        indent, rest = self._text[line:start], self._text[end : len(self._text) if line_end < 0 else line_end]
        if comments:
            self._edits.append((start, end, (self._newline + " " * len(indent)).join(comments)))
        elif indent.strip():
            self._edits.append((start, end, ""))
        elif rest.strip():
            self._edits.append((start, end + len(rest) - len(rest.lstrip()), ""))
        else:
            self._edits.append((line, end + len(rest) + 1, ""))

    def _remove_before_comma(self, start: int, end: int, comments: Sequence[str]) -> None:
        """Remove an entry between brackets and the comma after it."""
        comma = self._comma(end)
        rest = self._text[comma:].lstrip(" ")
        if self._text[end : comma - 1].strip(" "):
            self._edits.append((comma - 1, comma, ""))
        else:
            end = comma if rest[:1] in "#\r\n" else len(self._text) - len(rest)
        self._edits.append((start, end, self._between_brackets(start, comments)))

    def _remove_after_comma(self, before: int | None, start: int, end: int, comments: Sequence[str]) -> None:
        """Remove an entry between brackets and the comma before it, which follows the position `before`."""
        new = self._between_brackets(start, comments)
        if before is not None:
            comma = self._comma(before)
            if self._text[comma:start].strip(" "):
                self._edits.append((comma - 1, comma, ""))
            else:
                start = comma - 1
        self._edits.append((start, end, new))

    def _comma(self, pos: int) -> int:
        """Return the position after the next comma outside a comment."""
        match = _COMMA.match(self._text, pos)
        assert match is not None
        return match.end()

    def _between_brackets(self, start: int, comments: Sequence[str]) -> str:
        indent = self._newline + " " * self._places.column(start)
        return "".join(f" {comment}{indent}" for comment in comments)


def _lines(name: str, value: Data, indent: str) -> Iterator[str]:
    """Yield the lines of a new entry of a block."""
    if isinstance(value, dict):
        yield f"{indent}{to_flow(name)}:"
        for key, item in value.items():
            yield from _lines(key, item, f"{indent}  ")
    elif isinstance(value, list):
        yield f"{indent}{to_flow(name)}:"
        yield from (f"{indent}- {to_flow(item)}" for item in value)
    else:
        yield f"{indent}{to_flow(name)}: {to_flow(value)}"


def _quoted(text: str, style: str) -> str:
    if not text.isprintable():
        return to_flow(text)
    if style == '"' and "\\" not in text and '"' not in text:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"


def _compact(data: Data) -> Data:
    """Return data without the removed items of its lists."""
    if isinstance(data, list):
        return [_compact(item) for item in data if item is not None]
    return {key: _compact(value) for key, value in data.items()} if isinstance(data, dict) else data
