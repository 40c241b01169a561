"""A part of a plan that is moved to a new run: what each of the two has then, and that each accepts what the other wrote."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lib.changes import FieldChange, ImageChange, Ref
from lib.runs import plan_edits, plan_parts
from lib.runs.counts import Counts
from lib.runs.database import Database
from lib.runs.history import History
from lib.runs.plan_filter import ChangeFilter
from lib.runs.plan_names import PlanNames
from lib.runs.plan_pages import PlanPages
from lib.runs.plans import Plan, PlanEntry
from tests.runs.conftest import Desk
from tests.runs.plans import COUNT, GREEN, saved_plan, written


def move(store: Database, plan: int, **chosen: Any) -> int:
    """Move what fits to a new run."""
    history = History(store)
    rules = {rule: {"matched": 30, "planned": 10} for rule in ("titles", "studios", "blue", "red")}
    run = history.begin("rules_apply")
    with store.write() as connection:
        whole = Counts(matched=COUNT, planned=COUNT, rules=rules)
        counts = plan_parts.move(connection, Plan(store, plan), Plan(store, run), ChangeFilter(**chosen), whole)
        history.set_part(connection, run, history.get(plan), *counts)
    return run


def counted(store: Database, run: int) -> tuple[int | None, int, set[str]]:
    """The images of a plan by its counts and by its states, and its fields."""
    plan = Plan(store, run)
    return History(store).get(run).counts.planned, plan.count_states()["planned"], set(plan.fields())


ALL = {"title", "studio", "tags"}
MOVED: dict[str, tuple[dict[str, Any], int, set[str], int, set[str]]] = {
    # what is chosen, the images and fields of the part, the images and fields of the rest
    "a field": ({"field": "title"}, 30, {"title"}, 20, {"studio", "tags"}),
    "a value": ({"field": "studio", "value": "Alpha"}, 14, {"studio"}, 30, ALL),
    "an item": ({"value": "Blue"}, 10, {"tags"}, 30, ALL),
    "a rule": ({"rule": "red"}, 10, {"tags"}, 30, ALL),
    "a folder": ({"folder": "/lib/first"}, 20, {"title", "studio"}, 10, ALL),
    "a field in a folder": ({"field": "title", "folder": "/lib/second"}, 10, {"title"}, 30, ALL),
}


@pytest.mark.parametrize(("chosen", "images", "fields", "left", "others"), MOVED.values(), ids=MOVED.keys())
def test_each_plan_has_its_part(
    store: Database, chosen: dict[str, Any], images: int, fields: set[str], left: int, others: set[str]
) -> None:
    plan = saved_plan(store)
    before = written(store, plan)
    part = move(store, plan, **chosen)
    assert counted(store, part) == (images, images, fields)
    assert counted(store, plan) == (left, left, others)
    assert PlanPages(store, plan, ChangeFilter(**chosen)).total() == 0
    both = written(store, part), written(store, plan)
    assert {field: set().union(*(each.get(field, ()) for each in both)) for field in ALL} == before


def test_an_image_that_is_only_previewed_is_left(store: Database) -> None:
    plan = saved_plan(store)
    move(store, plan, ids=("1",))
    assert Plan(store, plan).count_states()["preview"] == 1
    assert History(store).get(plan).counts.as_json() | {"rules": 0} == {
        "matched": 30,
        "planned": 29,
        "preview": 1,
        "rules": 0,
    }


def test_what_is_excluded_stays_and_what_is_edited_is_moved_so(store: Database) -> None:
    plan = saved_plan(store)
    plan_edits.exclude(store, plan, ChangeFilter(value="Red"))
    plan_edits.edit(store, plan, ChangeFilter(field="tags", value="Blue"), GREEN)
    part = move(store, plan, field="tags")
    assert (written(store, part), "tags" in written(store, plan)) == ({"tags": {"+Green", "-Old"}}, False)
    assert PlanPages(store, part).page(1)[0]["changes"][0]["edited"]
    plan_edits.exclude(store, plan, ChangeFilter(), include=True)
    assert written(store, plan)["tags"] == {"+Red"}


def test_a_part_has_the_rules_that_it_is_counted_for(store: Database) -> None:
    plan = saved_plan(store)
    part = move(store, plan, rule="red", ids=("30",))
    assert History(store).get(part).counts.rules == {"red": {"matched": 1, "planned": 1}}
    assert (History(store).get(plan).counts.rules or {})["red"] == {"matched": 29, "planned": 9}


def test_new_names_go_where_they_are_needed(store: Database) -> None:
    plan = History(store).begin("rules_preview")
    refs = [Ref(None, name) for name in ("one", "two")]
    changes = (
        FieldChange("tags", (), tuple(refs), ("r",), tuple(refs)),
        FieldChange("studio", None, Ref(None, "S"), ("r",)),
    )
    Plan(store, plan).add([PlanEntry(ImageChange("1", "/1.jpg", "", organized=False, changes=changes))])
    PlanNames(store, plan).save([("tags", "one", 1, False), ("tags", "two", 1, False), ("studios", "S", 1, False)])
    part = move(store, plan, value="one")
    names = [[name["name"] for name in PlanNames(store, each).as_json()] for each in (plan, part)]
    assert names == [["S", "two"], ["one"]]


def test_a_plan_is_not_of_all_images_once_a_part_is_moved(store: Database) -> None:
    history, plan = History(store), saved_plan(store)
    history.save_as_preview(plan, "rules_preview", Counts())
    key = history.get(plan).key
    assert history.saved_plan("rules_preview", key) is not None
    move(store, plan, field="title")
    assert (history.saved_plan("rules_preview", key), history.applied_by(plan)) == (None, None)


ORDERS: dict[str, list[int]] = {"part first": [1, 0], "rest first": [0, 1]}


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS.keys())
def test_parts_of_one_list_are_applied_and_undone(
    desk: Desk, ids: dict[str, str], name: Callable[[str], str], order: list[int]
) -> None:
    id_ = ids["misc/plain.png"]
    tags = [Ref(desk.stash.create("tag", name(word)), name(word)) for word in ("one", "two", "old")]
    desk.stash.update(id_, tag_ids=[tags[2].id], urls=["a"], organized=False)
    changes = (
        FieldChange("tags", (tags[2],), (tags[0], tags[1]), ("r",), (tags[0], tags[1]), (tags[2],)),
        FieldChange("urls", ("a",), ("b", "c"), ("r",), ("b", "c"), ("a",)),
        FieldChange("organized", False, True, ("r",)),
        FieldChange("title", None, name("title"), ("r",)),
    )
    before = {field: desk.shown(id_, field) for field in ("tags", "urls", "organized", "title")}
    plan = desk.planned(desk.image(id_, *changes))
    for value in ("b", name("two"), "true"):
        last = move(desk.store, plan, value=value)
        assert desk.apply(last) == {"changed": 1}
    runs = [plan, move(desk.store, plan, value=name("one"))]
    assert [desk.apply(runs[index]) for index in order] == [{"changed": 1}] * 2
    assert (desk.shown(id_, "tags"), sorted(desk.shown(id_, "urls"))) == ([name("one"), name("two")], ["b", "c"])
    for run in (*reversed(range(1, last + 1)), *runs):
        desk.undo(run)
    assert {field: desk.shown(id_, field) for field in before} == before


def test_an_edit_of_the_user_is_not_taken_for_a_part(
    desk: Desk, ids: dict[str, str], name: Callable[[str], str]
) -> None:
    id_ = ids["misc/photo.webp"]
    tags = [Ref(desk.stash.create("tag", name(word)), name(word)) for word in ("one", "two", "mine")]
    plan = desk.planned(desk.image(id_, FieldChange("tags", (), (*tags[:2],), ("r",), (*tags[:2],))))
    assert desk.apply(move(desk.store, plan, value=name("one"))) == {"changed": 1}
    desk.stash.update(id_, tag_ids=[tags[0].id, tags[2].id])
    assert desk.apply(plan) == {"skipped": 1}
