"""rules_move: the order of the rules in a text or in the user's file; nothing is saved."""

from __future__ import annotations

from tests.tasks.conftest import Plugin

FIRST, SECOND = "# one\n- {name: first, stop: true}\n", "# two\n- {name: second, stop: true}\n"
RULES = f"rules:\n{FIRST}{SECOND}"
MOVED = f"rules:\n{SECOND}{FIRST}"


def test_rule_in_a_text_and_in_the_file(plugin: Plugin) -> None:
    assert plugin.run("rules_move", rule="first", rules=RULES)["text"] == MOVED
    plugin.rules(RULES)
    assert plugin.run("rules_move", rule="second", before="first")["text"] == MOVED
    assert plugin.run("rules_read")["text"] == RULES, "nothing is saved"
