"""The counts of a preview: each matched image has one outcome, the first that fits."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.planning.tally import ImageOutcome, Tally
from lib.rules.planned import OUTCOMES
from tests.rules.factories import Book, engine, image, plan, refs

BOOK = Book(tags=["Sea", "one|both", "two|both"], studios=["Blue"], performers=["Ada"])
FILLED = {"title": "old", "tags": refs("Sea")}

# rules, the image's fields, its outcome
CASES: dict[str, tuple[str, dict[str, Any], str | None]] = {
    "no rule matched": ("[{name: a, match: {ext: png}, set: {title: x}}]", {}, None),
    "changed": ("[{name: a, set: {title: x}}]", {}, "planned"),
    "changed by one, lacking a tag of another": (
        "[{name: a, set: {title: x}}, {name: b, add: {tags: no}}]",
        {},
        "planned",
    ),
    "changed only in preview mode": ("[{name: a, mode: preview, set: {title: x}}]", {}, "preview"),
    "organized": ("[{name: a, set: {title: x}}]", {"organized": True}, "organized"),
    "organized and lacking a tag": (
        "[{name: a, set: {title: x}}, {name: b, skip_organized: false, add: {tags: no}}]",
        {"organized": True},
        "organized",
    ),
    "a missing tag": ("[{name: a, add: {tags: no}}]", FILLED, "missing"),
    "an ambiguous tag": ("[{name: a, add: {tags: both}}]", FILLED, "missing"),
    "a missing studio": ("[{name: a, set: {studio: no}}]", FILLED, "missing"),
    "a missing studio under merge, of an image with one": (
        "[{name: a, set: {studio: no}}]",
        {"studio": {"id": "1", "name": "Blue"}},
        "already_right",
    ),
    "a missing tag of a rule in preview mode": ("[{name: a, mode: preview, add: {tags: no}}]", FILLED, "already_right"),
    "a missing tag that is removed": ("[{name: a, remove: {tags: no}}]", FILLED, "already_right"),
    "a created tag": ("[{name: a, create: [tags], add: {tags: no}}]", FILLED, "planned"),
    "nothing found": ("[{name: a, set: {title: '{image.code}'}, add: {tags: '{image.code}'}}]", {}, "nothing_found"),
    "nothing found for one field, another filled": (
        "[{name: a, set: {title: '{image.code}'}, add: {tags: '{image.code}'}}]",
        {"tags": refs("Sea")},
        "already_right",
    ),
    "an invalid value": ("[{name: a, set: {date: '{image.code}'}}]", {"code": "x"}, "nothing_found"),
    "the value is there": ("[{name: a, add: {tags: Sea}}]", FILLED, "already_right"),
    "nothing to clear": ("[{name: a, replace: {tags: []}}]", {}, "already_right"),
    "no action": ("[{name: a, stop: true}]", {}, "nothing_found"),
}


@pytest.mark.parametrize(("rules", "fields", "outcome"), CASES.values(), ids=CASES)
def test_outcome(rules: str, fields: dict[str, Any], outcome: str | None) -> None:
    planned = plan(f"rules: {rules}", image(**fields), BOOK)
    assert planned.outcome == outcome
    counts = Tally(["a", "b"])
    counts.add(ImageOutcome.load(ImageOutcome.of(planned).dumped()))
    assert [name for name in OUTCOMES if counts[name]] == ([outcome] if outcome else [])


def test_vocabulary_drops_the_only_value() -> None:
    text = "{vocabulary: {tags: {drop: [x]}}, rules: [{name: a, add: {tags: '{image.code}'}}]}"
    assert plan(text, image(code="x"), BOOK).outcome == "nothing_found"


VALUES = st.sampled_from(["x", "Sea", "both", "no", "'{image.code}'", "'{image.title}'", "'{image.tags}'"])
ACTIONS = st.one_of(
    st.builds("set: {{{}: {}}}".format, st.sampled_from(["title", "studio", "code"]), VALUES),
    st.builds("{}: {{tags: {}}}".format, st.sampled_from(["add", "remove", "replace"]), VALUES),
)
MATCHES = st.sampled_from(["{}", "{missing: title}", "{has: {tags: Sea}}", "{image.code: x}", "{ext: png}"])
RULES = st.lists(
    st.builds(
        "mode: {}, match: {}, strategy: {}, skip_organized: {}, create: {}, stop: {}, {}".format,
        st.sampled_from(["off", "preview", "apply"]),
        MATCHES,
        st.sampled_from(["merge", "overwrite", "ignore"]),
        st.booleans(),
        st.sampled_from(["[]", "[tags, studios]"]),
        st.booleans(),
        ACTIONS,
    ),
    min_size=1,
    max_size=4,
)
IMAGES = st.lists(
    st.fixed_dictionaries(
        {
            "title": st.sampled_from(["", "x"]),
            "code": st.sampled_from(["", "x", "no", "both"]),
            "organized": st.booleans(),
            "tags": st.sampled_from([[], refs("Sea")]),
            "studio": st.sampled_from([None, {"id": "1", "name": "Blue"}]),
        }
    ),
    max_size=5,
)


@settings(max_examples=150, deadline=None)
@given(RULES, IMAGES, st.booleans())
def test_outcomes_add_up_for_any_rules_and_images(bodies: list[str], library: list[dict[str, Any]], all_: bool) -> None:
    text = "rules:\n" + "\n".join(f"- {{name: r{index}, {body}}}" for index, body in enumerate(bodies))
    rules = engine(text, BOOK, all_=all_)
    tally = Tally(rule.name for rule in rules.ruleset.rules)
    matched = changed = lacking = 0
    for fields in library:
        planned = rules.plan(image(**fields))
        tally.add(ImageOutcome.of(planned))
        matched += bool(planned.matched or planned.skipped_organized)
        changed += bool(planned.change.changes)
        lacking += bool(planned.missing_names or any("ambiguous" in problem for problem in planned.problems))
    counts = tally.as_counts()
    assert sum(tally[outcome] for outcome in OUTCOMES) == counts.matched == matched
    assert counts.planned == changed
    assert not all_ or (counts.preview == 0 and counts.with_missing == lacking)
