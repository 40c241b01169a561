"""Changing the data of a YAML text changes what it must, and no other character."""

from __future__ import annotations

from typing import Any

import pytest

from lib.errors import DataError
from lib.rules.syntax.yaml_edit import read_data, to_flow, write_data

BLOCK = """# head
a:   # the a
  b:
  - x   # the x
  # above y
  - "y"
  - {n: 1}
  c: 'z'
# tail
"""


def changed(text: str, *changes: tuple[str, Any]) -> str:
    """The text after changes: `a.b.0` is replaced, or removed by None; `a.b.+` is appended."""
    data: Any = read_data(text) or {}
    for path, value in changes:
        *parents, last = path.split(".")
        target = data
        for key in parents:
            target = target[int(key)] if isinstance(target, list) else target[key]
        if last == "+":
            target.append(value)
        elif isinstance(target, list):
            target[int(last)] = value
        elif value is None:
            del target[last]
        else:
            target[last] = value
    return write_data(text, data)


# the text, the changes, what the text is then
EDITS: dict[str, tuple[str, list[tuple[str, Any]], str]] = {
    "nothing": (BLOCK, [], BLOCK),
    "a text keeps its quotes": (BLOCK, [("a.c", "it's")], BLOCK.replace("'z'", "'it''s'")),
    "double quotes": (BLOCK, [("a.b.1", "w")], BLOCK.replace('"y"', '"w"')),
    "double quotes around a quote": (BLOCK, [("a.b.1", 'a"b')], BLOCK.replace('"y"', "'a\"b'")),
    "a plain text gets quotes": (BLOCK, [("a.b.0", "yes")], BLOCK.replace("- x ", "- 'yes' ")),
    "an item at the end": (BLOCK, [("a.b.+", "w")], BLOCK.replace("  c:", "  - w\n  c:")),
    "an item after a comment": ("a:\n- x # the x", [("a.+", "w")], "a:\n- x # the x\n- w"),
    "an item is removed with its line": (BLOCK, [("a.b.1", None)], BLOCK.replace('  - "y"\n', "")),
    "its comment stays": (BLOCK, [("a.b.0", None)], BLOCK.replace("- x   # the x", "# the x")),
    "a map inside a list": (BLOCK, [("a.b.2.n", "2"), ("a.b.2.m", "3")], BLOCK.replace("{n: 1}", "{n: '2', m: '3'}")),
    "a key of a block": (BLOCK, [("a.d", {"e": ["x"]})], BLOCK.replace("# tail", "  d:\n    e:\n    - x\n# tail")),
    "a key at the end of the file": (BLOCK, [("d", "1")], BLOCK + "d: '1'\n"),
    "without a last line end": ("a: x", [("d", "x")], "a: x\nd: x"),
    "a key is removed": (BLOCK, [("a.c", None)], BLOCK.replace("  c: 'z'\n", "")),
    "comments inside stay": (
        BLOCK,
        [("a.b", None)],
        "# head\na:   # the a\n  # the x\n  # above y\n  c: 'z'\n# tail\n",
    ),
    "the first key of an item": ("- a: 1\n  b: 2\n", [("0.a", None)], "- \n  b: 2\n"),
    "the last line": ("a: 1\nb: 2", [("b", None)], "a: 1\n"),
    "a flow list": ("a: [x,y ]  # c", [("a.+", "z")], "a: [x,y, z ]  # c"),
    "an empty flow list": ("a: []", [("a.+", "z")], "a: [z]"),
    "an empty flow list with a comment": ("a: [# c\n ]", [("a.+", "z")], "a: [z # c\n ]"),
    "an empty flow map": ("a: &n {}", [("a.b", "z")], "a: &n {b: z}"),
    "a trailing comma": ("a: [x,]", [("a.+", "z")], "a: [x, z,]"),
    "the first of a flow list": ("a: [x, y]", [("a.0", None)], "a: [y]"),
    "the last of a flow list": ("a: [x, y]", [("a.1", None)], "a: [x]"),
    "the last two": ("a: [x, y, 'z']", [("a.1", None), ("a.2", None)], "a: [x]"),
    "all but a new one": ("a: [x, y]", [("a.0", None), ("a.1", None), ("a.+", "z")], "a: [z]"),
    "the last and a new one": ("a: [x, y]", [("a.1", None), ("a.+", "z")], "a: [x, z]"),
    "of several lines": (
        "a: [x,  # the x\n    y,  # the y\n    z]  # the z\n",
        [("a.1", None)],
        "a: [x,  # the x\n      # the y\n    z]  # the z\n",
    ),
    "the last of several lines": (
        "a: [x,  # the x\n    y  # the y\n   ]\n",
        [("a.1", None)],
        "a: [x  # the x\n      # the y\n   ]\n",
    ),
    "a comma below": ("a: [x # 1\n , y]\n", [("a.0", None)], "a: [ # 1\n  y]\n"),
    "comments inside brackets": (
        "a: [{b: 1, # one\n     c: 2}, d]",
        [("a.0", None)],
        "a: [ # one\n    d]",
    ),
    "a key of a flow map": ("{a: 1, b: 2}", [("b", None), ("c", "3")], "{a: 1, c: '3'}"),
    "no value": ("a:   # c\nb: 1\n", [("a", {"x": "y"})], "a: {x: y}   # c\nb: 1\n"),
    "null": ("a: ~ # c\n", [("a", ["x"])], "a: [x] # c\n"),
    "an empty file": ("", [("a", {"b": "c"})], "a:\n  b: c\n"),
    "comments only": ("# c", [("a", "b")], "# c\na: b"),
    "a document without content": ("---\n", [("a", "b")], "---\na: b\n"),
    "a literal block": ("a: |  # c\n  x\n  y\nb: 1\n", [("a", "z")], "a: z  # c\nb: 1\n"),
    "a text over two lines": ("a: x\n  y\nb: 1\n", [("a", "z")], "a: z\nb: 1\n"),
    "CRLF": ("a:\r\n- x\r\n- y\r\nb: 1\r\n", [("a.0", None), ("a.+", "z")], "a:\r\n- y\r\n- z\r\nb: 1\r\n"),
    "a byte order mark": ("\ufeffa: 1\n", [("a", "x")], "\ufeffa: x\n"),
    "a tag": ("a: !!str 7\n", [("a", "x")], "a: !!str x\n"),
    "a template without quotes": ("a: {re.x}\nb: 1\n", [("b", "x")], "a: {re.x}\nb: x\n"),
    "an item in a list of lists": ("- - x\n  - y\n", [("0.0", None)], "- \n  - y\n"),
    # Anchors
    "an anchor stays": ("a: &n x\nb: *n\n", [("a", "y"), ("b", "y")], "a: &n y\nb: *n\n"),
    "an alias that differs": ("a: &n x\nb: *n\n", [("b", "y")], "a: &n x\nb: y\n"),
    "an alias of what changes": ("a: &n [x]\nb: *n\nc: *n\n", [("a.+", "y"), ("c.+", "y")], "a: &n [x, y]\nb: [x]\nc: *n\n"),
    "an alias of what is removed": ("a: [&n x, y]\nb: *n\n", [("a.0", None)], "a: [y]\nb: x\n"),
    "an alias is removed": ("a: &n x\nb: [*n, y]\n", [("b.0", None)], "a: &n x\nb: [y]\n"),
    "a merged key": ("a: &n {x: 1, y: 2}\nb: {<<: *n, z: 3}\n", [("b.x", "4")], "a: &n {x: 1, y: 2}\nb: {<<: *n, z: 3, x: '4'}\n"),
    "what is merged changes": ("a: &n {x: p}\nb:\n  <<: *n\n", [("a.x", "q")], "a: &n {x: q}\nb:\n  <<: {x: p}\n"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "changes", "after"), EDITS.values(), ids=EDITS)
