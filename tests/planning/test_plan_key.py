"""The key of a plan: which edits of the rules make it stale, and which rule the reason names."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from lib.planning.image_selection import ImageSelection, Sample
from lib.planning.plan_key import PlanKey, stale_reason
from lib.planning.rules import taking_part
from lib.rules import load_rules

RULES = """
vocabulary: {tags: {map: {bw: Black & White}, drop: [tagme]}}
rules:
- {name: a, match: {ext: jpg, path: {regex: '(?P<who>[^/]+)/'}}, set: {title: '{re.who}', code: x}}
- {name: b, add: {tags: '{meta.keywords}'}}
- {name: p, mode: preview, set: {date: '{meta.date}'}}
- {name: o, mode: off, set: {details: '{meta.description}'}}
"""
ALL, TASK, ONE = {"all": True}, dict[str, Any](), {"all": True, "only_rules": ("a",)}
CHANGED = "the rules have changed since: "

# the options of the plan, what is replaced in the rules and by what, the reason why the plan is stale
EDITS: dict[str, tuple[dict[str, Any], str, str, str | None]] = {
    "nothing": (TASK, "", "", None),
    "a comment": (TASK, "rules:", "# mine\nrules:  # all\n", None),
    "about": (TASK, "name: b,", "name: b, about: tags,", None),
    "quotes": (TASK, "code: x", 'code: "x"', None),
    "the order of conditions": (
        TASK,
        "ext: jpg, path: {regex: '(?P<who>[^/]+)/'}",
        "path: {regex: '(?P<who>[^/]+)/'}, ext: jpg",
        None,
    ),
    "the order of fields": (TASK, "title: '{re.who}', code: x", "code: x, title: '{re.who}'", None),
    "an option's default": (TASK, "name: b,", "name: b, strategy: merge, skip_organized: true, create: [],", None),
    "max_new": (TASK, "rules:", "max_new: 5\nrules:", None),
    "a condition": (TASK, "ext: jpg", "ext: png", CHANGED + "'a' has changed"),
    "a value": (TASK, "code: x", "code: y", CHANGED + "'a' has changed"),
    "a strategy": (TASK, "name: a,", "name: a, strategy: overwrite,", CHANGED + "'a' has changed"),
    "stop": (TASK, "name: a,", "name: a, stop: true,", CHANGED + "'a' has changed"),
    "create": (TASK, "name: b,", "name: b, create: [tags],", CHANGED + "'b' has changed"),
    "the vocabulary": (TASK, "[tagme]", "[tagme, x]", CHANGED + "'b' has changed"),
    "a name to create": (TASK, "drop: [tagme]", "drop: [tagme], create: [Sea]", CHANGED + "'b' has changed"),
    "a default": (
        TASK,
        "rules:",
        "defaults: {skip_organized: false}\nrules:",
        CHANGED + "'a' has changed, 'b' has changed",
    ),
    "sidecars": (ONE, "rules:", "sidecar: '{path}.xmp'\nrules:", CHANGED + "'a' has changed"),
    "a rule in preview mode": (TASK, "'{meta.date}'", "'{image.date}'", None),
    "a rule in preview mode, of all": (ALL, "'{meta.date}'", "'{image.date}'", CHANGED + "'p' has changed"),
    "a rule that is off": (ALL, "'{meta.description}'", "x", None),
    "a switch": (TASK, "mode: preview", "mode: apply", CHANGED + "'p' was added or enabled"),
    "a switch to preview": (TASK, "name: b,", "name: b, mode: preview,", CHANGED + "'b' isn't enabled now"),
    "when": (TASK, "name: b,", "name: b, when: scan,", CHANGED + "'b' isn't enabled now"),
    "a switch, of all": (ALL, "mode: preview", "mode: off", None),
    "a switch of one that was off, of all": (ALL, "mode: off", "mode: apply", None),
    "when, of all": (ALL, "name: b,", "name: b, when: scan,", None),
    "another rule, of one": (ONE, "name: b,", "name: b, create: [tags],", None),
    "a new rule": (
        ALL,
        "- {name: p,",
        "- {name: n, set: {code: n}}\n- {name: p,",
        CHANGED + "'n' was added or enabled",
    ),
    "a new rule that is off": (ALL, "- {name: p,", "- {name: n, mode: off, set: {code: n}}\n- {name: p,", None),
    "a renamed rule": (ALL, "name: p,", "name: q,", CHANGED + "'p' was removed, 'q' was added or enabled"),
}


def key(text: str = RULES, setting: tuple[str, ...] = (), **options: Any) -> PlanKey:
    rules = load_rules(text)
    active = taking_part(rules, setting, options.get("only_rules"), as_applied=options.get("all", False))
    return PlanKey.of(rules, active, ImageSelection(), **options)


@pytest.mark.parametrize(("options", "old", "new", "reason"), EDITS.values(), ids=EDITS)
def test_stale(options: dict[str, Any], old: str, new: str, reason: str | None) -> None:
    assert old in RULES
    assert stale_reason(key(**options).dumped(), load_rules(RULES.replace(old, new, 1)), ()) == reason


def test_order_of_rules() -> None:
    head, a, b, rest = RULES.partition("- {name: a")[0], *RULES.split("\n")[3:5], "\n".join(RULES.split("\n")[5:])
    moved = load_rules(f"{head.rstrip()}\n{b}\n{a}\n{rest}")
    assert stale_reason(key(all=True).dumped(), moved, ()) == CHANGED + "'a' was moved"


# Here the order of two keys matters: the second reads the group of the first, or both define it.
ORDERED = {
    "read": "path: {regex: '(?P<x>.)'}, re.x: a",
    "defined twice": "path: {regex: '(?P<x>.)'}, name: {regex: '(?P<x>..)'}",
}


@pytest.mark.parametrize("match", ORDERED.values(), ids=ORDERED)
def test_order_of_conditions_with_a_group(match: str) -> None:
    text = "rules: [{name: a, match: {%s}, set: {title: '{re.x}'}}]"
    first, second = match.split(", ")
    moved = load_rules(text % f"{second}, {first}")
    assert stale_reason(key(text % match).dumped(), moved, ()) == CHANGED + "'a' has changed"


def test_order_of_verbs_of_a_field() -> None:
    text = "rules: [{name: a, %s}]"
    verbs = ["add: {tags: x}", "remove: {tags: x}"]
    moved = load_rules(text % ", ".join(reversed(verbs)))
    assert stale_reason(key(text % ", ".join(verbs)).dumped(), moved, ()) == CHANGED + "'a' has changed"


def test_setting_only_rules() -> None:
    rules = load_rules(RULES)
    assert stale_reason(key(setting=("a",)).dumped(), rules, ("a",)) is None
    assert stale_reason(key(setting=("a",)).dumped(), rules, ()) == CHANGED + "'b' was added or enabled"
    assert stale_reason(key(setting=("a",), all=True).dumped(), rules, ()) is None


def test_key_is_saved_as_text() -> None:
    for options in (TASK, ALL, ONE, {"sample": Sample(5, "seed"), "is_trial": True}):
        assert PlanKey.load(key(**options).dumped()) == key(**options)


@pytest.mark.parametrize(("etag", "is_stale"), [("0123", False), ("4567", True), ("", True)])
def test_key_of_an_older_version(etag: str, is_stale: bool) -> None:
    reason = stale_reason("0123:89ab", replace(load_rules(RULES), etag=etag), ())
    assert reason == ("it was made by an older version, for other rules" if is_stale else None)
