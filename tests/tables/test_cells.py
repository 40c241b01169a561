"""Values as cells: what is written comes back, and no spreadsheet runs it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.tables import cells
from tests.support.ids import shown

TEXTS = [
    (None, ""),
    ("", ""),
    ("plain", "plain"),
    (True, "true"),
    (False, "false"),
    (0, "0"),
    (80, "80"),
    (80.0, "80.0"),
    ([], ""),
    (["a"], "a"),
    (["a", "b c"], "a; b c"),
    (["a;b", "c\\d"], r"a\;b; c\\d"),
    ([" a ", "b"], r"\ a\ ; b"),
    ([1, True], "1; true"),
]
SPLIT = [
    ("a; b", ["a", "b"]),
    ("a;b", ["a", "b"]),
    (" a ;  b ", ["a", "b"]),
    ("; a;; b;", ["a", "b"]),
    (r"a\; b; c", ["a; b", "c"]),
    (r"a\\; b", ["a\\", "b"]),
    (r"\ a\ ; b", [" a ", "b"]),
    ("a\nb; c", ["a\nb", "c"]),
    ("a\\", ["a\\"]),
    ("", []),
    (" ; ", []),
    ("a     b ; c", ["a     b", "c"]),
    (r" \  ; \ a \  ", [" ", " a  "]),
    (r"a\\ ; b\\\ ; c", ["a\\", "b\\ ", "c"]),
    ("a\\\n\n;\t\n b", ["a\n", "b"]),
]
ELEMENT = re.compile(r"\s*((?:\\.|[^;\\]|\\\Z)*?)\s*(?:;|\Z)", re.DOTALL)
"""What an element is, in a pattern that is good for short cells alone."""
ESCAPED = [
    ("=1+1", "'=1+1"),
    ("+49", "'+49"),
    ("-", "'-"),
    ("- a", "'- a"),
    ("@name", "'@name"),
    ("\ttab", "'\ttab"),
    ("\rreturn", "'\rreturn"),
    ("'quoted'", "''quoted'"),
    ("''", "'''"),
]
NOT_ESCAPED = ["", "a", "a=1", "007", " =1", "\nline", '"quoted"', "夏", "🌅"]


@pytest.mark.parametrize(("value", "text"), TEXTS, ids=shown)
def test_text(value: Any, text: str) -> None:
    assert cells.text(value) == text


@pytest.mark.parametrize(("cell", "items"), SPLIT, ids=shown)
def test_split(cell: str, items: list[str]) -> None:
    assert list(cells.split(cell)) == items


@given(st.text(alphabet=st.sampled_from(";\\ \na")))
def test_any_cell_is_split(cell: str) -> None:
    bare = [re.sub(r"\\(.)", r"\1", match[1], flags=re.DOTALL) for match in ELEMENT.finditer(cell)]
    assert list(cells.split(cell)) == [item for item in bare if item]


@given(st.lists(st.text(min_size=1)))
def test_split_reverses_join(items: list[str]) -> None:
    assert list(cells.split(cells.join(items))) == items


@pytest.mark.parametrize(("text", "cell"), ESCAPED, ids=shown)
def test_formulas_are_escaped(text: str, cell: str) -> None:
    assert (cells.escape_formula(text), cells.unescape_formula(cell)) == (cell, text)


@pytest.mark.parametrize("text", NOT_ESCAPED, ids=shown)
def test_other_texts_are_not_escaped(text: str) -> None:
    assert (cells.escape_formula(text), cells.unescape_formula(text)) == (text, text)


def test_other_apostrophe_is_kept() -> None:
    assert cells.unescape_formula("'tis") == "'tis"


@given(st.text(alphabet=st.sampled_from("'-=+@\t\ra; ")) | st.text())
def test_any_text_is_unescaped(text: str) -> None:
    assert cells.unescape_formula(cells.escape_formula(text)) == text
    assert cells.unescape_dash(cells.escape_dash(text)) == text
    assert cells.CLEAR not in (cells.escape_formula(text), cells.escape_dash(text))


@pytest.mark.parametrize("value", [None, 5, True, ["-"], "=1", "'", "- "], ids=shown)
def test_only_a_dash_is_escaped_in_json(value: Any) -> None:
    assert cells.escape_dash(value) == value
