"""What the user decides about a plan: excluded changes and items, edited values, and what an apply of it writes then."""

from __future__ import annotations

from typing import Any

import pytest

from lib.changes import FieldChange, ImageChange, Ref
from lib.runs import plan_edits
from lib.runs.database import Database
from lib.runs.history import History
from lib.runs.plan_filter import ChangeFilter
from lib.runs.plan_groups import list_groups
from lib.runs.plan_names import PlanNames
from lib.runs.plan_pages import PlanPages
from lib.runs.plans import Plan, PlanEntry
from tests.runs.plans import COUNT, GREEN, OLD, RED, saved_plan, written

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


def test_a_name_that_no_image_needs_is_not_created(store: Database) -> None:
    plan = History(store).begin("rules_preview")
    new = FieldChange("tags", (), (Ref(None, "new"),), ("r",), (Ref(None, "new"),))
    images = [ImageChange(str(id_), f"/{id_}.jpg", "", organized=False, changes=(new,)) for id_ in (1, 2)]
    Plan(store, plan).add(map(PlanEntry, images))
    PlanNames(store, plan).save([("tags", "New", 2, False)])
    counts = []
    for ids in (("1",), ("2",)):
        plan_edits.exclude(store, plan, ChangeFilter(ids=ids))
        counts.append([name["images"] for name in PlanNames(store, plan).as_json()])
    plan_edits.exclude(store, plan, ChangeFilter(), include=True)
    assert (counts, [name["images"] for name in PlanNames(store, plan).as_json()]) == ([[1], []], [2])


def edited(store: Database, plan: int, to: Any, **chosen: Any) -> int:
    return plan_edits.edit(store, plan, ChangeFilter(**chosen), to)


EDITS: dict[str, tuple[Any, dict[str, Any], int, dict[str, set[str]]]] = {
    "a value of an image": ("Mine", {"field": "title", "ids": ("30",)}, 1, {"title": TITLES - {"Title 30"} | {"Mine"}}),
    "a value of a group": (Ref("9", "Gamma"), {"field": "studio", "value": "Alpha"}, 14, {"studio": {"Gamma", "Beta"}}),
    "an added item": (GREEN, {"field": "tags", "value": "Blue"}, 10, {"tags": {"+Green", "+Red", "-Old"}}),
    "an item that is added already": (RED, {"field": "tags", "value": "Blue"}, 10, {"tags": {"+Red", "-Old"}}),
    "an item that the image has": (OLD, {"field": "tags", "value": "Blue"}, 10, {"tags": {"+Red"}}),
    "a removed item that the image lacks": (GREEN, {"field": "tags", "value": "Old"}, 10, {"tags": {"+Blue", "+Red"}}),
}


@pytest.mark.parametrize(("to", "chosen", "images", "changed"), EDITS.values(), ids=EDITS.keys())
def test_an_edited_value_is_written(
    store: Database, to: Any, chosen: dict[str, Any], images: int, changed: dict[str, set[str]]
) -> None:
    plan = saved_plan(store)
    before = written(store, plan)
    assert edited(store, plan, to, **chosen) == images
    assert written(store, plan) == before | changed
    assert Plan(store, plan).count_states()["left_out"] == 0


def test_an_edited_value_is_found_and_marked(store: Database) -> None:
    plan = saved_plan(store)
    edited(store, plan, GREEN, field="tags", value="Blue")
    (group,) = list_groups(store, plan, ChangeFilter(rule="blue"))["groups"]
    images = PlanPages(store, plan, ChangeFilter(field="tags", value="Green")).page(1)
    assert (group["value"], group["images"], len(images)) == ("Green", 10, 10)
    assert [[change["edited"] for change in image["changes"]] for image in images] == [[True]] * 10
    assert PlanPages(store, plan, ChangeFilter(field="tags", value="Blue")).total() == 0


def test_an_edit_keeps_what_is_excluded(store: Database) -> None:
    plan = saved_plan(store)
    plan_edits.exclude(store, plan, ChangeFilter(ids=("30",)))
    edited(store, plan, Ref("9", "Gamma"), field="studio", value="Beta")
    assert Plan(store, plan).count_states()["left_out"] == 1
    plan_edits.exclude(store, plan, ChangeFilter(ids=("30",), field="studio"), include=True)
    (image,) = Plan(store, plan).images(["planned"], 29, 1)
    assert [change.after for change in image.changes] == [Ref("9", "Gamma")]


def test_an_edit_to_what_the_image_has_excludes_the_change(store: Database) -> None:
    plan = History(store).begin("rules_preview")
    change = FieldChange("title", "before", "after", ("r",))
    Plan(store, plan).add([PlanEntry(ImageChange("1", "/1.jpg", "", organized=False, changes=(change,)))])
    assert edited(store, plan, "before", field="title", ids=("1",)) == 1
    assert Plan(store, plan).count_states()["left_out"] == 1
    plan_edits.exclude(store, plan, ChangeFilter(), include=True)
    assert written(store, plan) == {"title": {"after"}}


URLS = {
    "added in order": ((), ("a", "b"), ("a", "b"), (), "b", ("a", "x")),
    "added in another order": (("c",), ("a", "b", "c"), ("a", "b"), (), "a", ("x", "b", "c")),
    "removed": (("a", "x"), ("x", "b"), ("b",), ("a",), "a", ("a", "b")),
    "removed in another order": (("a", "x", "c"), ("c", "x"), (), ("a",), "a", ("c", "a")),
}


@pytest.mark.parametrize(("before", "after", "add", "remove", "value", "expected"), URLS.values(), ids=URLS.keys())
def test_an_edited_url_keeps_its_place(
    store: Database, before: Any, after: Any, add: Any, remove: Any, value: str, expected: tuple[str, ...]
) -> None:
    plan = History(store).begin("rules_preview")
    change = FieldChange("urls", before, after, ("r",), add, remove)
    Plan(store, plan).add([PlanEntry(ImageChange("1", "/1.jpg", "", organized=False, changes=(change,)))])
    edited(store, plan, "x", field="urls", value=value)
    (image,) = Plan(store, plan).images(["planned"], 0, 1)
    assert image.changes[0].after == expected
