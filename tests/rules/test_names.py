"""Names of tags, performers, studios and galleries: found, ambiguous, missing or created."""

from __future__ import annotations

from typing import Any

import pytest

from lib.changes import Ref
from tests.rules.factories import Book, after, engine, image, one_rule, plan

# tags in Stash, name and options as typed, what is added, what is reported
NAMES: dict[str, tuple[list[str], str, list[Any], list[str]]] = {
    "the exact name": (["sea", "Sea"], "Sea", [Ref("2", "Sea")], []),
    "the name in another case": (["Sea"], "SEA", [Ref("1", "Sea")], []),
    "beyond ASCII": (["Été"], "ÉTÉ", [Ref("1", "Été")], []),
    "an alias": (["Sea|Ocean"], "ocean", [Ref("1", "Sea")], []),
    "the name before an alias": (["Sea|Ocean", "ocean"], "OCEAN", [Ref("2", "ocean")], []),
    "two in another case": (["sea", "SEA"], "Sea", [], ["the tag 'Sea' is ambiguous: it could be sea (1), SEA (2)"]),
    "two by an alias": (["a|x", "b|x"], "x", [], ["the tag 'x' is ambiguous: it could be a (1), b (2)"]),
    "missing": ([], "Sea", [], ["missing: Sea"]),
    "made": ([], "Sea, create: true", [Ref(None, "Sea")], []),
    "made, but too short": ([], "Sea, create: true, min_words: 2", [], ["missing: Sea"]),
    "there, though short": (["Sea"], "Sea, create: true, min_words: 2", [Ref("1", "Sea")], []),
}


@pytest.mark.parametrize(("known", "typed", "added", "reported"), NAMES.values(), ids=NAMES)
def test_names(known: list[str], typed: str, added: list[Any], reported: list[str]) -> None:
    planned = one_rule(f"add: {{tags: {{value: {typed}}}}}", image(), Book(tags=known))
    assert [ref for entry in planned.change.changes for ref in entry.add] == added
    missing = [f"missing: {name}" for name in planned.missing_names.get("tags", [])]
    assert [*planned.problems, *missing] == reported


@pytest.mark.parametrize("where", ["defaults", "rule", "value"])
def test_create_in_defaults_rule_or_value(where: str) -> None:
    text = f"""
defaults: {{create: [{"performers" if where == "defaults" else ""}]}}
rules:
- name: a
  create: [{"performers" if where in ("rule", "defaults") else ""}]
  add: {{performers: {{value: Ada, {"create: true" if where == "value" else "strategy: merge"}}}, tags: x}}
"""
    if where == "defaults":
        text = text.replace("  create: [performers]\n", "")
    planned = plan(text, image())
    assert planned.new_names == {"performers": ["Ada"]}
    assert planned.missing_names == {"tags": ["x"]}


def test_new_name_is_one_in_any_case() -> None:
    text = """
rules:
- {name: a, add: {tags: {value: [Sea, SEA], create: true}}}
- {name: b, match: {has: {tags: sea}}, set: {title: '{image.tags}'}}
"""
    rules = engine(text)
    assert after(rules.plan(image())) == {"tags": ["Sea"], "title": "Sea"}
    assert after(rules.plan(image(id="8")))["tags"] == ["Sea"]
    assert rules.plan(image()).new_names == {"tags": ["Sea"]}


def test_new_name_can_be_removed() -> None:
    text = "rules: [{name: a, create: [tags], add: {tags: [Sea, Sun]}}, {name: b, remove: {tags: SEA}}]"
    planned = plan(text, image())
    assert (after(planned), planned.new_names) == ({"tags": ["Sun"]}, {"tags": ["Sun"]})


def test_zip_gallery_is_not_assigned() -> None:
    book = Book(galleries=["Trip", "Zipped"])
    book.refused["Zipped"] = "its images come from a zip or a folder"
    planned = one_rule("add: {galleries: [Trip, Zipped]}", image(), book)
    assert after(planned) == {"galleries": ["Trip"]}
    assert planned.problems == ("the gallery 'Zipped' can't be assigned: its images come from a zip or a folder",)
