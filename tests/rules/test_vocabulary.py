"""The vocabulary: maps and drops computed names, not constants."""

from __future__ import annotations

import pytest

from tests.rules.factories import Book, after, image, plan

VOCABULARY = r"""
vocabulary:
  tags: {drop: [tagme, '/^img[ _-]?\d+$/'], map: {bw: Black & White, useless: tagme}}
rules: [{name: a, add: {tags: VALUE}, create: [tags]}]
"""
VOCABULARIES: dict[str, tuple[str, list[str]]] = {
    "mapped": ("'{path.stem}'", ["Black & White"]),
    "constants are not": ("BW", ["BW"]),
    "dropped": ("'{path.ext|replace:jpg,TagMe}'", []),
    "dropped by a pattern": ("'{path.ext|replace:jpg,IMG_12}'", []),
    "map first, then drop": ("'{path.ext|replace:jpg,USELESS}'", []),
    "constants are not dropped": ("tagme", ["tagme"]),
    "others stay": ("'{path.ext}'", ["jpg"]),
}


@pytest.mark.parametrize(("value", "tags"), VOCABULARIES.values(), ids=VOCABULARIES)
def test_vocabulary(value: str, tags: list[str]) -> None:
    planned = plan(VOCABULARY.replace("VALUE", value), image("a/BW.jpg"))
    assert after(planned).get("tags", []) == tags
    assert planned.missing_names == {}


def test_studios() -> None:
    text = "vocabulary: {studios: {map: {blu: Blue}}}\nrules: [{name: a, set: {studio: '{path.stem}'}}]"
    assert after(plan(text, image("BLU.jpg"), Book(studios=["Blue"]))) == {"studio": "Blue"}
