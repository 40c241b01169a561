"""The vocabulary: maps and drops computed names, not constants, and lists names that may be created."""

from __future__ import annotations

import pytest

from lib.rules import load_rules
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


# what the rule adds -> the tags created, the tags that stay missing
CREATED: dict[str, tuple[str, list[str], list[str]]] = {
    "a computed tag, as it is listed": ("'{path.stem}'", ["Sea View"], []),
    "a tag in the rule": ("SEA VIEW", ["Sea View"], []),
    "despite create: false": ("{value: sea view, create: false}", ["Sea View"], []),
    "despite min_words": ("{value: sea view, create: true, min_words: 3}", ["Sea View"], []),
    "no other": ("[sea view, lake]", ["Sea View"], ["lake"]),
}


@pytest.mark.parametrize(("value", "new", "missing"), CREATED.values(), ids=CREATED)
def test_create(value: str, new: list[str], missing: list[str]) -> None:
    text = f"vocabulary: {{tags: {{create: [Sea View]}}}}\nrules: [{{name: a, add: {{tags: {value}}}}}]"
    planned = plan(text, image("a/sea view.jpg"))
    assert planned.new_names.get("tags", []) == new
    assert planned.missing_names.get("tags", []) == missing


def test_create_is_for_its_kind_only() -> None:
    text = "vocabulary: {tags: {create: Ada}}\nrules: [{name: a, add: {performers: Ada}, set: {studio: Ada}}]"
    planned = plan(text, image())
    assert (planned.new_names, planned.missing_names) == ({}, {"studios": ["Ada"], "performers": ["Ada"]})


def test_listed_names_count_as_created() -> None:
    text = "vocabulary: {tags: {create: Sea}}\nrules: [{name: a, add: {tags: [sea, lake]}}]"
    assert [(use.name, use.creates) for use in load_rules(text).named()] == [("sea", True), ("lake", False)]
