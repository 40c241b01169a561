"""Explain: the value of every condition, filter and source."""

from __future__ import annotations

import json
from math import inf, nan
from pathlib import Path
from typing import Any

import pytest

from lib.changes import Ref
from lib.rules import Engine, load_rules
from lib.rules.explain import shortened
from tests.rules.factories import Book, engine, image, reader, refs
from tests.support.sample_library import KEPT

TEXT = """
rules:
- name: a
  match: {path: {regex: '(?P<who>[^/]+)/[^/]+$'}, missing: title, any: [{ext: gif}, {width: {gt: 100}}]}
  set: {title: '{re.who|upper}', date: '{meta.date}'}
  add: {tags: [Sea, '{sidecar.tags|tags}']}
- {name: p, mode: preview, set: {code: x}}
- {name: no, match: {rating100: {gte: 80}, ext: jpg}, set: {code: y}}
"""


def explain(**fields: Any) -> dict[str, Any]:
    rules = engine(TEXT, Book(tags=["Sea"]), libraries=(KEPT,))
    told = rules.explain(image(f"{KEPT}/photos/2011/IMG_20110501_183000.jpg", **fields))
    assert json.loads(json.dumps(told)) == told
    return told


def test_conditions() -> None:
    a, p, no = explain()["rules"]
    assert (a["matched"], p["matched"], no["matched"]) == (True, True, False)
    assert [said["holds"] for said in a["conditions"]] == [True, True, True]
    assert a["conditions"][1] == {"condition": "missing: title", "value": None, "holds": True}
    assert a["conditions"][2]["value"] == [
        {
            "condition": "match: {ext: gif}",
            "value": [{"condition": "ext: gif", "value": "jpg", "holds": False}],
            "holds": False,
        },
        {
            "condition": "match: {width: {gt: 100}}",
            "value": [{"condition": "width: {gt: 100}", "value": 1600, "holds": True}],
            "holds": True,
        },
    ]
    assert [(said["condition"], said["value"], said["holds"]) for said in no["conditions"]] == [
        ("rating100: {gte: 80}", None, False),
        ("ext: jpg", "jpg", True),
    ]
    assert no["failed"] == "rating100: {gte: 80}"


def test_templates() -> None:
    a = explain()["rules"][0]
    title, date, tags = a["actions"]
    assert (title["do"], title["field"], title["value"], title["written"]) == ("set", "title", "2011", True)
    assert title["templates"] == [
        [{"placeholder": "re.who", "steps": [{"step": "re.who", "value": "2011"}, {"step": "upper", "value": "2011"}]}]
    ]
    assert (date["value"], date["written"]) == ("2011-05-01", True)
    assert tags["value"] == ["Sea"]


def test_a_group_is_seen_by_the_next_condition() -> None:
    text = "rules: [{name: a, match: {path: {regex: '(?P<x>[^/]+)/[^/]+$'}, re.x: set}, set: {title: '{re.x}'}}]"
    (rule,) = engine(text).explain(image("set/1.jpg"))["rules"]
    assert rule["conditions"][1] == {"condition": "re.x: set", "value": "set", "holds": True}


def test_every_source_and_the_changes() -> None:
    told = explain(tags=refs("Sea"))
    named = {"re.who": "2011", "meta.date": "2011-05-01", "sidecar.tags": None}
    assert named.items() <= told["sources"].items()
    assert [change["field"] for change in told["changes"]] == ["title", "date"]
    assert (told["id"], told["organized"], told["problems"]) == ("7", False, [])


def test_unused_sources() -> None:
    sources = explain()["sources"]
    assert sources["meta.creator"] == sources["exif.Artist"] == "Émilie du Châtelet"
    assert sources["path.stem"] == "IMG_20110501_183000"
    assert not [name for name, value in sources.items() if value in ("", []) and not name.startswith("sidecar")]


def test_organized_image() -> None:
    told = explain(organized=True)
    assert [rule["skipped"] for rule in told["rules"]] == ["the image is organized", "the image is organized", None]
    assert told["changes"] == []


