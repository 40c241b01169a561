"""Moving a rule moves its lines and its comments, and nothing else."""

from __future__ import annotations

import pytest

from lib.errors import DataError
from lib.rules import load_rules
from lib.rules.loading.rule_order import move_rule

BLOCK = """version: 1
rules:
# about first
- name: first   # one
  set: {title: x}
  # create: [tags]

# between

# about second
- set: {title: y}
  name: second
- name: third

  stop: true   # end
  # later
# tail
max_new: 5
"""
FLOW = "rules: [{name: first, stop: true},  # one\n  {name: second, stop: false}]"

FIRST = "# about first\n- name: first   # one\n  set: {title: x}\n  # create: [tags]\n\n# between\n"
SECOND = "# about second\n- set: {title: y}\n  name: second\n"
THIRD = "- name: third\n\n  stop: true   # end\n  # later\n"
TAIL = "# tail\nmax_new: 5\n"
HEAD = "version: 1\nrules:\n"

# text, rule, before which, the text then
MOVES: dict[str, tuple[str, str, str | None, str]] = {
    "to the end": (BLOCK, "first", None, f"{HEAD}{SECOND}\n{THIRD}{FIRST}{TAIL}"),
    "to the front": (BLOCK, "third", "first", f"{HEAD}{THIRD}\n{FIRST}{SECOND}{TAIL}"),
    "down": (BLOCK, "first", "third", f"{HEAD}{SECOND}\n{FIRST}{THIRD}{TAIL}"),
    "to its place": (BLOCK, "first", "second", BLOCK),
    "before itself": (BLOCK, "first", "first", BLOCK),
    "the last to the end": (BLOCK, "third", None, BLOCK),
    "in a flow list": (FLOW, "second", "first", "rules: [{name: second, stop: false},  # one\n  {name: first, stop: true}]"),
    "without a last line end": ("rules:\n- name: a\n- name: b", "a", None, "rules:\n- name: b\n- name: a"),
    "indented": ("rules:\n  - name: a\n  # b\n  - name: b\n", "b", "a", "rules:\n  # b\n  - name: b\n  - name: a\n"),
}  # fmt: skip


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize(("text", "rule", "before", "after"), MOVES.values(), ids=MOVES)
def test_moves(text: str, rule: str, before: str | None, after: str, newline: str) -> None:
    assert move_rule(text.replace("\n", newline), rule, before) == after.replace("\n", newline)


def test_byte_order_mark_stays() -> None:
    moved = move_rule("\ufeff" + BLOCK, "second", "first")
    assert moved.startswith("\ufeffversion")
    assert [rule.name for rule in load_rules(moved).rules] == ["second", "first", "third"]


ANCHOR = "rules:\n- {name: a, set: &s {title: x}}\n- {name: b, set: *s}\n"
REFUSED: dict[str, tuple[str, str, str | None, str]] = {
    "an unknown rule": (BLOCK, "fourth", None, "unknown rule 'fourth'; allowed: first, second, third"),
    "an unknown place": (BLOCK, "first", "fourth", "unknown rule 'fourth'"),
    "an alias before its anchor": (ANCHOR, "b", "a", "the rule 'b' can't be moved there: an anchor"),
    "a file with errors": ("rules: 5", "a", None, "rules must be a list"),
}


@pytest.mark.parametrize(("text", "rule", "before", "message"), REFUSED.values(), ids=REFUSED)
def test_refused(text: str, rule: str, before: str | None, message: str) -> None:
    with pytest.raises(DataError, match=message):
        move_rule(text, rule, before)
