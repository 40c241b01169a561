"""File names that every file system takes."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.client.create.filenames import MAX_BYTES, numbered, safe

KEPT = [
    "plain",
    "with space",
    "夏の日",
    "Ünï",
    "a.b.c",
    "-dash",
    ".hidden",
    "100 {sure} $(x) `y`",
    "emoji 🌅",
    "console",
    "com10",
]
MADE_SAFE = [
    ("CON", "_CON"),
    ("nul.tar", "_nul.tar"),
    ("com1", "_com1"),
    ("LPT9.x", "_LPT9.x"),
    ("COM¹", "_COM¹"),
    ("conin$", "_conin$"),
    ("a/b\\c:d", "a_b_c_d"),
    ('<>"|?*', "______"),
    ("new\nline\ttab\x00nul\x7f", "new_line_tab_nul_"),
    ("dots...", "dots"),
    ("dot. . ", "dot"),
    ("  spaces  ", "spaces"),
    ("100%", "100_"),
    ("..", "image"),
    ("", "image"),
    ("undecodable \udcff", "undecodable _"),
    ("txt\u202egnp", "txt_gnp"),
    ("e\u0301", "é"),
    ("x" * 300, "x" * 128),
    ("夏" * 100, "夏" * 42),
]


@pytest.mark.parametrize("stem", KEPT)
def test_a_name_that_is_safe_is_kept(stem: str) -> None:
    assert safe(stem, ".png") == f"{stem}.png"


@pytest.mark.parametrize(("stem", "made"), MADE_SAFE, ids=[repr(stem)[:30] for stem, _ in MADE_SAFE])
def test_a_name_is_made_safe(stem: str, made: str) -> None:
    assert safe(stem, ".png") == f"{made}.png"


@given(st.text(), st.integers(1, 9999))
def test_any_text_becomes_a_name_that_can_be_numbered(stem: str, number: int) -> None:
    name = numbered(safe(stem, ".jpeg"), number)
    assert len(name.encode()) <= MAX_BYTES
    assert unicodedata.is_normalized("NFC", name)
    assert not set(name) & set('<>:"/\\|?*%\n\0')
    assert name.strip(" ") == name
    assert not name.removesuffix(".jpeg").endswith((" ", "."))


@pytest.mark.parametrize(("number", "name"), [(1, "a.b.png"), (2, "a.b (2).png"), (12, "a.b (12).png")])
def test_names_are_numbered_before_their_extension(number: int, name: str) -> None:
    assert numbered("a.b.png", number) == name


@pytest.mark.timeout(60)  # to compose all of it takes the square of its length: many minutes
def test_of_a_long_name_only_what_is_kept_is_composed() -> None:
    assert len(safe("a" + "\u0315\u0300" * 1_000_000, ".png").encode()) <= MAX_BYTES
