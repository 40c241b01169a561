"""Answers to missing names are written into the rules, and nothing else changes."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from lib.errors import DataError
from lib.rules import RuleSet, load_rules
from lib.rules.loading.name_answers import NameAnswer, answer_names
from lib.rules.syntax.regex_timeout import RegexBudget
from lib.rules.values import fold

BLOCK = """# mine
vocabulary:
  tags:
    map: {bw: Mono}   # old
    drop: [tagme]
# between
rules:
- name: a   # first
  add: {tags: ['{path.folders}', Sea, "Lake"]}   # wet
  set: {studio: Blue, title: Sea}
- name: b
  match: {has: {tags: Sea}}
  remove: {tags: Sea}
  # only this
  add:
    tags: Sea  # alone
"""
SEA = ("tags", "sea")

# text, answers, what stands there -> what stands there then
ANSWERS: dict[str, tuple[str, list[tuple[str, ...]], dict[str, str]]] = {
    "create": (BLOCK, [(*SEA, "create")], {"[tagme]\n": "[tagme]\n    create:\n    - sea\n"}),
    "map": (
        BLOCK,
        [(*SEA, "map", "Ocean")],
        {
            "{bw: Mono}": "{bw: Mono, sea: Ocean}",
            "', Sea,": "', Ocean,",
            "tags: Sea  # alone": "tags: Ocean  # alone",
        },
    ),
    "ignore": (
        BLOCK,
        [(*SEA, "ignore")],
        {"[tagme]": "[tagme, sea]", "', Sea,": "',", "  add:\n    tags: Sea  # alone\n": "  # alone\n"},
    ),
    "another kind": (
        BLOCK,
        [("studios", "Blue", "ignore")],
        {"studio: Blue, ": "", "[tagme]\n": "[tagme]\n  studios:\n    drop:\n    - Blue\n"},
    ),
    "several": (
        BLOCK,
        [("tags", "Fog", "ignore"), ("tags", "Hill", "ignore"), ("tags", "Dew", "map", "Rain")],
        {"[tagme]": "[tagme, Fog, Hill]", "Mono}": "Mono, Dew: Rain}"},
    ),
    "the target of the map": (
        BLOCK,
        [("tags", "Mono", "map", "Black & White")],
        {"{bw: Mono}": "{bw: Black & White, Mono: Black & White}"},
    ),
    "dropped before": (BLOCK, [("tags", "TagMe", "create")], {"    drop: [tagme]\n": "    create:\n    - TagMe\n"}),
    "mapped before": (BLOCK, [("tags", "BW", "ignore")], {"    map: {bw: Mono}   # old\n": "    # old\n", "[tagme]": "[tagme, BW]"}),
    "mapped to another": (BLOCK, [("tags", "bw", "map", "Gray")], {"bw: Mono": "bw: Gray"}),
    "dropped already": (BLOCK, [("tags", "TAGME", "ignore")], {}),
    "created already": ("vocabulary: {tags: {create: x}}", [("tags", "X", "create")], {}),
    "one name as text": ("vocabulary: {tags: {drop: x}}", [("tags", "y", "ignore")], {"drop: x": "drop: [x, y]"}),
    "an empty file": ("", [("tags", "x", "ignore")], {"": "vocabulary:\n  tags:\n    drop:\n    - x\n"}),
    "an empty vocabulary": ("vocabulary: # c\n", [(*SEA, "create")], {": #": ": {tags: {create: [sea]}} #"}),
    "flow": ("{rules: []}", [(*SEA, "create")], {"]}": "], vocabulary: {tags: {create: [sea]}}}"}),
    "between slashes": ("vocabulary: {tags: {drop: []}}", [("tags", "/a.b/", "ignore")], {"[]": r"[/^/a\.b/$/]"}),
    "braces": ("rules: [{name: a, add: {tags: x}}]", [("tags", "x", "map", "{y}")], {"tags: x": "tags: '{{y}}'", "}}]": "}}]\nvocabulary:\n  tags:\n    map:\n      x: '{y}'"}),
    "braces in the name": ("vocabulary: {tags: {drop: [a]}}\nrules: [{name: a, add: {tags: ['{{x}}', y]}}]", [("tags", "{x}", "ignore")], {"[a]": "[a, '{x}']", "'{{x}}', ": ""}),
    "a long form": ("vocabulary: {tags: {drop: [a]}}\nrules: [{name: a, add: {tags: [{value: [x], create: true}, y]}}]", [("tags", "x", "ignore")], {"[a]": "[a, x]", "{value: [x], create: true}, ": ""}),
    "replace doesn't clear": ("vocabulary: {tags: {drop: [a]}}\nrules: [{name: a, replace: {tags: x, urls: []}}]", [("tags", "x", "ignore")], {"[a]": "[a, x]", "tags: x, ": ""}),
    "an alias": ("vocabulary: {tags: &t {drop: [a]}, studios: *t}", [("tags", "x", "ignore")], {"[a]": "[a, x]", "*t": "{drop: [a]}"}),
}  # fmt: skip


def answers(*rows: tuple[str, ...]) -> list[NameAnswer]:
    return [NameAnswer(*row) for row in rows]


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize(("text", "rows", "edits"), ANSWERS.values(), ids=ANSWERS)
def test_answers(text: str, rows: list[tuple[str, ...]], edits: dict[str, str], newline: str) -> None:
    expected = text
    for before, after in edits.items():
        assert expected.count(before) == 1 or not before
        expected = expected.replace(before, after) if before else after
    if "\n" not in text:
        newline = "\n"  # nothing tells that it is another
    changed = answer_names(text.replace("\n", newline), answers(*rows))
    assert changed == expected.replace("\n", newline)


TYPED = "vocabulary: {tags: {drop: ['/^x/', y]}}\nrules: [{name: a, set: {studio: &s Blue, title: x}}]"
REFUSED: dict[str, tuple[str, list[tuple[str, ...]], str]] = {
    "galleries": (BLOCK, [("galleries", "x", "ignore")], "'galleries' can't be answered; allowed: tags, performers, s"),
    "an action": (BLOCK, [(*SEA, "drop")], "unknown action 'drop'; allowed: create, map, ignore"),
    "no name": (BLOCK, [("tags", " ", "ignore")], "name is empty"),
    "no target": (BLOCK, [(*SEA, "map")], "to is empty"),
    "a target without map": (BLOCK, [(*SEA, "ignore", "x")], "the tag 'sea' has `to`, which only the action map needs"),
    "a line break": (BLOCK, [("tags", "a\nb", "ignore")], "contains a line break or a control character"),
    "another line break": (BLOCK, [(*SEA, "map", "a\u2028b")], "contains a line break or a control character"),
    "half a character": (BLOCK, [("tags", "\ud800", "ignore")], "contains a line break or a control character"),
    "a long name": (BLOCK, [("tags", "x" * 256, "ignore")], "256 characters .maximum: 255"),
    "twice": (BLOCK, [(*SEA, "ignore"), ("tags", "SEA", "create")], "the tag 'SEA' has several answers; give one"),
    "a chain": (
        BLOCK,
        [(*SEA, "map", "Lake"), ("tags", "lake", "ignore")],
        "the tag 'sea' is mapped to 'Lake', which has an answer itself",
    ),
    "a target that is dropped": (TYPED, [(*SEA, "map", "Y")], "mapped to 'Y', which vocabulary.tags.drop contains"),
    "a target that a pattern drops": (TYPED, [(*SEA, "map", "xy")], "mapped to 'xy', which vocabulary.tags.drop"),
    "a file with errors": ("rules: 5", [(*SEA, "create")], "rules must be a list"),
    "no room": ("# " + "x" * (128 * 1024 - 10), [(*SEA, "create")], "can't be written into the rules: .* characters"),
    "an unusual notation": ("? vocabulary\nrules: []", [(*SEA, "create")], "can't be written into the rules: "),
}


@pytest.mark.parametrize(("text", "rows", "message"), REFUSED.values(), ids=REFUSED)
def test_refused(text: str, rows: list[tuple[str, ...]], message: str) -> None:
    with pytest.raises(DataError, match=message):
        answer_names(text, answers(*rows))


def test_target_that_differs_in_case_only() -> None:
    changed = answer_names("rules: [{name: a, add: {tags: SEA}}]", answers((*SEA, "map", "Sea")))
    assert "add: {tags: Sea}" in changed


NAMES = ["Sea", "lake", "Black & White", "yes", "007", "a: b", "x #y", "it's", "{z}", "été", "- q", "/w/"]
OTHER = "Ocean: #1"


class Writer:
    """Writes rules by chance: block and flow style, quotes, comments, anchors, line ends."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self.newline = self._random.choice(["\n", "\n", "\r\n"])
        self._anchors: list[tuple[str, Any]] = []
        self.comments = 0

    def text(self, data: dict[str, Any]) -> str:
        lines = [*self._block(data, 0), *self._comment_lines(0)]
        return self.newline.join(lines) + self.newline * self._random.randrange(2)

    def _comment(self) -> str:
        if self._random.random() < 0.6:
            return ""
        self.comments += 1
        return f"  # c{self.comments}."

    def _comment_lines(self, indent: int) -> list[str]:
        return [" " * indent + comment.strip()] if (comment := self._comment()) else []

    def _scalar(self, value: str) -> str:
        single = "'" + value.replace("'", "''") + "'"
        plain = [value] * (re.fullmatch(r"[\w.][\w .]*", value) is not None)
        return self._random.choice([single, f'"{value}"', *plain])

    def _flow(self, data: Any) -> str:
        known = [name for name, other in self._anchors if other == data]
        if known and self._random.random() < 0.7:
            return f"*{known[0]}"
        if isinstance(data, dict):
            text = "{" + ", ".join(f"{self._scalar(key)}: {self._flow(value)}" for key, value in data.items()) + "}"
        elif isinstance(data, list):
            text = "[" + ", ".join(map(self._flow, data)) + "," * (bool(data) and self._random.random() < 0.1) + "]"
        else:
            text = self._scalar(data)
        if self._random.random() < 0.3:
            self._anchors.append((f"n{len(self._anchors)}", data))
            return f"&{self._anchors[-1][0]} {text}"
        return text

    def _value(self, data: Any, indent: int) -> Iterator[str]:
        """The rest of the line, then the lines below."""
        if not data or isinstance(data, str) or self._random.random() < 0.4:
            yield f" {self._flow(data)}{self._comment()}"
        else:
            yield self._comment()
            yield from self._comment_lines(indent)
            yield from self._block(data, indent)

    def _block(self, data: Any, indent: int) -> Iterator[str]:
        items = data.items() if isinstance(data, dict) else [(None, item) for item in data]
        for key, value in items:
            if key is None and isinstance(value, dict) and self._random.random() < 0.8:
                first, *lines = self._block(value, indent + 2)
                yield from (
                    " " * indent + "- " + first.lstrip() if not first.lstrip().startswith("#") else first,
                    *lines,
                )
            else:
                first, *lines = self._value(value, indent + 2)
                yield " " * indent + ("-" if key is None else f"{self._scalar(key)}:") + first
                yield from lines


