"""Hostile rules, templates, sidecars and images: a result or one of our errors, within bounds."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.errors import DataError
from lib.rules import check_rules, load_rules, set_rule_mode
from lib.rules.conditions import CONDITIONS
from lib.rules.fields import MAX_TEXT, MAX_VALUES
from lib.rules.filters import FILTERS
from lib.rules.image.draft import Draft
from lib.rules.names import ImageDiagnostics
from lib.rules.sources import SOURCES
from lib.rules.templates import parse_template
from lib.util.lenient_json import DECODER
from tests.docs.test_rules_doc import SAMPLE
from tests.rules.contexts import scope, set_sidecar
from tests.rules.factories import Book, engine, image
from tests.rules.test_filters import TABLE
from tests.support.steps import steps_at_most

JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
QUICK = settings(max_examples=150, deadline=None)


@QUICK
@given(st.text(alphabet=st.sampled_from("rules:nam- {}[]'\"\n\t&*!|>%@`#,?<.0") | st.characters(), max_size=200))
def test_any_text_is_checked(text: str) -> None:
    check_rules(text)
    check_rules(text.encode("utf-8", "surrogatepass"))


@QUICK
@given(st.integers(0, len(SAMPLE)), st.integers(0, 40), st.text(max_size=10))
def test_damaged_file_is_checked(at: int, length: int, text: str) -> None:
    damaged = SAMPLE[:at] + text + SAMPLE[at + length :]
    check_rules(damaged)
    try:
        changed = set_rule_mode(damaged, "keywords", "off")
    except DataError:
        return
    assert {rule.name: rule.mode for rule in load_rules(changed).rules}["keywords"] == "off"


@QUICK
@given(st.text(alphabet=st.sampled_from("{}|:\\,.") | st.sampled_from("abpath re.x image.title"), max_size=60))
def test_any_template_is_parsed_or_refused(text: str) -> None:
    try:
        template = parse_template(text)
    except DataError:
        return
    template.value(scope())


@QUICK
@given(st.sampled_from([row[0] for rows in TABLE.values() for row in rows]), JSON)
def test_any_value_goes_through_any_filter(filters: str, value: Any) -> None:
    parse_template(f"{{sidecar.x|{filters}}}").value(scope(sidecar={"x": value}))
    parse_template(f"a {{sidecar.x|{filters}}}").value(scope(sidecar={"x": value}))


RULES = """
rules:
- name: writes everything
  match: {not: {sidecar.y: {gt: 5}}}
  strategy: overwrite
  set: {title: '{sidecar.x}', code: '{sidecar.x}', date: '{sidecar.x}', rating100: '{sidecar.x}', details: '{sidecar.x}',
    photographer: '{sidecar.x}', organized: '{sidecar.x}', studio: '{sidecar.x}'}
  add: {tags: '{sidecar.x}', performers: '{sidecar.x}', urls: '{sidecar.x}', galleries: '{sidecar.x}'}
  create: [tags, performers, studios]
"""


@QUICK
@given(JSON, st.text(max_size=60))
def test_any_value_is_planned_or_left_out(value: Any, name: str) -> None:
    rules = engine(RULES, Book())
    shown = image(f"folder/{name}")
    planned = rules.plan(shown)
    assert planned.change.image_id == "7"
    evaluation = rules.evaluation(shown)
    set_sidecar(evaluation.context, {"x": value})
    list(evaluation.run(rules.ruleset.rules))
    for change in evaluation.draft.changes():
        assert change.after != change.before


def test_names_of_the_tables() -> None:
    assert not [name for name in CONDITIONS if "." in name]
    assert not [name for name in (*SOURCES, *FILTERS) if not name.isidentifier()]


def planned(body: str, value: Any) -> tuple[dict[str, Any], list[str], dict[str, list[str]]]:
    """What a rule with this body makes of a sidecar's `x`: field -> value after, problems, names that are missing."""
    made = engine(f"rules:\n- {{name: rule, {body}}}\n- {{name: other, set: {{code: y}}}}", Book())
    evaluation = made.evaluation(image())
    set_sidecar(evaluation.context, {"x": value})
    reports = [step.diagnostics for step in evaluation.run(made.ruleset.rules)]
    written = {change.field: change.after for change in evaluation.draft.changes()}
    missing: dict[str, list[str]] = {}
    for name in (name for report in reports for name in report.missing if not name.created):
        missing.setdefault(name.kind, []).append(name.name)
    return written, [problem for report in reports for problem in report.problems], missing