def test_edits(text: str, changes: list[tuple[str, Any]], after: str) -> None:
    assert changed(text, *changes) == after


REFUSED: dict[str, tuple[str, tuple[str, Any]]] = {
    "a merged key can't be removed": ("a: &n {x: 1}\nb: {<<: *n, x: 2}\n", ("b.x", None)),
    "a key without a colon": ("? a\nb: 1\n", ("a", "x")),
    "below the end of the document": ("a: 1\n...\n", ("b", "x")),
}


@pytest.mark.parametrize(("text", "change"), REFUSED.values(), ids=REFUSED)
def test_refused(text: str, change: tuple[str, Any]) -> None:
    with pytest.raises(DataError, match=r"edit the file|invalid YAML"):
        changed(text, change)


# What PyYAML's usual loader, and every other one, reads as something else is quoted.
SPECIAL = {
    "Sea View": "Sea View",
    "été 夏": "été 夏",
    "it's": "it's",
    "-z": "-z",
    "- z": "'- z'",
    "a: b": "'a: b'",
    "a #b": "'a #b'",
    "#b": "'#b'",
    "a, b": "'a, b'",
    "[a]": "'[a]'",
    "yes": "'yes'",
    "~": "'~'",
    "007": "'007'",
    "2021-07-04": "'2021-07-04'",
    "*a": "'*a'",
    "'a'": "'''a'''",
    "a\u200bb": '"a\u200bb"',
}


@pytest.mark.parametrize(("value", "text"), SPECIAL.items(), ids=SPECIAL)
def test_special_text_is_quoted(value: str, text: str) -> None:
    assert to_flow(value) == text
    assert read_data(f"a: [{text}]") == {"a": [value]}