constants = st.lists(st.sampled_from([*NAMES[:9], "été", "{path.folders}"]), min_size=1, max_size=4)


def templates(names: list[str]) -> list[str]:
    return [name if name.startswith("{path") else name.replace("{", "{{").replace("}", "}}") for name in names]


values = st.one_of(
    constants.map(templates),
    constants.map(lambda names: templates(names)[0]),
    constants.map(lambda names: [{"value": templates(names), "create": "true"}, "Other"]),
    constants.map(lambda names: {"value": templates(names)[0]}),
)
rules = st.lists(
    st.fixed_dictionaries(
        {"set": st.fixed_dictionaries({"title": constants.map(lambda names: templates(names)[0])}, optional={"studio": values})},
        optional={
            verb: st.dictionaries(st.sampled_from(["tags", "performers"]), values, min_size=1)
            for verb in ("add", "remove", "replace")
        },
    ),
    max_size=3,
).map(lambda found: [{"name": f"rule {index}", **rule} for index, rule in enumerate(found)])  # fmt: skip
vocabularies = st.fixed_dictionaries(
    {},
    optional={
        "map": st.dictionaries(st.sampled_from(NAMES), st.sampled_from(NAMES), max_size=3),
        "drop": st.lists(st.sampled_from([*NAMES[:-1], "/^img/"]), max_size=3, unique=True),
        "create": st.lists(st.sampled_from(NAMES), max_size=3, unique=True),
    },
)
files = st.fixed_dictionaries(
    {}, optional={"vocabulary": st.dictionaries(st.sampled_from(["tags", "studios"]), vocabularies), "rules": rules}
)
actions = st.sampled_from(["create", "map", "ignore"])