NUMBERS = [str(number) for number in range(150_000)]
LONG = "x" * (MAX_TEXT + 1)
# a rule's body, a sidecar's value, the problem
TOO_MUCH: dict[str, tuple[str, Any, str]] = {
    "tags": ("add: {tags: '{sidecar.x|tags}'}", NUMBERS, "tags: 10,000 or more values for one image (maximum: 1,000)"),
    "tags in a text": ("add: {tags: '{sidecar.x|tags}'}", " ".join(NUMBERS), "tags: 10,000 or more values"),
    "tags to make": ("add: {tags: '{sidecar.x}'}, create: [tags]", NUMBERS, "tags: 10,000 or more values"),
    "urls": ("add: {urls: '{sidecar.x}'}", NUMBERS, "urls: 10,000 or more values"),
    "urls that are one": (
        "add: {urls: '{sidecar.x|url}'}",
        [f"http://a/{n}" for n in NUMBERS],
        "urls: 10,000 or more",
    ),
    "one more url": ("add: {urls: '{sidecar.x}'}", NUMBERS[: MAX_VALUES + 1], "urls: 1,001 or more values"),
    "urls by two templates": ("add: {urls: ['{sidecar.x}', z]}", NUMBERS[:MAX_VALUES], "urls: 1,001 or more values"),
    "urls instead": ("replace: {urls: '{sidecar.x}'}", NUMBERS, "urls: 10,000 or more values"),
    "tags to remove": ("remove: {tags: '{sidecar.x}'}", NUMBERS, "tags: 10,000 or more values"),
    "a long tag": (
        "add: {tags: '{sidecar.x}'}",
        LONG,
        "tags: the values have 100,001 characters in total (maximum: 100,000)",
    ),
    "long urls": (
        "add: {urls: '{sidecar.x}'}",
        ["a" * 60_000, "b" * 60_000],
        "urls: the values have 120,000 characters",
    ),
    "details": ("set: {details: '{sidecar.x}'}", LONG, "isn't text of at most 100,000 characters"),
    "a title": ("set: {title: '{sidecar.x}'}", LONG * 40, "title: 'xxx"),
    "a photographer": ("set: {photographer: '{sidecar.x}'}", LONG, "photographer: 'xxx"),
    "a studio": ("set: {studio: '{sidecar.x}'}, create: [studios]", LONG, "studio: 'xxx"),
    "a title of two": ("set: {title: '{sidecar.x}{sidecar.x}'}", "x" * 60_000, "title: 'xxx"),
    "a title of hundreds": (f"set: {{title: '{'{sidecar.x}' * 300}'}}", "x" * 4_000_000, "title: 'xxx"),
    "a title that grows": ("set: {title: '{sidecar.x|replace:x,xxxxxxxxxx}'}", "x" * 60_000, "title: 'xxx"),
    "a date": ("set: {date: '{sidecar.x}'}", LONG, "date: 'xxx"),
    "lists in lists": ("set: {title: '{sidecar.x}'}", [[[]]] * 10, "title: a list without text isn't text"),
}


STEPS_OF_AN_IMAGE = 1_000_000


@pytest.mark.parametrize(("body", "value", "problem"), TOO_MUCH.values(), ids=TOO_MUCH)
def test_excess_is_reported(body: str, value: Any, problem: str) -> None:
    with steps_at_most(STEPS_OF_AN_IMAGE):
        after, problems, missing = planned(body, value)
    assert after == {"code": "y"}
    assert [problem in said for said in problems] == [True]
    assert sum(map(len, problems)) < 500
    assert missing == {}


def nested(value: Any, depth: int) -> Any:
    for _ in range(depth):
        value = [value]
    return value


