"""Options: defaults, and rules that override them."""

from __future__ import annotations

from lib.rules import load_rules

DEFAULTS = "defaults: {when: scan, mode: preview, strategy: overwrite, skip_organized: false, create: [tags]}"


def test_rules_override_defaults() -> None:
    text = f"{DEFAULTS}\nrules: [{{name: a, stop: true}}, {{name: b, when: task, mode: apply, skip_organized: yes, stop: no}}]"
    a, b = load_rules(text).rules
    assert (a.when, a.mode, a.skip_organized, a.stop) == (("scan",), "preview", False, True)
    assert (b.when, b.mode, b.skip_organized, b.stop) == (("task",), "apply", True, False)


def test_built_in_defaults() -> None:
    (rule,) = load_rules("rules: [{name: a, stop: true}]").rules
    assert (rule.when, rule.mode, rule.skip_organized) == (("scan", "task"), "apply", True)
    assert load_rules("rules: []").max_new == 200
