"""How rules run: order, strategies, organized, stop, preview, lists, names, vocabulary."""

from __future__ import annotations

from typing import Any

import pytest

from lib.changes import Ref
from tests.rules.bench import Book, after, change, image, one_rule, plan, refs

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
def test_strategy_stands_in_defaults_rule_or_value(where: str) -> None:
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


def test_rules_run_from_top_to_bottom_and_see_what_was_planned() -> None:
    text = """
rules:
- {name: first, set: {title: one}}
- {name: merge comes too late, set: {title: two}}
- {name: sees the title, match: {image.title: ONE}, set: {code: '{image.title}-2'}}
- {name: sees that it is not missing, match: {missing: title}, set: {details: no}}
- {name: overwrites, strategy: overwrite, set: {title: three}}
"""
    planned = plan(text, image())
    assert after(planned) == {"title": "three", "code": "one-2"}
    assert change(planned, "title").rules == ("overwrites",)
    assert planned.matched == ("first", "merge comes too late", "sees the title", "overwrites")
    assert planned.failed == {"sees that it is not missing": "missing: title"}


def test_a_rule_does_not_see_what_it_does_itself() -> None:
    assert after(one_rule("set: {title: new, code: '{image.title|default:old}'}", image())) == {
        "title": "new",
        "code": "old",
    }


@pytest.mark.parametrize(("value", "tags"), [("old, new", ["old", "new"]), ("new", ["old", "new"])])
def test_add_keeps_what_is_there(value: str, tags: list[str]) -> None:
    planned = one_rule(f"add: {{tags: [{value}]}}", image(tags=refs("old")), Book(tags=["old", "new"]))
    assert after(planned) == {"tags": tags}
    assert change(planned, "tags").add == (Ref("2", "new"),)


NET = {
    "the later wins: removed": (["{name: a, add: {tags: x}}", "{name: b, remove: {tags: x}}"], [], {}),
    "the later wins: added": (["{name: a, remove: {tags: x}}", "{name: b, add: {tags: x}}"], ["x"], {}),
    "removed": (["{name: a, add: {tags: y}}", "{name: b, remove: {tags: x}}"], ["x"], {"tags": ["y"]}),
}


@pytest.mark.parametrize(("rules", "before", "written"), NET.values(), ids=NET)
def test_the_plan_shows_the_net_change(rules: list[str], before: list[str], written: dict[str, Any]) -> None:
    planned = plan(f"rules: [{', '.join(rules)}]", image(tags=refs(*before)), Book(tags=["x", "y"]))
    assert after(planned) == written


def test_organized_images_are_left_alone_unless_the_rule_says_so() -> None:
    text = """
rules:
- {name: a, set: {title: one}}
- {name: b, match: {missing: title}, skip_organized: false, set: {title: two}}
- {name: c, match: {ext: png}, set: {title: three}}
"""
    planned = plan(text, image(organized=True))
    assert after(planned) == {"title": "two"}
    assert (planned.skipped_organized, planned.matched) == (("a",), ("b",))


def test_organized_is_what_it_was_at_the_start() -> None:
    text = """
rules:
- {name: a, set: {organized: true}}
- {name: b, match: {organized: false}, set: {title: '{image.organized}'}}
"""
    assert after(plan(text, image())) == {"organized": True, "title": "false"}


STOP = {
    "matched": ("ext: jpg", {"title": "a"}),
    "not matched": ("ext: png", {"title": "b", "code": "b"}),
}


@pytest.mark.parametrize(("condition", "written"), STOP.values(), ids=STOP)
def test_stop_acts_when_the_rule_matched(condition: str, written: dict[str, Any]) -> None:
    text = f"""
rules:
- {{name: a, match: {{{condition}}}, set: {{title: a}}, stop: true}}
- {{name: b, set: {{title: b, code: b}}}}
"""
    assert after(plan(text, image())) == written


def test_stop_acts_though_nothing_was_changed() -> None:
    text = "rules: [{name: a, match: {ext: jpg}, stop: true}, {name: b, set: {title: b}}]"
    assert after(plan(text, image())) == {}


def test_a_rule_on_preview_plans_for_itself() -> None:
    text = """
rules:
- {name: a, set: {title: a}}
- {name: p, mode: preview, strategy: overwrite, stop: true, set: {title: '{image.title}-p', code: p}}
- {name: b, match: {missing: code}, set: {details: '{image.title}'}}
- {name: o, mode: off, set: {photographer: o}}
"""
    planned = plan(text, image())
    assert after(planned) == {"title": "a", "details": "a"}
    (previewed,) = planned.previewed
    assert [(entry.field, entry.before, entry.after) for entry in previewed.change.changes] == [
        ("title", None, "a-p"),
        ("code", None, "p"),
    ]


@pytest.mark.parametrize(("when", "written"), [("scan", {"title": "s"}), ("task", {"title": "t"})])
def test_when(when: str, written: dict[str, Any]) -> None:
    text = "rules: [{name: s, when: scan, set: {title: s}}, {name: t, when: [task], set: {title: t}}]"
    assert after(plan(text, image(), when=when)) == written