def test_failed_rule() -> None:
    told = explain(title="old", date="2000")
    assert told["rules"][0]["failed"] == "missing: title"


def test_long_values_are_cut() -> None:
    rules = engine("rules: [{name: a, set: {title: '{image.details}'}}]")
    told = rules.explain(image(details="x" * 10_000))
    assert told["sources"]["image.details"] == "x" * 500 + "…"


def test_infinite_numbers(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text('{"tags": ["Sea", 1e999], "n": {"m": -1e999, "o": NaN}}', encoding="utf-8")
    rules = engine(TEXT, Book(tags=["Sea"]), libraries=(str(tmp_path),))
    told = json.loads(json.dumps(rules.explain(image(f"{tmp_path}/x.jpg", width=200)), allow_nan=False))
    assert told["sources"]["sidecar.n"] == {"m": None, "o": None}


SHORTENED: dict[str, tuple[Any, Any]] = {
    "a number": (1.5, 1.5),
    "a number beyond all": (inf, "inf"),
    "one below all": ([{"a": -inf}], [{"a": "-inf"}]),
    "no number": (nan, "nan"),
    "a long key": ({"k" * 1000: 1}, {"k" * 500: 1}),
}


@pytest.mark.parametrize(("value", "shown"), SHORTENED.values(), ids=SHORTENED)
def test_shortened(value: Any, shown: Any) -> None:
    assert json.loads(json.dumps(shortened(value), allow_nan=False)) == shown


BOOK = Book(tags=["Sea", "one|both", "two|both"], studios=["Blue"])
VOCABULARY = "{tags: {map: {ocean: Sea, lake: Seaside}, drop: [tagme, '/^img/']}}"

# the inside of a rule, the image's fields, each value with its outcome and what the outcome needs
OUTCOMES: dict[str, tuple[str, dict[str, Any], list[dict[str, Any]]]] = {
    "off": ("mode: off, set: {title: x}", {}, [{"value": None, "outcome": "rule_off"}]),
    "not matched": (
        "match: {ext: png}, set: {title: x}",
        {},
        [{"value": None, "outcome": "not_matched", "condition": "ext: png"}],
    ),
    "organized": ("set: {title: x}", {"organized": True}, [{"value": None, "outcome": "organized"}]),
    "filled": ("set: {title: '{meta.title}'}", {"title": "old"}, [{"value": None, "outcome": "field_filled"}]),
    "ignore": ("strategy: ignore, set: {title: x}", {}, [{"value": None, "outcome": "unchanged"}]),
    "nothing": ("set: {title: '{image.code}'}", {}, [{"value": None, "outcome": "nothing_found"}]),
    "nothing for a list": ("add: {tags: '{image.code}'}", {}, [{"value": None, "outcome": "nothing_found"}]),
    "too long": (
        "set: {title: '{image.code}'}",
        {"code": "x" * 100_001},
        [{"value": "x" * 500 + "…", "outcome": "too_long"}],
    ),
    "too many": (
        "add: {urls: '{image.urls|replace:a,b}'}",
        {"urls": [f"http://a.b/{number}" for number in range(1_001)]},
        [{"value": None, "outcome": "too_long"}],
    ),
    "invalid": ("set: {date: '{image.code}'}", {"code": "soon"}, [{"value": "soon", "outcome": "invalid"}]),
    "invalid, then another": (
        "set: {date: ['{image.code}', 2021]}",
        {"code": "soon"},
        [{"value": "soon", "outcome": "invalid"}, {"value": "2021", "outcome": "written"}],
    ),
    "dropped": (
        "add: {tags: '{image.code}'}",
        {"code": "TagMe"},
        [{"value": "TagMe", "outcome": "dropped_by_vocabulary", "entry": "tagme"}],
    ),
    "dropped by a pattern": (
        "add: {tags: '{image.code}'}",
        {"code": "IMG 7"},
        [{"value": "IMG 7", "outcome": "dropped_by_vocabulary", "entry": "/^img/"}],
    ),
    "ambiguous": (
        "add: {tags: both}",
        {},
        [
            {
                "value": "both",
                "outcome": "ambiguous",
                "candidates": [{"id": "2", "name": "one"}, {"id": "3", "name": "two"}],
            }
        ],
    ),
    "missing": (
        "add: {tags: Seas}",
        {},
        [{"value": "Seas", "outcome": "no_such_name", "nearest": [{"id": "1", "name": "Sea"}]}],
    ),
    "missing, mapped": (
        "add: {tags: '{image.code}'}",
        {"code": "lake"},
        [
            {
                "value": "Seaside",
                "outcome": "no_such_name",
                "nearest": [{"id": "1", "name": "Sea"}],
                "mapped": {"from": "lake", "to": "Seaside"},
            }
        ],
    ),
    "written, mapped": (
        "add: {tags: '{image.code}'}",
        {"code": "ocean"},
        [{"value": "Sea", "outcome": "written", "mapped": {"from": "ocean", "to": "Sea"}}],
    ),
    "created": ("create: [tags], add: {tags: Seas}", {}, [{"value": "Seas", "outcome": "written"}]),
    "unchanged": (
        "strategy: overwrite, set: {title: old}",
        {"title": "old"},
        [{"value": "old", "outcome": "unchanged"}],
    ),
    "one of a list unchanged": (
        "add: {tags: [Sea, one]}",
        {"tags": refs("Sea")},
        [{"value": "Sea", "outcome": "unchanged"}, {"value": "one", "outcome": "written"}],
    ),
    "removed": ("remove: {tags: Sea}", {"tags": refs("Sea")}, [{"value": "Sea", "outcome": "written"}]),
    "cleared": ("replace: {tags: []}", {"tags": refs("Sea")}, [{"value": None, "outcome": "written"}]),
    "a studio": ("set: {studio: Blue}", {}, [{"value": "Blue", "outcome": "written"}]),
    "in preview mode": ("mode: preview, set: {title: x}", {}, [{"value": "x", "outcome": "rule_on_preview"}]),
}


def outcomes(text: str, fields: dict[str, Any], *, all_: bool = False) -> list[dict[str, Any]]:
    """Return the rules of the text as explained."""
    rules = load_rules(text)
    nearest = {("tags", "Seas"): (Ref("1", "Sea"),), ("tags", "Seaside"): (Ref("1", "Sea"),)}
    made = engine(text, BOOK, all_=True) if all_ else Engine(rules.enabled(), BOOK, files=reader(()))
    told = made.explain(image(**fields), rules, lambda kind, name: nearest.get((kind, name), ()))
    explained: list[dict[str, Any]] = json.loads(json.dumps(told))["rules"]
    return explained


@pytest.mark.parametrize(("body", "fields", "values"), OUTCOMES.values(), ids=OUTCOMES)
def test_outcome_of_each_value(body: str, fields: dict[str, Any], values: list[dict[str, Any]]) -> None:
    (rule,) = outcomes(f"{{vocabulary: {VOCABULARY}, rules: [{{name: a, {body}}}]}}", fields)
    assert rule["actions"][0]["values"] == values
    is_written = any(value["outcome"] in ("written", "rule_on_preview") for value in values)
    assert rule["actions"][0]["written"] == is_written


def test_filled_field_is_not_computed() -> None:
    (rule,) = outcomes("rules: [{name: a, set: {title: '{image.code}', studio: no}}]", {"title": "old", "code": "x"})
    assert [action["templates"] for action in rule["actions"]] == [[], [[]]]


def test_all_rules_take_part() -> None:
    text = """
rules:
- {name: p, mode: preview, stop: true, set: {title: x}}
- {name: o, mode: off, set: {title: y}}
- {name: later, set: {code: z}}
"""
    rules = outcomes(text, {}, all_=True)
    assert [(rule["name"], rule["mode"], rule["actions"][0]["values"][0]["outcome"]) for rule in rules] == [
        ("p", "preview", "written"),
        ("o", "off", "rule_off"),
        ("later", "apply", "not_matched"),
    ]
    assert rules[2]["failed"] == "stop: the rule 'p' matched"
