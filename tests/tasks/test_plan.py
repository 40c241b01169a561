"""plan and plan_leave_out: the pages of a saved plan, and excluded images."""

from __future__ import annotations

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
