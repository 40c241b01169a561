"""rules_preview: which rules take part, the counts, and the names that Stash doesn't have."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tasks.conftest import Plugin

MIXED = """
rules:
- {name: titles, mode: preview, set: {title: '{path.stem}'}}
- {name: codes, match: {missing: title}, set: {code: untitled}}
- {name: scans, when: scan, set: {photographer: Ada}}
- {name: none, mode: off, set: {details: none}}
"""
# arguments, the fields that an apply of the plan changes
TAKE_PART: dict[str, tuple[dict[str, Any], set[str]]] = {
    "as on apply by a task": ({}, {"code"}),
    "all, in order": ({"all": True}, {"title", "photographer"}),
    "one in preview mode": ({"only_rules": ["titles"]}, set()),
    "one in preview mode, of all": ({"all": "true", "only_rules": '["titles"]'}, {"title"}),
    "one that is off": ({"all": True, "only_rules": ["none"]}, {"details"}),
    "one for new images": ({"only_rules": ["scans"]}, {"photographer"}),
}


@pytest.mark.parametrize(("args", "fields"), TAKE_PART.values(), ids=TAKE_PART)
def test_rules_that_take_part(plugin: Plugin, args: dict[str, Any], fields: set[str]) -> None:
    plugin.rules(MIXED)
    ids = list(plugin.stash.ids().values())[:2]
    answer = plugin.run("rules_preview", ids=ids, **args)
    counts = answer["counts"]
    assert (counts["matched"], counts["planned"], counts["preview"]) == (2, 2 * bool(fields), 2 * (not fields))
    applied = plugin.run("rules_apply", plan=answer["plan"])["counts"]
    assert applied["changed"] == counts["planned"]
    images = plugin.images()
    changed = [images[path] for path, id_ in plugin.stash.ids().items() if id_ in ids]
    assert [set(image) for image in changed] == [fields, fields]


ERRORS = {
    "an unknown rule": (["titles", "no"], "only_rules names no; the rules are: titles, codes, scans, none"),
    "no rule": ([], "only_rules: the list is empty"),
}


@pytest.mark.parametrize(("names", "message"), ERRORS.values(), ids=ERRORS)
def test_invalid_only_rules(plugin: Plugin, names: list[str], message: str) -> None:
    plugin.rules(MIXED)
    assert message in plugin.error("rules_preview", only_rules=names)


NAMES = """
rules:
- {name: tags, add: {tags: [Sea, '{path.ext|upper}']}}
- {name: made, create: [tags], match: {ext: png}, add: {tags: sea}}
- {name: titles, match: {ext: gif}, set: {title: x}}
"""


def test_missing_names(plugin: Plugin) -> None:
    plugin.rules(NAMES)
    plugin.stash.ask('mutation { tagCreate(input: {name: "JPGs"}) { id } }')
    answer = plugin.run("rules_preview")
    counts, missing = answer["counts"], {name["name"]: name for name in answer["missing"]}
    by_ext: dict[str, list[str]] = {}
    for path, id_ in plugin.stash.ids().items():
        by_ext.setdefault(path.rpartition(".")[2].upper(), []).append(id_)
    assert {name: each["images"] for name, each in missing.items() if name.upper() != "SEA"} == {
        ext: len(ids) for ext, ids in by_ext.items()
    }
    assert [ref["name"] for ref in missing["JPG"]["nearest"]] == ["JPGs"]
    total = sum(map(len, by_ext.values()))
    assert answer["missing"][0] | {"sample": [], "name": "Sea"} == {
        "kind": "tags",
        "name": "Sea",
        "images": total,
        "rules": ["tags", "made"],
        "sample": [],
        "nearest": [],
        "candidates": [],
        "created": False,
    }
    assert answer["missing_count"] == len(missing)
    changed = len(by_ext["PNG"]) + len(by_ext.get("GIF", []))
    assert (counts["planned"], counts["missing"], counts["with_missing"]) == (changed, total - changed, total)


def test_nothing_found(plugin: Plugin) -> None:
    plugin.rules("rules: [{name: a, match: {ext: png}, set: {title: '{sidecar.nothing}'}}]")
    counts = plugin.run("rules_preview")["counts"]
    assert counts["matched"] == counts["nothing_found"] > 0


def test_sample_stays_after_an_edit(plugin: Plugin) -> None:
    def preview(**args: Any) -> tuple[Any, Any, set[str]]:
        answer = plugin.run("rules_preview", **args)
        changes = plugin.run("plan", plan=answer["plan"])["changes"]
        return answer["sample"], answer["seed"], {image["id"] for image in changes}

    plugin.rules("rules: [{name: a, set: {title: x}}]")
    size, seed, first = preview(sample=5)
    assert (size, len(first)) == (5, 5)
    plugin.rules("rules: [{name: a, set: {title: y}, add: {urls: 'http://a.b'}}]")
    assert preview(sample="5", seed=str(seed)) == (5, str(seed), first)
    assert preview(sample=5, ids=list(first)[:2], seed=seed)[2] == set(list(first)[:2])
    assert preview() == (None, None, set(plugin.stash.ids().values()))
    run = plugin.run("run", run=1)
    assert (run["sample"], run["seed"], run["all"], run["only_rules"]) == (5, seed, False, None)
    assert (run["applicable"], run["stale"]) == (False, "the rules have changed since: 'a' has changed")
