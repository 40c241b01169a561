"""rules_switch: the mode of one rule in a text or in the user's file; nothing is saved."""

from __future__ import annotations

from tests.tasks.conftest import Plugin

RULES = "rules:\n- name: titles\n  mode: preview\n  set: {title: x}\n"


def test_mode_of_a_rule_in_a_text(plugin: Plugin) -> None:
    text = plugin.run("rules_switch", rule="titles", to="apply", rules=RULES)["text"]
    assert text == RULES.replace("preview", "apply")


def test_mode_of_a_rule_in_the_file(plugin: Plugin) -> None:
    plugin.rules(RULES)
    assert plugin.run("rules_switch", rule="titles", to="off")["text"] == RULES.replace("preview", "off")
    assert plugin.run("rules_read")["text"] == RULES, "nothing is saved"
