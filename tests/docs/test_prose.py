"""Prose is plain English: phrases that aren't are refused, with their replacement."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from tests.docs.allowed_prose import ALLOWED
from tests.docs.prose import PHRASES, ROOT, Hit, Phrase, hits

HITS = list(hits())
NAMES = [phrase.name for phrase in PHRASES]
HELP = "Replace these (docs/style.md); where you moved text to another folder, move its number in allowed_prose.py:"


def area(path: str) -> str:
    """Return the folder whose files share their allowance: text may move between them."""
    return "/".join(path.split("/")[:2]) if path.startswith("lib/") else path.partition("/")[0]


AREAS = sorted({area(hit.place.path) for hit in HITS} | {area(path) for path in ALLOWED})


@pytest.mark.parametrize("name", AREAS or ["all"])
def test_prose_is_plain(name: str) -> None:
    inside = [hit for hit in HITS if area(hit.place.path) == name]
    allowed = sum(number for path, number in ALLOWED.items() if area(path) == name)
    if len(inside) > allowed:
        pytest.fail("\n".join([f"{len(inside)} phrases, {allowed} allowed. {HELP}", *map(str, _new(inside))]))


def _new(inside: list[Hit]) -> list[Hit]:
    """Return the hits of files with more of them than allowed."""
    counts = Counter(hit.place.path for hit in inside)
    return [hit for hit in inside if counts[hit.place.path] > ALLOWED.get(hit.place.path, 0)]


@pytest.mark.parametrize("phrase", PHRASES, ids=NAMES)
def test_phrase_matches_bad_sentence(phrase: Phrase) -> None:
    assert phrase.regex.search(phrase.before)


@pytest.mark.parametrize("phrase", PHRASES, ids=NAMES)
def test_replacement_is_plain(phrase: Phrase) -> None:
    assert [other.name for other in PHRASES if other.regex.search(phrase.after)] == []


STYLE = (ROOT / "docs" / "style.md").read_text(encoding="utf-8")
EXAMPLES = [
    after for _, after in re.findall(r"^\| `([^`]+)` \| (.+) \|$", STYLE.partition("## Sentences")[2], re.MULTILINE)
]


@pytest.mark.parametrize("after", EXAMPLES)
def test_examples_of_style_are_plain(after: str) -> None:
    assert [phrase.name for phrase in PHRASES if phrase.regex.search(after)] == []
