"""plan_discard: a plan that isn't applied is deleted."""

from __future__ import annotations

import pytest

from tests.tasks.conftest import Plugin

RULES = "rules: [{name: titles, set: {title: x}}]"


def test_a_discarded_plan_is_gone(plugin: Plugin) -> None:
    plugin.rules(RULES)
    plan = plugin.run("rules_preview")["plan"]
    assert plugin.run("plan_discard", plan=plan) == {"plan": plan, "images": len(plugin.images())}
    assert plugin.run("runs", previews=True) == []
    assert "doesn't exist" in plugin.error("rules_apply", plan=plan)


REFUSED = {"the run": ("run", "isn't a preview"), "its plan": ("plan", "was applied already, by run")}


@pytest.mark.parametrize(("which", "message"), REFUSED.values(), ids=REFUSED)
def test_what_was_applied_is_not_discarded(plugin: Plugin, which: str, message: str) -> None:
    plugin.rules(RULES)
    plugin.run("rules_preview")
    applied = plugin.run("rules_apply")
    assert message in plugin.error("plan_discard", plan=applied[which])
    assert len(plugin.run("runs", previews=True)) == 2
