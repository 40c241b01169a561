"""The existing names nearest to a missing one."""

from __future__ import annotations

import pytest

from lib.changes import Ref
from lib.stash.nearest import MAX_NEAREST, NearestNames, edit_distance

NAMES = ["Beach", "body", "John Smith", "black and white", "Ann", "red", "Trees"]
ALIASES = {"jack smith": "John Smith"}

# a missing name, the names in Stash nearest to it
CASES = {
    "plural": ("beaches", ["Beach"]),
    "plural in y": ("Bodies", ["body"]),
    "singular": ("tree", ["Trees"]),
    "separators": ("Black_and-White", ["black and white"]),
    "no separators": ("blackandwhite", ["black and white"]),
    "one letter": ("Baech", ["Beach"]),
    "two letters of a long name": ("Jon Smyth", ["John Smith"]),
    "two letters of a short name": ("Bxxch", []),
    "a letter of a very short name": ("Amn", []),
    "near an alias": ("Jak Smith", ["John Smith"]),
    "nothing near": ("umbrella", []),
    "no letters": ("_", []),
    "a text": ("x" * 1_000, []),
}


def nearest(name: str, names: list[str] = NAMES) -> list[str]:
    refs = {each: Ref(str(number), each) for number, each in enumerate(names)}
    items = [(each.casefold(), ref) for each, ref in refs.items()]
    aliases = [(alias, refs[each]) for alias, each in ALIASES.items() if each in refs]
    levels = [{text: {ref.id or "": ref} for text, ref in level} for level in (items, aliases)]
    return [ref.name for ref in NearestNames(levels).find(name)]


@pytest.mark.parametrize(("name", "expected"), CASES.values(), ids=CASES)
def test_nearest(name: str, expected: list[str]) -> None:
    assert nearest(name) == expected


def test_closest_come_first() -> None:
    names = [f"sunse{letter}s" for letter in "abcdefgh"] + ["sunset"]
    assert nearest("sunsets", names)[0] == "sunset"
    assert len(nearest("sunsets", names)) == MAX_NEAREST


DISTANCES = {
    "equal": ("abc", "abc", 0),
    "replaced": ("abc", "axc", 1),
    "inserted": ("abc", "abxc", 1),
    "swapped": ("abcd", "acbd", 1),
    "two edits": ("abcd", "bcdx", 2),
    "above the limit": ("abcd", "wxyz", 3),
}


@pytest.mark.parametrize(("first", "second", "distance"), DISTANCES.values(), ids=DISTANCES)
def test_edit_distance(first: str, second: str, distance: int) -> None:
    assert edit_distance(first, second, 2) == edit_distance(second, first, 2) == distance
