"""The engine (engine, evaluate, draft): the order of rules, stop, preview, organized images, the net change."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rules.factories import Book, after, change, image, one_rule, plan, refs


def test_rules_see_earlier_plans() -> None:
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


NET = {
    "the later wins: removed": (["{name: a, add: {tags: x}}", "{name: b, remove: {tags: x}}"], [], {}),
    "the later wins: added": (["{name: a, remove: {tags: x}}", "{name: b, add: {tags: x}}"], ["x"], {}),
    "removed": (["{name: a, add: {tags: y}}", "{name: b, remove: {tags: x}}"], ["x"], {"tags": ["y"]}),
}


@pytest.mark.parametrize(("rules", "before", "written"), NET.values(), ids=NET)
def test_the_plan_shows_the_net_change(rules: list[str], before: list[str], written: dict[str, Any]) -> None:
    planned = plan(f"rules: [{', '.join(rules)}]", image(tags=refs(*before)), Book(tags=["x", "y"]))
    assert after(planned) == written


def test_organized_images_are_skipped() -> None:
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


def test_preview_rule_is_separate() -> None:
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


def test_plan_identifies_the_image() -> None:
    shown = one_rule("set: {title: x}", image("a.jpg", organized=False)).change
    assert (shown.image_id, shown.path, shown.md5, shown.organized) == ("7", "/library/a.jpg", "0123", False)


def test_applied_plan_changes_nothing() -> None:
    text = (
        "rules: [{name: a, strategy: overwrite, set: {title: x, studio: Blue, date: 2021}, add: {tags: Sea, urls: u}}]"
    )
    book = Book(tags=["Sea"], studios=["Blue"])
    assert len(plan(text, image(), book).change.changes) == 5
    applied = image(title="x", date="2021", studio={"id": "1", "name": "Blue"}, tags=refs("Sea"), urls=["u"])
    assert plan(text, applied, book).change.changes == ()


def test_fields_have_a_fixed_order_and_their_rules() -> None:
    text = """
rules:
- {name: a, add: {tags: [x, y]}}
- {name: b, add: {tags: z}, remove: {tags: y}, set: {title: t}}
"""
    planned = plan(text, image(), Book(tags=["x", "y", "z"]))
    assert [(entry.field, entry.rules) for entry in planned.change.changes] == [("title", ("b",)), ("tags", ("a", "b"))]
