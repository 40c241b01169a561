"""names_answer: answers to missing names in a text or in the user's file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.support.server import serve
from tests.tasks.conftest import Plugin

RULES = "vocabulary: {tags: {drop: [tagme]}}\nrules: [{name: a, add: {tags: ['{path.folders}', Grace]}}]\n"
CREATE = {"kind": "tags", "name": "photos", "action": "create"}
MAP = {"kind": "performers", "name": "Grace", "action": "map"}


@pytest.fixture(scope="module")
def people() -> Iterator[Plugin]:
    """A server that no test changes, with two performers who share an alias."""
    with serve() as stash:
        for name in ("Grace Hopper", "Grace Kelly"):
            aliases = f'["Amazing {name}", "Princess"]'
            stash.ask(f'mutation {{ performerCreate(input: {{name: "{name}", alias_list: {aliases}}}) {{ id }} }}')
        yield Plugin(stash)


def test_answers_in_a_text(people: Plugin) -> None:
    people.rules("rules: []")
    etag = people.run("rules_read")["etag"]
    answer = people.run("names_answer", answers=[CREATE, {**CREATE, "name": "Grace", "action": "ignore"}], rules=RULES)
    text = RULES.replace("[tagme]", "[tagme, Grace], create: [photos]").replace("', Grace", "'")
    assert answer == {"text": text, "etag": etag}


@pytest.mark.parametrize("to", ["Grace Hopper", "GRACE HOPPER", "amazing grace hopper"])
def test_answers_in_the_file(people: Plugin, to: str) -> None:
    people.rules(RULES)
    etag = people.run("rules_read")["etag"]
    answer = people.run("names_answer", answers=[{**MAP, "to": to}], etag=etag)
    assert answer["text"] == RULES.replace("}}\n", f"}}, performers: {{map: {{Grace: {to}}}}}}}\n")
    assert people.run("rules_read") == {"text": RULES, "etag": etag}, "nothing is saved"


REFUSED: dict[str, tuple[list[Any], str]] = {
    "none": ([], "answers: [] is not allowed; at least one answer is expected"),
    "not an object": (["x"], "answers[0]: 'x' is not allowed; an object is expected"),
    "no action": ([CREATE, {"kind": "tags", "name": "x"}], "answers[1] needs action"),
    "another key": ([{**CREATE, "into": "x"}], "answers[0] has no into; allowed: kind, name, action, to"),
    "a number": ([{**CREATE, "name": 7}], "answers[0].name: 7 is not allowed; text is expected"),
    "galleries": (
        [{**CREATE, "kind": "galleries"}],
        "'galleries' can't be answered; allowed: tags, performers, studios",
    ),
    "twice": ([CREATE, CREATE], "the tag 'photos' has several answers"),
    "a name that doesn't exist": (
        [{**MAP, "to": "Grace Hoper"}],
        "can't be mapped to 'Grace Hoper', which doesn't exist in Stash; the nearest performers: Grace Hopper.",
    ),
    "nothing near": ([{**MAP, "to": "Ada"}], "which doesn't exist in Stash; the nearest performers: none."),
    "a name of another kind": ([{**CREATE, "action": "map", "to": "Grace Hopper"}], "nearest tags: none."),
    "an ambiguous target": ([{**MAP, "to": "princess"}], "use the exact name of one of them"),
    "an ambiguous name": (
        [{**MAP, "name": "Princess", "action": "create"}],
        "'Princess' is ambiguous, it could be Grace Hopper (",
    ),
}


@pytest.mark.parametrize(("answers", "message"), REFUSED.values(), ids=REFUSED)
def test_refused(people: Plugin, answers: list[Any], message: str) -> None:
    assert message in people.error("names_answer", answers=answers, rules=RULES)


def test_file_that_was_changed(people: Plugin) -> None:
    people.rules(RULES)
    etag = people.run("rules_read")["etag"]
    people.rules(RULES + "# mine\n")
    assert people.error("names_answer", answers=[CREATE], etag=etag) == people.error(
        "rules_save", text=RULES, etag=etag
    )


PLANNED = """
rules:
- {name: folders, add: {tags: '{path.folders|get:0}'}}
- {name: titles, mode: preview, match: {folder: photos}, set: {title: '{path.stem}', code: x}}
"""
IN_PLAN = [
    {"kind": "tags", "name": "photos", "action": "map", "to": "Photograph"},
    {"kind": "tags", "name": "sets", "action": "create"},
    {"kind": "tags", "name": "misc", "action": "ignore"},
]
EXCLUDED = "photos/iptc_only.jpg"


def make_plan(plugin: Plugin) -> int:
    """A review in which a field of one image is excluded."""
    plugin.stash.ask('mutation { tagCreate(input: {name: "Photograph"}) { id } }')
    plugin.rules(PLANNED)
    plan: int = plugin.run("rules_preview", all=True)["plan"]
    plugin.run("plan_leave_out", plan=plan, ids=[plugin.stash.ids()[EXCLUDED]], field="title")
    return plan


def test_answers_in_a_plan(plugin: Plugin) -> None:
    plan = make_plan(plugin)
    answer = plugin.run("names_answer", plan=plan, answers=IN_PLAN)
    assert answer == {**plugin.run("rules_read"), "plan": plan}
    again, fresh = plugin.run("run", run=plan), plugin.run("rules_preview", all=True)
    for counts in (again["counts"], fresh["counts"]):
        counts.pop("seconds")
    assert again["counts"] | {"changed": 0, "failed": 0} == fresh["counts"] | {"changed": 0, "failed": 0}
    assert [(name["name"], name["images"], name["created"]) for name in again["missing"]] == [
        (name["name"], name["images"], name["created"]) for name in fresh["missing"]
    ]
    applied = plugin.run("rules_apply", plan=plan)["run"]
    images = plugin.images()
    assert {tag for image in images.values() for tag in image.get("tags", [])} == {"Photograph", "sets"}
    assert images[EXCLUDED] == {"code": "x", "tags": ["Photograph"]}
    assert images["photos/bad_date.jpg"] == {"code": "x", "tags": ["Photograph"], "title": "bad_date"}
    plugin.run("undo", run=applied)
    assert [tag["name"] for tag in plugin.stash.ask("{ allTags { name } }")["allTags"]] == ["Photograph"]


def test_plan_that_is_not_planned_again_is_stale(plugin: Plugin) -> None:
    plan = make_plan(plugin)
    with closing(sqlite3.connect(Path(plugin.stash.folder, "image_tools", "runs.sqlite"))) as history:
        history.execute("CREATE TRIGGER stop BEFORE DELETE ON images BEGIN SELECT RAISE(ABORT, 'killed'); END")
        assert "killed" in plugin.error("names_answer", plan=plan, answers=IN_PLAN)
        history.execute("DROP TRIGGER stop")
    assert "sets" in plugin.run("rules_read")["text"], "the answers are saved"
    assert "the rules have changed since: 'folders' has changed" in plugin.error("rules_apply", plan=plan)
    assert "the rules have changed since" in plugin.error("names_answer", plan=plan, answers=IN_PLAN[:1])
    plugin.rules(PLANNED)
    assert "planning it again after answers to names ended too early" in plugin.error("rules_apply", plan=plan)


def test_rule_that_removes_computed_names(plugin: Plugin) -> None:
    plan = make_plan(plugin)
    rules = PLANNED + "- {name: old, remove: {tags: '{path.stem}'}}\n"
    plan = plugin.run("rules_preview", all=True, rules=rules)["plan"]
    message = plugin.error("names_answer", plan=plan, answers=IN_PLAN, rules=rules)
    assert "the rule 'old' removes computed tags" in message
    assert plugin.run("rules_read")["text"] == PLANNED, "nothing is saved"
