"""Changing the mode of a rule changes one line and no other character."""

from __future__ import annotations

import pytest

from lib.errors import DataError
from lib.rules import load_rules, set_rule_mode

BLOCK = """# mine
rules:
- name: first   # the name
  mode: preview   # try it
  set: {title: x}
# between
- set: {title: y}   # no mode
  name: second
"""
FLOW = "rules: [{name: first, mode: preview, set: {title: x}}, {name: 'second', set: {title: y}}]"

# text, rule, what stands there, what stands there then
EDITS = {
    "a line": (BLOCK, "first", "mode: preview   # try it", "mode: apply   # try it"),
    "a new line": (BLOCK, "second", "  name: second\n", "  name: second\n  mode: apply\n"),
    "a new line at the end": (BLOCK.rstrip(), "second", "  name: second", "  name: second\n  mode: apply"),
    "in a flow map": (FLOW, "first", "mode: preview", "mode: apply"),
    "new in a flow map": (FLOW, "second", "name: 'second'", "name: 'second', mode: apply"),
    "quotes": (BLOCK.replace("mode: preview", "mode: 'off'"), "first", "mode: 'off'", "mode: apply"),
    "no value": (BLOCK.replace("mode: preview  ", "mode:  "), "first", "mode:   ", "mode: apply   "),
    "a byte order mark": ("\ufeff" + BLOCK, "first", "mode: preview", "mode: apply"),
    "CRLF": (BLOCK.replace("\n", "\r\n"), "second", "name: second\r\n", "name: second\r\n  mode: apply\r\n"),
}


@pytest.mark.parametrize(("text", "rule", "before", "after"), EDITS.values(), ids=EDITS)
def test_only_the_mode_changes(text: str, rule: str, before: str, after: str) -> None:
    changed = set_rule_mode(text, rule, "apply")
    assert changed == text.replace(before, after)
    assert {one.name: one.mode for one in load_rules(changed).rules}[rule] == "apply"


REFUSED = {
    "no such rule": (BLOCK, "third", "apply", "unknown rule 'third'"),
    "no such mode": (BLOCK, "first", "on", "mode: unknown value 'on'; allowed: off, preview, apply"),
    "a key that needs no colon": (
        "rules:\n- name: first\n  set: {title: a}\n  ? mode\n",
        "first",
        "off",
        "can't be changed here: its key has no colon; edit the file",
    ),
    "not YAML": ("rules: [", "first", "apply", "invalid YAML"),
}


@pytest.mark.parametrize(("text", "rule", "mode", "message"), REFUSED.values(), ids=REFUSED)
def test_refused(text: str, rule: str, mode: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        set_rule_mode(text, rule, mode)


@pytest.mark.parametrize("rule", ["a", "b"])
def test_shared_mode_is_not_changed(rule: str) -> None:
    text = "rules:\n- {name: a, mode: &m preview, set: {title: x}}\n- {name: b, mode: *m, set: {title: y}}\n"
    with pytest.raises(DataError, match="its text is shared"):
        set_rule_mode(text, rule, "apply")
