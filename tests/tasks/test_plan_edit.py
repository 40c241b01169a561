"""plan_edit: values by hand in a plan, checked as any input, and what apply and undo do with them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tasks.conftest import Plugin

RULES = """
rules:
  - {name: all, create: [tags, studios], set: {title: x, date: 2020-01-02, rating100: 40, studio: Old, organized: true}, add: {tags: [Blue, Red], urls: 'https://a.example'}}
"""


@pytest.fixture
def plan(plugin: Plugin) -> int:
    """A plan whose rule sets the same on every image; the tags Green and Greens exist."""
    for name in ("Green", "Greens"):
        plugin.stash.create("tag", name)
    plugin.stash.create("studio", "Gamma")
    plugin.rules(RULES)
    shown: int = plugin.run("rules_preview")["plan"]
    return shown


def test_edited_values_are_applied_and_undone(plugin: Plugin, plan: int) -> None:
    before = plugin.images()
    one = plugin.stash.ids()["misc/plain.png"]
    edits: list[dict[str, Any]] = [
        {"field": "title", "id": one, "to": " mine "},
        {"field": "date", "value": "2020-01-02", "to": "2021-03"},
        {"field": "rating100", "value": "40", "to": "80"},
        {"field": "studio", "value": "Old", "to": "gamma"},
        {"field": "tags", "value": "Blue", "to": "Green"},
        {"field": "urls", "value": "https://a.example", "to": "https://b.example"},
    ]
    counts = [plugin.run("plan_edit", plan=plan, **edit)["edited"] for edit in edits]
    assert counts == [1, *[len(before)] * 5]
    applied = plugin.run("rules_apply", plan=plan)
    assert [name["name"] for name in plugin.run("run", run=applied["run"])["names"]] == ["Red"]
    values = {"date": "2021-03", "rating100": 80, "organized": True, "studio": "Gamma", "tags": ["Green", "Red"]}
    values |= {"title": "x", "urls": ["https://b.example"]}
    assert plugin.images() == dict.fromkeys(before, values) | {"misc/plain.png": values | {"title": "mine"}}
    lines = plugin.run("run_lines", run=applied["run"])["lines"]
    assert sum('"edited": true' in line for line in lines) == len(before)
    plugin.run("undo")
    assert plugin.images() == before


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "neither image nor value": ({"field": "title", "to": "y"}, "requires id or value"),
    "a list without a value": ({"field": "tags", "id": 1, "to": "Green"}, "value the item to replace"),
    "nothing": ({"field": "title", "value": "x", "to": " "}, "exclude the change with plan_leave_out"),
    "null": ({"field": "title", "value": "x", "to": None}, "plan_edit requires to"),
    "a rating above 100": ({"field": "rating100", "value": "40", "to": 101}, "a whole number from 0 to 100"),
    "no date": ({"field": "date", "value": "2020-01-02", "to": "2021-02-30"}, "a date is YYYY-MM-DD"),
    "no boolean": ({"field": "organized", "value": "true", "to": "maybe"}, "true or false is expected"),
    "a list": ({"field": "title", "value": "x", "to": ["y"]}, "text is expected"),
    "a missing tag": ({"field": "tags", "value": "Blue", "to": "Gren"}, "'Gren' doesn't exist (tags). Nearest: Green"),
    "a value that the plan doesn't have": ({"field": "title", "value": "z", "to": "y"}, "of no such image to 'z'"),
    "an image that the plan doesn't have": ({"field": "title", "id": 999, "to": "y"}, "of no such image"),
    "an unknown field": ({"field": "titel", "id": 1, "to": "y"}, "one of title, code"),
}


@pytest.mark.parametrize(("args", "message"), BAD.values(), ids=BAD.keys())
def test_an_invalid_edit_is_refused(plugin: Plugin, plan: int, args: dict[str, Any], message: str) -> None:
    assert message in plugin.error("plan_edit", plan=plan, **args)
    assert not any(
        change["edited"] for image in plugin.run("plan", plan=plan)["changes"] for change in image["changes"]
    )


def test_a_plan_that_was_applied_is_not_edited(plugin: Plugin, plan: int) -> None:
    plugin.run("rules_apply", plan=plan)
    assert "applied already" in plugin.error("plan_edit", plan=plan, field="title", value="x", to="y")
