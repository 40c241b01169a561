"""Pages of a plan: what a filter selects, to the item, and how excluded changes are shown."""

from __future__ import annotations

from typing import Any

import pytest

from lib.errors import DataError
from lib.runs import plan_edits
from lib.runs.database import Database
from lib.runs.plan_filter import ChangeFilter
from lib.runs.plan_pages import PlanPages
from tests.runs.plans import COUNT, saved_plan


def fields(images: list[dict[str, Any]]) -> set[str]:
    return {change["field"] for image in images for change in image["changes"]}


def changes(store: Database, plan: int, image: str, **chosen: Any) -> dict[str, dict[str, Any]]:
    """The changes of an image that fit, by field."""
    (shown,) = PlanPages(store, plan, ChangeFilter(ids=(image,), **chosen)).page(1)
    return {change["field"]: change for change in shown["changes"]}


def names(change: dict[str, Any], key: str) -> list[str]:
    return [item["name"] for item in change[key]]


FILTERS: dict[str, tuple[dict[str, Any], int, set[str]]] = {
    "nothing": ({}, COUNT, {"title", "studio", "tags"}),
    "rule": ({"rule": "studios"}, 20, {"studio"}),
    "one of several rules": ({"rule": "red"}, 10, {"tags"}),
    "no such rule": ({"rule": "others"}, 0, set()),
    "field": ({"field": "title"}, COUNT, {"title"}),
    "value": ({"value": "Alpha"}, 14, {"studio"}),
    "item of a list": ({"field": "tags", "value": "Blue"}, 10, {"tags"}),
    "value of another field": ({"field": "title", "value": "Alpha"}, 0, set()),
    "folder": ({"folder": "/lib/first"}, 20, {"title", "studio"}),
    "folder with a slash": ({"folder": "/lib/first/"}, 20, {"title", "studio"}),
    "folder above": ({"folder": "/lib"}, 0, set()),
    "name": ({"q": "img_2"}, 11, {"title", "studio", "tags"}),
    "no wildcard": ({"q": "IMG%2"}, 0, set()),
    "part of a folder's name": ({"q": "first"}, 0, set()),
    "all at once": ({"rule": "studios", "field": "studio", "folder": "/lib/second", "q": "_3"}, 1, {"studio"}),
    "a preview": ({"field": "code"}, 0, set()),
    "previews too": ({"field": "code", "previewed": True}, 1, {"code"}),
}


@pytest.mark.parametrize(("chosen", "total", "has"), FILTERS.values(), ids=FILTERS.keys())
def test_a_filter_shows_only_what_fits(store: Database, chosen: dict[str, Any], total: int, has: set[str]) -> None:
    pages = PlanPages(store, saved_plan(store), ChangeFilter(**chosen))
    assert (pages.total(), len(pages.page(1)), fields(pages.page(1))) == (total, total, has)


def test_a_plan_is_paged_by_id(store: Database) -> None:
    plan = saved_plan(store, 120)
    pages = PlanPages(store, plan)
    assert [len(pages.page(number)) for number in (1, 2, 3, 4)] == [50, 50, 20, 0]
    assert [image["id"] for image in pages.after(119, 500)] == ["120"]
    with pytest.raises(DataError, match="pages begin with 1"):
        pages.page(0)


def test_a_list_shows_only_the_items_that_fit(store: Database) -> None:
    change = changes(store, saved_plan(store), "30", rule="red")["tags"]
    assert (names(change, "add"), names(change, "remove"), change["rules"]) == (["Red"], ["Old"], ["red"])
    assert (names(change, "before"), names(change, "after")) == (["Old"], ["Red"])


def test_an_excluded_item_is_no_longer_added(store: Database) -> None:
    plan = saved_plan(store)
    plan_edits.exclude(store, plan, ChangeFilter(field="tags", value="Blue"))
    change = changes(store, plan, "30")["tags"]
    assert (names(change, "add"), names(change, "after"), change["left_out"]) == (["Red"], ["Red"], False)
    assert change["left_out_items"] == [{"op": "add", "value": "Blue"}]


def test_an_excluded_change_shows_what_it_would_write(store: Database) -> None:
    plan = saved_plan(store)
    plan_edits.exclude(store, plan, ChangeFilter(ids=("30",)))
    shown = changes(store, plan, "30")
    assert {field: change["left_out"] for field, change in shown.items()} == dict.fromkeys(shown, True)
    assert (shown["title"]["after"], names(shown["tags"], "add")) == ("Title 30", ["Blue", "Red"])


@pytest.mark.parametrize(
    ("excluded", "chosen", "planned"),
    [
        pytest.param({"field": "title", "ids": ("11",)}, {"field": "title"}, COUNT - 1, id="one field"),
        pytest.param({"field": "title", "ids": ("11",)}, {}, COUNT, id="another field is written"),
        pytest.param({"ids": ("1",)}, {}, COUNT - 1, id="the whole image"),
        pytest.param({"folder": "/lib/first"}, {"folder": "/lib/first"}, 0, id="the whole folder"),
    ],
)
def test_planned_counts_what_is_written(
    store: Database, excluded: dict[str, Any], chosen: dict[str, Any], planned: int
) -> None:
    plan = saved_plan(store)
    plan_edits.exclude(store, plan, ChangeFilter(**excluded))
    assert PlanPages(store, plan, ChangeFilter(**chosen)).planned() == planned
