"""Whatever stands in rules, templates, sidecars and images: an answer or an error of ours, within bounded time."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from lib.errors import DataError
from lib.rules import check_rules, load_rules, set_rule_mode
from lib.rules.conditions import CONDITIONS
from lib.rules.filters import FILTERS
from lib.rules.sources import SOURCES
from lib.rules.templates import parse_template
from tests.rules.bench import Book, engine, image
from tests.rules.test_docs import SAMPLE
from tests.rules.test_filters import TABLE
from tests.rules.views import view

JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
QUICK = settings(max_examples=150, deadline=2000)


@QUICK
@given(st.text(alphabet=st.sampled_from("rules:nam- {}[]'\"\n\t&*!|>%@`#,?<.0") | st.characters(), max_size=200))
def test_any_text_is_checked(text: str) -> None:
    check_rules(text)
    check_rules(text.encode("utf-8", "surrogatepass"))


@QUICK
@given(st.integers(0, len(SAMPLE)), st.integers(0, 40), st.text(max_size=10))
def test_a_damaged_file_is_checked_and_its_switches_still_turn_or_say_why(at: int, length: int, text: str) -> None:
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
    template.value(view(image()))


@QUICK
@given(st.sampled_from([row[0] for rows in TABLE.values() for row in rows]), JSON)
def test_any_value_goes_through_any_filter(filters: str, value: Any) -> None:
    hand = view(image())
    hand._read |= {"sidecars": {"json": None}, "json": {"x": value}}
    parse_template(f"{{sidecar.x|{filters}}}").value(hand)
    parse_template(f"a {{sidecar.x|{filters}}}").value(hand)


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
    hand = rules._view(shown)
    hand._read |= {"sidecars": {"json": None}, "json": {"x": value, "y": value}}
    for action in rules.ruleset.rules[0].actions:
        action.compute(hand).plan(hand, "rule")
    for change in hand.draft.changes():
        assert change.after != change.before


def test_the_tables_have_no_name_in_common_with_another_kind_of_thing() -> None:
    assert not [name for name in CONDITIONS if "." in name]
    assert not [name for name in (*SOURCES, *FILTERS) if not name.isidentifier()]
