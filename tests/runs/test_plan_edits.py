"""What the user decides about a plan: excluded changes and items, and what an apply of it writes then."""

from __future__ import annotations

from typing import Any

import pytest

from lib.changes import FieldChange
from lib.runs import plan_edits
from lib.runs.database import Database
from lib.runs.plan_filter import ChangeFilter
from lib.runs.plans import Plan
from tests.runs.plans import COUNT, saved_plan


def written(store: Database, plan: int) -> dict[str, set[str]]:
    """What an apply writes to each field: values, and items of lists with + or -."""
    result: dict[str, set[str]] = {}
    for image in Plan(store, plan).images(["planned"], 0, 500):
        for change in image.changes:
            result.setdefault(change.field, set()).update(_texts(change))
    return result


def _texts(change: FieldChange) -> list[str]:
    if change.field != "tags":
        return [getattr(change.after, "name", change.after)]
    return [f"+{item.name}" for item in change.add] + [f"-{item.name}" for item in change.remove]


TAGS = {"+Blue", "+Red", "-Old"}
STUDIOS = {"Alpha", "Beta"}
TITLES = {f"Title {image}" for image in range(1, COUNT + 1)}
EXCLUDED: dict[str, tuple[dict[str, Any], int, int, dict[str, set[str]]]] = {
    "an image": ({"ids": ("1",)}, 1, 1, {"title": TITLES - {"Title 1"}, "studio": STUDIOS, "tags": TAGS}),
    "a field": ({"field": "title"}, COUNT, 10, {"studio": STUDIOS, "tags": TAGS}),
    "a value": ({"value": "Alpha"}, 14, 0, {"title": TITLES, "studio": {"Beta"}, "tags": TAGS}),
    "an item": ({"value": "Red"}, 10, 0, {"title": TITLES, "studio": STUDIOS, "tags": {"+Blue", "-Old"}}),
    "a rule's items": ({"rule": "red"}, 10, 0, {"title": TITLES, "studio": STUDIOS, "tags": {"+Blue"}}),
    "a folder": (
        {"folder": "/lib/first"},
        20,
        20,
        {"title": {f"Title {n}" for n in range(21, 31)}, "studio": STUDIOS, "tags": TAGS},
    ),
    "a field of an image": (
        {"field": "studio", "ids": ("30",)},
        1,
        0,
        {"title": TITLES, "studio": STUDIOS, "tags": TAGS},
    ),
    "a preview": ({"field": "code"}, 0, 0, {"title": TITLES, "studio": STUDIOS, "tags": TAGS}),
}


@pytest.mark.parametrize(("chosen", "images", "whole", "rest"), EXCLUDED.values(), ids=EXCLUDED.keys())
def test_what_is_excluded_is_not_written(
    store: Database, chosen: dict[str, Any], images: int, whole: int, rest: dict[str, set[str]]
) -> None:
    plan = saved_plan(store)
    before = written(store, plan)
    assert plan_edits.exclude(store, plan, ChangeFilter(**chosen)) == images
    states = Plan(store, plan).count_states()
    assert (written(store, plan), states["planned"], states["left_out"]) == (rest, COUNT - whole, whole)
    assert plan_edits.exclude(store, plan, ChangeFilter(**chosen), include=True) == images
    assert (written(store, plan), Plan(store, plan).count_states()["left_out"]) == (before, 0)


def test_only_what_fits_is_included_again(store: Database) -> None:
    plan = saved_plan(store)
    plan_edits.exclude(store, plan, ChangeFilter())
    assert written(store, plan) == {}
    plan_edits.exclude(store, plan, ChangeFilter(value="Red"), include=True)
    assert written(store, plan) == {"tags": {"+Red"}}
    assert Plan(store, plan).fields() == {"tags": 10}


def test_what_is_excluded_already_is_not_counted(store: Database) -> None:
    plan = saved_plan(store)
    assert plan_edits.exclude(store, plan, ChangeFilter(value="Red")) == 10
    assert plan_edits.exclude(store, plan, ChangeFilter(ids=("21", "22"), value="Red")) == 0


def test_images_that_are_applied_are_not_excluded(store: Database) -> None:
    plan = saved_plan(store)
    with store.write() as connection:
        Plan(store, plan).set_states(connection, [("1", "changed", ""), ("2", "sent", "")], 1)
    assert plan_edits.exclude(store, plan, ChangeFilter(field="title")) == COUNT - 2