# Shrinking takes minutes, and what the seed makes of smaller data is another text anyway.
@settings(max_examples=100, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(
    files, st.integers(0, 10**9), st.sampled_from(["tags", "studios", "performers"]), st.sampled_from(NAMES), actions
)
def test_any_rules_differ_by_the_answer_only(
    data: dict[str, Any], seed: int, kind: str, name: str, action: str
) -> None:
    writer = Writer(seed)
    text = writer.text(data) if data else ""
    answer = NameAnswer(kind, name, action, OTHER if action == "map" else None)
    changed = answer_names(text, [answer])
    assert re.findall(r"# c\d+\.", changed) == re.findall(r"# c\d+\.", text)
    assert len(re.findall(r"# c\d+\.", text)) == writer.comments
    assert changed.count("\n") == changed.count(writer.newline) or "\n" not in text
    before, after = load_rules(text), load_rules(changed)
    assert typed(after) == typed(before, answer)
    for other in ("tags", "studios", "performers"):
        expected = translated(before, other, NAMES, answer if other == kind else None)
        assert translated(after, other, NAMES) == expected
        created = {fold(each) for each in names_to_create(before, other)}
        if other == kind:
            created = created | {fold(name)} if action == "create" else created - {fold(name)}
        assert {fold(each) for each in names_to_create(after, other)} == created


def typed(ruleset: RuleSet, answer: NameAnswer | None = None) -> list[Any]:
    """Every action of every rule with its templates, and what an answer makes of them."""
    found = []
    for rule in ruleset.rules:
        for action in rule.actions:
            parts = [(part.template.text, part.strategy, part.policy.create) for part in action.parts]
            if (
                answer
                and action.verb != "remove"
                and action.field == {"studios": "studio"}.get(answer.kind, answer.kind)
            ):
                parts = [part for each in parts for part in answered(each, answer)]
            if parts:
                found.append((rule.name, action.verb, action.field, parts))
    return found


def answered(part: tuple[Any, ...], answer: NameAnswer) -> list[tuple[Any, ...]]:
    if part[0] != answer.name.replace("{", "{{").replace("}", "}}") or answer.action == "create":
        return [part]
    return [(OTHER, *part[1:])] if answer.action == "map" else []


def translated(
    ruleset: RuleSet, kind: str, names: list[str], answer: NameAnswer | None = None
) -> dict[str, str | None]:
    """What the vocabulary makes of each name, and what an answer makes of that."""
    vocabulary = ruleset.vocabularies.get(kind)
    result: dict[str, str | None] = {}
    for name in names:
        result[name] = vocabulary.translate(name, RegexBudget()) if vocabulary else name
        if answer is None:
            continue
        to = {"create": answer.name, "map": OTHER, "ignore": None}[answer.action]
        target = vocabulary.map.get(fold(name), name) if vocabulary else name
        if name == answer.name:
            result[name] = to
        elif fold(target) == fold(answer.name):
            result[name] = answer.name if answer.action == "create" else to
    return result


def names_to_create(ruleset: RuleSet, kind: str) -> list[str]:
    vocabulary = ruleset.vocabularies.get(kind)
    return [*vocabulary.create.values()] if vocabulary else []
