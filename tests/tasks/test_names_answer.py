"""names_answer: answers to missing names in a text or in the user's file."""

from __future__ import annotations

from collections.abc import Iterator
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
