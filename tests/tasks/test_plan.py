"""plan, plan_groups and plan_leave_out: the pages and groups of a saved plan, and what is excluded from it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tasks.conftest import Plugin

RULES = "rules: [{name: titles, set: {title: x}}, {name: codes, match: {ext: gif}, set: {code: y}}]"


def test_pages_and_filters_of_a_plan(plugin: Plugin) -> None:
    plugin.rules(RULES)
    plan = plugin.run("rules_preview")["plan"]
    images = len(plugin.images())
    page = plugin.run("plan", plan=plan)
    assert (page["total"], len(page["changes"]), page["states"]["planned"]) == (images, images, images)
    assert plugin.run("plan", plan=plan, page=2)["changes"] == []
    assert plugin.run("plan", plan=plan, rule="codes")["total"] == 1
    assert plugin.run("plan", plan=plan, field="code")["total"] == 1


def test_excluded_image_is_not_applied(plugin: Plugin) -> None:
    plugin.rules(RULES)
    plan = plugin.run("rules_preview")["plan"]
    ids = plugin.stash.ids()
    answer = plugin.run("plan_leave_out", plan=plan, ids=[ids["misc/plain.png"]])
    assert (answer["left_out"], answer["states"]["left_out"]) == (1, 1)
    plugin.run("rules_apply", plan=plan)
    titled = {path for path, image in plugin.images().items() if image.get("title") == "x"}
    assert titled == set(ids) - {"misc/plain.png"}


def test_a_group_is_excluded_and_not_applied(plugin: Plugin) -> None:
    plugin.rules(
        "rules: [{name: all, set: {code: x, photographer: y}, add: {urls: ['https://a.example', 'https://b.example']}}]"
    )
    plan = plugin.run("rules_preview")["plan"]
    groups = plugin.run("plan_groups", plan=plan, rule="all", field="urls")
    (first, _) = groups["groups"]
    assert (groups["count"], first["value"], first["images"]) == (2, "https://a.example", len(plugin.images()))
    for chosen in ({"field": "urls", "value": first["value"]}, {"rule": "all", "field": "code"}):
        assert plugin.run("plan_leave_out", plan=plan, **chosen)["states"]["left_out"] == 0
    applied = plugin.run("rules_apply", plan=plan)
    run = plugin.run("run", run=applied["run"])
    assert (applied["counts"]["changed"], run["fields"]) == (
        first["images"],
        dict.fromkeys(["photographer", "urls"], first["images"]),
    )
    assert all(image == {"photographer": "y", "urls": ["https://b.example"]} for image in plugin.images().values())
    plugin.run("undo")
    assert not any(plugin.images().values())


BAD: dict[str, tuple[str, dict[str, Any], str]] = {
    "nothing to exclude": ("plan_leave_out", {}, "at least one of ids, rule, field, value, folder"),
    "unknown field": ("plan", {"field": "titel"}, "one of title, code"),
    "unknown way to group": ("plan_groups", {"by": "rule"}, "one of value, folder"),
    "page 0": ("plan_groups", {"page": 0}, "pages begin with 1"),
    "no such plan": ("plan_groups", {"plan": 99}, "Run 99 doesn't exist"),
}


@pytest.mark.parametrize(("mode", "args", "message"), BAD.values(), ids=BAD.keys())
def test_bad_arguments_are_named(plugin: Plugin, mode: str, args: dict[str, Any], message: str) -> None:
    plugin.rules(RULES)
    plan = plugin.run("rules_preview")["plan"]
    assert message in plugin.error(mode, **{"plan": plan, **args})
