"""Actions: strategies, lists, and values that a field can't have (fields)."""

from __future__ import annotations

from typing import Any

import pytest

from lib.changes import Ref
from tests.rules.factories import Book, after, change, image, one_rule, plan, refs

# name: (a value, the field before, what shall be written)
STRATEGIES = {
    "merge writes into an empty field": ("merge", "", {"title": "new"}),
    "merge leaves a title": ("merge", "old", {}),
    "merge takes spaces for empty": ("merge", "  ", {"title": "new"}),
    "overwrite writes": ("overwrite", "old", {"title": "new"}),
    "overwrite with the same changes nothing": ("overwrite", "new", {}),
    "what the server trims is no difference": ("overwrite", " new ", {}),
    "ignore never writes": ("ignore", "", {}),
}


@pytest.mark.parametrize(("strategy", "title", "written"), STRATEGIES.values(), ids=STRATEGIES)
def test_strategy(strategy: str, title: str, written: dict[str, Any]) -> None:
    assert after(one_rule(f"strategy: {strategy}, set: {{title: new}}", image(title=title))) == written


@pytest.mark.parametrize("where", ["defaults", "rule", "value"])
def test_strategy_in_defaults_rule_or_value(where: str) -> None:
    overwrite = "strategy: overwrite"
    text = f"""
defaults: {{{overwrite if where == "defaults" else "mode: apply"}}}
rules:
- name: a
  {overwrite if where == "rule" else "stop: false"}
  set: {{title: {{value: new, {overwrite if where == "value" else "create: false"}}}}}
"""
    assert after(plan(text, image(title="old"))) == {"title": "new"}


EMPTY = {
    "no text": ({"title": ""}, "title: x", {"title": "x"}),
    "a rating of 0": ({"rating100": 0}, "rating100: 80", {"rating100": 80}),
    "no rating": ({"rating100": None}, "rating100: 80", {"rating100": 80}),
    "a rating stays": ({"rating100": 20}, "rating100: 80", {}),
    "no date": ({"date": None}, "date: 2021", {"date": "2021"}),
    "a year is a date": ({"date": "2020"}, "date: 2021", {}),
    "not organized": ({"organized": False}, "organized: true", {"organized": True}),
    "no studio": ({"studio": None}, "studio: Blue", {"studio": "Blue"}),
    "a studio stays": ({"studio": {"id": "2", "name": "Red"}}, "studio: Blue", {}),
}


@pytest.mark.parametrize(("shown", "value", "written"), EMPTY.values(), ids=EMPTY)
def test_merge_writes_only_into_an_empty_field(shown: dict[str, Any], value: str, written: dict[str, Any]) -> None:
    assert after(one_rule(f"set: {{{value}}}", image(**shown), Book(studios=["Blue", "Red"]))) == written


@pytest.mark.parametrize(("value", "tags"), [("old, new", ["old", "new"]), ("new", ["old", "new"])])
def test_add_keeps_what_is_there(value: str, tags: list[str]) -> None:
    planned = one_rule(f"add: {{tags: [{value}]}}", image(tags=refs("old")), Book(tags=["old", "new"]))
    assert after(planned) == {"tags": tags}
    assert change(planned, "tags").add == (Ref("2", "new"),)
    assert planned.new_names == {}


def test_existing_values_do_not_change() -> None:
    planned = one_rule("add: {tags: sea}, set: {studio: blue}", image(tags=refs("Sea")), Book(tags=["Sea"]))
    assert planned.change.changes == ()
    assert planned.missing_names == {"studios": ["blue"]}


REPLACE = {
    "with others": ("[b, c]", ["a", "b"], {"tags": ["b", "c"]}),
    "with the same in another order": ("[b, a]", ["a", "b"], {}),
    "with no value": ("'{meta.keywords}'", ["a"], {}),
    "with an empty list": ("[]", ["a"], {"tags": []}),
    "with a name that is missing": ("[b, nowhere]", ["a"], {}),
    "with a name that is ambiguous": ("[b, Q]", ["a"], {}),
}


@pytest.mark.parametrize(("value", "before", "written"), REPLACE.values(), ids=REPLACE)
def test_replace(value: str, before: list[str], written: dict[str, Any]) -> None:
    book = Book(tags=["a", "b", "c", "d|Q", "e|Q"])
    assert after(one_rule(f"replace: {{tags: {value}}}", image(tags=refs(*before)), book)) == written


def test_replace_and_add_in_one_rule() -> None:
    book = Book(tags=["a", "b", "c"])
    planned = one_rule("add: {tags: c}, replace: {tags: b}", image(tags=refs("a")), book)
    assert after(planned) == {"tags": ["b", "c"]}


def test_remove() -> None:
    planned = one_rule(
        "remove: {tags: [Azure, nowhere], urls: x}", image(tags=refs("Blue", "Red")), Book(tags=["Blue|Azure", "Red"])
    )
    assert after(planned) == {"tags": ["Red"]}
    assert planned.missing_names == {}


@pytest.mark.parametrize("body", ["replace: {galleries: []}", "remove: {galleries: [Trip, Zipped, Folder]}"])
def test_zip_and_folder_galleries_stay(body: str) -> None:
    galleries = [
        {"id": "1", "title": "Trip", "folder": None, "files": []},
        {"id": "2", "title": "Zipped", "folder": None, "files": [{"id": "9"}]},
        {"id": "3", "title": "Folder", "folder": {"id": "9"}, "files": []},
    ]
    planned = one_rule(body, image(galleries=galleries), Book(galleries=["Trip", "Zipped", "Folder"]))
    assert after(planned) == {"galleries": ["Zipped", "Folder"]}


def test_server_without_partial_dates() -> None:
    assert after(one_rule("set: {date: [2021, 2021-07-04]}", image(), partial_dates=False)) == {"date": "2021-07-04"}
    planned = one_rule("set: {date: 2021}", image(), partial_dates=False)
    assert after(planned) == {}
    assert planned.problems == ("date: '2021' has no day, which this version of Stash requires",)


def test_invalid_value_is_a_problem() -> None:
    planned = one_rule("set: {rating100: '{image.width}', date: '{path.stem}'}", image())
    assert after(planned) == {}
    assert planned.problems == (
        "rating100: '1600' isn't a whole number from 0 to 100 (4 stars = 80)",
        "date: 'name' isn't a date such as 2021-07-04, 2021-07 or 2021",
    )


def test_no_read_for_a_field_with_a_value() -> None:
    body = "set: {title: '{meta.title}', rating100: {value: '{meta.rating|stars}', strategy: ignore}}"
    assert one_rule(body, image(title="old")).problems == ()
    assert "can't be opened" in one_rule(body, image()).problems[0]
    assert "can't be opened" in one_rule(f"strategy: overwrite, {body}", image(title="old")).problems[0]