# a rule's body, a sidecar's value, the field, its value
MUCH: dict[str, tuple[str, Any, str, Any]] = {
    "a long title": ("set: {title: ' {sidecar.x} '}", LONG[1:], "title", LONG[1:]),
    "many urls": ("add: {urls: '{sidecar.x}'}", NUMBERS[:MAX_VALUES], "urls", tuple(NUMBERS[:MAX_VALUES])),
    "long urls": ("add: {urls: '{sidecar.x}'}", LONG[1:], "urls", (LONG[1:],)),
    "lists in lists": ("add: {urls: '{sidecar.x}'}", nested("a", 980), "urls", ("a",)),
    "lists in lists for a text": ("set: {title: '{sidecar.x}'}", nested("a", 980), "title", "a"),
    "wide lists in lists": ("add: {urls: '{sidecar.x}'}", nested(["a"] * 900_000, 900), "urls", None),
    "a number beyond all": ("match: {not: {sidecar.x: {gt: 5}}}, set: {title: a}", 10**400, "title", "a"),
    "a list to be looked through": (
        "match: {not: {sidecar.x: {regex: y}}}, set: {title: a}",
        ["x"] * 1_000_000,
        "title",
        "a",
    ),
}


@pytest.mark.parametrize(("body", "value", "field", "written"), MUCH.values(), ids=MUCH)
def test_large_values_are_written(body: str, value: Any, field: str, written: Any) -> None:
    with steps_at_most(STEPS_OF_AN_IMAGE):
        after, problems, _ = planned(body, value)
    assert after.get(field) == written
    assert bool(problems) is (written is None)


@pytest.mark.timeout(60)  # each looked for among all before, they take minutes
def test_thousands_of_members_and_names() -> None:
    draft, notes = Draft(image()), ImageDiagnostics()
    draft.add("urls", NUMBERS, "rule")
    for number in NUMBERS:
        notes.problem(number)
        notes.problem(number)
    assert (len(draft.value("urls")), len(notes.problems)) == (150_000, 150_000)


# The JSON, what is read of it. A half of a pair of surrogates can be stored nowhere.
HALVES: dict[str, tuple[str, Any]] = {
    "a pair": (r'"\ud83d\uDE00"', "\U0001f600"),
    "a high half": (r'"\uD83Dx"', "\ufffdx"),
    "a low half": (r'"x\ude00"', "x\ufffd"),
    "two high halves, of which one has its other": (r'"\ud83d\ud83d\ude00"', "\ufffd\U0001f600"),
    "two low halves, of which one has its other": (r'"\ud83d\ude00\ude00"', "\U0001f600\ufffd"),
    "the wrong way round": (r'"\ude00\ud83d"', "\ufffd\ufffd"),
    "not escaped": ('"\ud83d\\ude00"', "\ufffd\ufffd"),
    "a backslash and a u": (r'"\\ud83d"', r"\ud83d"),
    "a backslash and a half": (r'"\\\ud83d"', "\\\ufffd"),
    "a backslash between two halves": (r'"\ud83d\\ude00"', "\ufffd\\ude00"),
    "a key": (r'{"\ud800": [{"\udfff": null}]}', {"\ufffd": [{"\ufffd": None}]}),
    "something else after it": ('"\\ud800" \\ud800', None),
}


@pytest.mark.parametrize(("text", "value"), HALVES.values(), ids=HALVES)
def test_unpaired_surrogates_are_replaced(text: str, value: Any) -> None:
    if value is not None:
        assert DECODER.decode(f" {text} ") == value
    first, end = DECODER.raw_decode(text)
    assert (first, text[end:]) == (("\ufffd", " \\ud800") if value is None else (value, ""))


HALVES_AND_MORE = st.sampled_from('\ud800\udbff\udc00\udfff\\u"d8\n') | st.characters()


@QUICK
@given(st.text(alphabet=HALVES_AND_MORE, max_size=40))
def test_any_text_comes_out_of_json_as_characters(text: str) -> None:
    paired = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    assert DECODER.decode(json.dumps(text)) == paired
    # Two halves side by side that are not escaped are no pair.
    assert DECODER.decode(json.dumps(text, ensure_ascii=False)) == re.sub("[\ud800-\udfff]", "\ufffd", text)
