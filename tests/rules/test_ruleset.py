"""The set of rules: the prefilter it builds for the server, its selections, and its constant names."""

from __future__ import annotations

from typing import Any

import pytest

from lib.rules import load_rules
from tests.rules.factories import Book, engine

BOOK = Book(tags=["Red", "Blue|Azure", "Sea"], performers=["Ada Lovelace"], studios=["Ärger|Wut"], galleries=["Trip"])


# rules before the asked one, its match, what is asked of the server
ASKED = {
    "a glob": ("", "path: 'twitter/*/*.jpg'", {"path": {"value": '"tw_tter_%_%.jpg"', "modifier": "INCLUDES"}}),
    "no regular expression": ("", "path: {regex: 'a+'}", None),
    "nothing beyond ASCII": ("", "name: 'été*'", {"path": {"value": '"t"', "modifier": "INCLUDES"}}),
    "nothing under not": ("", "not: {missing: title}", None),
    "nothing of sources": ("", "image.title: x", None),
    "what an earlier rule may change is left out": (
        "{name: a, match: {organized: true}, set: {title: x}}, ",
        "missing: title",
        None,
    ),
    "organized may be asked after all": (
        "{name: a, match: {organized: false}, set: {organized: true}}, ",
        "organized: false",
        {"organized": False},
    ),
    "a rule on preview changes nothing for others": (
        "{name: a, mode: preview, match: {organized: true}, set: {code: x}}, ",
        "missing: code",
        {
            "organized": True,
            "OR": {"code": {"modifier": "IS_NULL", "value": ""}},
        },
    ),
    "a list is a chain": (
        "",
        "ext: [jpg, gif], organized: false",
        {
            "path": {"value": '".jpg"', "modifier": "INCLUDES"},
            "organized": False,
            "OR": {"path": {"value": '".g_f"', "modifier": "INCLUDES"}, "organized": False},
        },
    ),
    "no date is before another": (
        "",
        "date: {lt: 2021}",
        {"date": {"value": "0001-01-01", "value2": "2021-01-01", "modifier": "BETWEEN"}},
    ),
    "a rating of 0 is missing too": (
        "",
        "missing: rating100",
        {
            "rating100": {"modifier": "IS_NULL", "value": 0},
            "OR": {"rating100": {"value": 0, "modifier": "EQUALS"}},
        },
    ),
}


@pytest.mark.parametrize(("before", "match", "asked"), ASKED.values(), ids=ASKED)
def test_image_filter(before: str, match: str, asked: dict[str, Any] | None) -> None:
    rules = load_rules(f"rules: [{before}{{name: asked, match: {{{match}}}, set: {{details: y}}}}]")
    assert rules.image_filter() == asked


def test_terms_share_one_list_of_tags() -> None:
    text = "rules: [{name: a, match: {has: {tags: Red}}, stop: true}, {name: b, match: {has: {tags: [Blue, Sea]}, missing: code}, stop: true}]"
    tags = {"tags": {"value": ["1", "2", "3"], "modifier": "INCLUDES", "depth": 0}}
    chosen = load_rules(text).image_filter(BOOK)
    assert chosen == {**tags, "OR": {**tags, "code": {"value": "", "modifier": "IS_NULL"}}}


def test_more_than_twenty_terms_select_all() -> None:
    names = ", ".join(f"'a{number}*'" for number in range(20))
    assert load_rules(f"rules: [{{name: r, match: {{name: [{names}]}}, set: {{title: x}}}}]").image_filter() is not None
    more = load_rules(f"rules: [{{name: r, match: {{name: [{names}, z]}}, set: {{title: x}}}}]")
    assert more.image_filter() is None


def test_constant_names_are_listed() -> None:
    text = "rules: [{name: a, match: {any: [{has: {studio: S}}]}, add: {tags: [x, '{path.stem}', {value: y, create: true}]}}]"
    uses = [(use.kind, use.name, use.as_, use.creates) for use in engine(text).ruleset.named()]
    assert uses == [("studios", "S", "has", False), ("tags", "x", "add", False), ("tags", "y", "add", True)]
