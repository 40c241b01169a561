"""Prose is plain English: phrases that aren't are refused, with their replacement."""

from __future__ import annotations

import re

import pytest

from tests.docs.prose import PHRASES, ROOT, Phrase, hits

NAMES = [phrase.name for phrase in PHRASES]


def test_prose_is_plain() -> None:
    places = list(map(str, hits()))
    if places:
        pytest.fail("\n".join(["Replace these phrases (docs/style.md):", *places]))


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
