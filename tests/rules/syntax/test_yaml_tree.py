"""The YAML tree: every scalar is text, and hostile files are rejected within bounds."""

from __future__ import annotations

import pytest

from lib.rules import check_rules
from tests.rules.factories import Book, after, image, plan
from tests.support.steps import steps_at_most

# As typed, and what is written: with PyYAML's usual loader they become 7, 750, False, a date, 8, None …
SCALARS = {
    "007": "007",
    "12:30": "12:30",
    "no": "no",
    "off": "off",
    "2021-07-04": "2021-07-04",
    "0o10": "0o10",
    "1e3": "1e3",
    "0x1F": "0x1F",
    "yes": "yes",
    "=": "=",
    "'null'": "null",
    "12_000": "12_000",
    ".inf": ".inf",
    '"a\\nb"': "a\nb",
    "'it''s'": "it's",
    "{re.x}": "jpg",
    "{re.x|replace:j,k}": "kpg",
    "'{{x}}'": "{x}",
}


@pytest.mark.parametrize(("typed", "title"), SCALARS.items(), ids=SCALARS)
def test_every_scalar_is_text(typed: str, title: str) -> None:
    text = f"rules:\n- name: a\n  match: {{name: {{regex: '(?P<x>jpg)'}}}}\n  set:\n    title: {typed}\n"
    assert after(plan(text, image())) == {"title": title}


def test_off_and_no_are_text() -> None:
    text = "rules:\n- {name: a, mode: off, set: {title: x}}\n- {name: b, add: {tags: no}}\n"
    assert after(plan(text, image(), Book(tags=["no"]))) == {"tags": ["no"]}


LAYOUTS = {
    "a byte order mark": "\ufeffrules:\n- {name: a, set: {title: x}}\n",
    "CRLF": "rules:\r\n- name: a\r\n  set: {title: x}\r\n",
    "anchors and merge": ("rules:\n- &a {name: b, mode: off, set: {title: x}}\n- {<<: *a, name: a, mode: apply}\n"),
    "comments": "# one\nrules: # two\n- name: a # three\n  set: {title: x}\n",
    "the version as a number": "version: 1\nrules: [{name: a, set: {title: x}}]",
}


@pytest.mark.parametrize("text", LAYOUTS.values(), ids=LAYOUTS)
def test_layouts(text: str) -> None:
    assert after(plan(text, image())) == {"title": "x"}
    assert after(plan(text.encode(), image())) == {"title": "x"}


STEPS = 50_000_000  # half an error is 1,000 of them
BOMBS = {
    "aliases of aliases": "a: &a [x,x,x,x,x,x,x,x,x]\n"
    + "".join(
        f"{key}: &{key} [{','.join(['*' + before] * 9)}]\n" for before, key in zip("abcdefgh", "bcdefghi", strict=True)
    ),
    "an alias of itself": "rules: &a [*a]",
    "deep lists": "rules: " + "[" * 1000,
    "deep maps": "rules: " + "{a: " * 5000,
    "a long text": "rules: [" + "x, " * 200_000,
    "many errors": "rules:\n" + "- {naem: x}\n" * 5000,
}


@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS)
def test_yaml_bombs_are_rejected(text: str) -> None:
    with steps_at_most(STEPS):
        assert check_rules(text).errors
