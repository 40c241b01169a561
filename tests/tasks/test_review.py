"""What a review shows is what its apply writes: image by image and field by field, for generated rules files.

`REVIEWED_RULES` sets how many files; with STASH_BIN a real Stash answers.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib import import_module
from random import Random
from typing import Any

import pytest

from lib.tasks import TASKS, arguments
from tests.faults.environment import Environment, State, open_environment
from tests.tasks.generated_rules import generate

FILES = int(os.environ.get("REVIEWED_RULES", "8"))
DISJOINT = ("planned", "preview", "organized", "missing", "nothing_found", "already_right")


@pytest.fixture(scope="module")
def environment() -> Iterator[Environment]:
    with open_environment() as environment:
        for image in list(environment.begin.images)[::5]:
            environment.stash.update(image, organized=True)
        environment.begin = environment.state()
        yield environment


def run(environment: Environment, mode: str, **args: Any) -> Any:
    """The output of an operation, run in this process."""
    operation = import_module(TASKS[mode]).OPERATIONS[mode]
    with environment.context(direct=True) as context:
        return operation.run(context, **arguments.check(mode, args, operation.arguments))


def pages(environment: Environment, plan: int) -> list[dict[str, Any]]:
    """Every image of a plan."""
    shown, page = [], 1
    while some := run(environment, "plan", plan=plan, page=page)["changes"]:
        shown += some
        page += 1
    return shown


def foretold(before: State, images: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The library as the plan says that it will be."""
    after = {id_: dict(image) for id_, image in before.images.items()}
    for image in images:
        for change in written(image):
            after[image["id"]][change["field"]] = _value(change["field"], change["after"])
    return after


def written(image: dict[str, Any]) -> list[dict[str, Any]]:
    """The changes of an image that an apply writes."""
    return [change for change in image["changes"] if not change["left_out"]]


def choose(images: list[dict[str, Any]], seed: int) -> dict[str, Any]:
    """A filter of one to three keys that fits at least one change of these images."""
    random = Random(seed)
    image = random.choice(images)
    change = random.choice(image["changes"])
    items = [*change["add"], *change["remove"]] or [change["after"]]
    item = random.choice(items)
    every = {
        "ids": [image["id"]],
        "rule": random.choice(change["rules"]),
        "field": change["field"],
        "value": str(item["name"] if isinstance(item, dict) else item),
        "folder": image["path"].rpartition("/")[0],
    }
    return {name: every[name] for name in random.sample(sorted(every), random.randint(1, 3))}


def _value(field: str, value: Any) -> Any:
    if field in ("tags", "performers"):
        return sorted(item["name"] for item in value)
    if field == "studio":
        return value and value["name"]
    if field == "organized":
        return bool(value)
    return value or ("" if field in ("title", "code", "details", "photographer") else value)


@pytest.mark.parametrize("seed", range(FILES))
def test_apply_writes_what_the_review_shows(environment: Environment, seed: int) -> None:
    environment.reset()
    environment.write("rules.yaml", generate(seed))
    before = environment.state()
    review = run(environment, "rules_preview", all=True)
    images, counts = pages(environment, review["plan"]), review["counts"]
    assert sum(counts[name] for name in DISJOINT) == counts["matched"]
    assert (len(images), counts["preview"]) == (counts["planned"], 0)
    assert environment.state() == before
    if images and seed % 2:
        run(environment, "plan_leave_out", plan=review["plan"], **choose(images, seed))
        images = pages(environment, review["plan"])
    would = {image["id"] for image in images if written(image)}
    applied = run(environment, "rules_apply", plan=review["plan"], confirm=True)
    now = environment.state()
    assert {image for image, _ in now.changed_since(before)} == would
    assert applied["counts"]["changed"] == len(would)
    assert now.images == foretold(before, images)
    assert now.names - before.names <= {(name["kind"], name["name"]) for name in review["names"]}
    if would:
        run(environment, "undo", run=applied["run"])
    assert environment.state() == before
