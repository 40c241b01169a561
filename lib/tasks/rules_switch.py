"""rules_switch: set the mode of a rule in a rules text: off, preview or apply. Nothing is saved."""

from __future__ import annotations

from typing import Any

from lib.rules import RuleSet
from lib.rules.loading import rules_file
from lib.rules.loading.edit_mode import set_rule_mode
from lib.tasks import Context, Operation
from lib.tasks.arguments import TEXT, required


def rules_switch(context: Context, rule: str, to: str, rules: str | None = None) -> dict[str, str]:
    """Return the text in `rules`, or the user's file, with the rule's mode set `to` off, preview or apply."""
    text = rules if rules is not None else rules_file.read(context.folder)[0]
    return {"text": set_rule_mode(text, rule, to)}


def outline(ruleset: RuleSet) -> list[dict[str, Any]]:
    """Return the name, line, mode, triggers and description of each rule."""
    return [
        {"name": rule.name, "line": rule.line, "mode": rule.mode, "when": list(rule.when), "about": rule.about}
        for rule in ruleset.rules
    ]


OPERATIONS = {
    "rules_switch": Operation(rules_switch, {"rule": required(TEXT), "to": required(TEXT), "rules": TEXT}),
}
