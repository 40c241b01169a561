"""Explain: the value of every condition, filter and source."""

from __future__ import annotations

import json
from math import inf, nan
from pathlib import Path
from typing import Any

import pytest

from lib.rules.explain import shortened
from tests.rules.factories import Book, engine, image, refs
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
