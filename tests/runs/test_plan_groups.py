"""Groups of a plan's changes: by rule, field, operation and value, or by folder."""

from __future__ import annotations

from typing import Any

import pytest

from lib.changes import FieldChange, ImageChange
from lib.errors import DataError
from lib.runs import plan_edits
from lib.runs.database import Database
from lib.runs.history import History
from lib.runs.plan_filter import ChangeFilter
from lib.runs.plan_groups import list_groups
from lib.runs.plan_pages import PlanPages
from lib.runs.plans import Plan, PlanEntry
from tests.runs.plans import saved_plan

KEYS = ("rule", "field", "op", "value", "folder", "images")


def rows(answer: dict[str, Any]) -> list[tuple[Any, ...]]:
    assert answer["count"] == len(answer["groups"])
    return [tuple(group[key] for key in KEYS) for group in answer["groups"]]


def grouped(store: Database, plan: int, by: str | None = None, **chosen: Any) -> list[tuple[Any, ...]]:
    return rows(list_groups(store, plan, ChangeFilter(**chosen), by=by))


def test_groups_are_by_value_the_largest_first(store: Database) -> None:
    assert grouped(store, saved_plan(store)) == [
        ("titles", "title", "set", None, "/lib/first", 20),
        ("studios", "studio", "set", "Alpha", None, 14),
        ("blue", "tags", "add", "Blue", None, 10),
        ("red", "tags", "add", "Red", None, 10),
        ("red", "tags", "remove", "Old", None, 10),
        ("titles", "title", "set", None, "/lib/second", 10),
        ("studios", "studio", "set", "Beta", None, 6),
    ]


CHOSEN: dict[str, tuple[dict[str, Any], list[tuple[Any, ...]]]] = {
    "rule": ({"rule": "blue"}, [("blue", "tags", "add", "Blue", None, 10)]),
    "field by folder": (
        {"field": "tags", "by": "folder"},
        [
            ("blue", "tags", "add", None, "/lib/second", 10),
            ("red", "tags", "add", None, "/lib/second", 10),
            ("red", "tags", "remove", None, "/lib/second", 10),
        ],
    ),
    "a preview": ({"field": "code"}, []),
    "previews too": ({"field": "code", "previewed": True}, [("only preview", "code", "set", "x", None, 1)]),
}


@pytest.mark.parametrize(("chosen", "expected"), CHOSEN.values(), ids=CHOSEN.keys())
def test_groups_of_a_filter(store: Database, chosen: dict[str, Any], expected: list[tuple[Any, ...]]) -> None:
    assert grouped(store, saved_plan(store), **chosen) == expected


def test_groups_are_paged_with_their_count(store: Database) -> None:
    plan = saved_plan(store, 120)
    pages = [list_groups(store, plan, ChangeFilter(field="title"), page, "value") for page in (1, 2, 3, 4)]
    assert [(len(page["groups"]), page["count"]) for page in pages] == [(50, 120), (50, 120), (20, 120), (0, 120)]
    with pytest.raises(DataError, match="pages begin with 1"):
        list_groups(store, plan, ChangeFilter(), 0)


DISTINCT = {
    "21 of 41": (21, 41, "folder"),
    "20 of 20": (20, 20, "value"),
    "21 of 42": (21, 42, "value"),
    "21 of 30, of two rules that have values in common": (21, 30, "folder"),
}


@pytest.mark.parametrize(("values", "count", "by"), DISTINCT.values(), ids=DISTINCT.keys())
def test_a_field_goes_by_folder_where_values_mostly_differ(store: Database, values: int, count: int, by: str) -> None:
    plan = History(store).begin("rules_preview")
    changes = [FieldChange("title", None, str(number % values), (f"rule {number % 2}",)) for number in range(count)]
    images = [
        ImageChange(str(number), "/a.jpg", "", organized=False, changes=(change,))
        for number, change in enumerate(changes)
    ]
    Plan(store, plan).add(map(PlanEntry, images))
    groups = list_groups(store, plan, ChangeFilter())["groups"]
    assert {"folder" if group["value"] is None else "value" for group in groups} == {by}
    assert sum(group["images"] for group in groups) == count


@pytest.mark.parametrize("by", ["value", "folder"])
def test_a_group_counts_what_is_excluded(store: Database, by: str) -> None:
    plan = saved_plan(store)
    plan_edits.exclude(store, plan, ChangeFilter(ids=("21", "25")))
    groups = list_groups(store, plan, ChangeFilter(rule="red"), by=by)["groups"]
    assert [(group["left_out"], group["images"]) for group in groups] == [(2, 10), (2, 10)]


def test_a_group_has_nine_of_its_images(store: Database) -> None:
    for group in list_groups(store, saved_plan(store), ChangeFilter())["groups"]:
        chosen = {key: group[key] for key in ("rule", "field", "value", "folder")}
        images = [image["id"] for image in PlanPages(store, 1, ChangeFilter(**chosen)).page(1)]
        assert (group["sample"], group["images"]) == (images[:9], len(images))


def test_urls_in_another_order_are_a_group(store: Database) -> None:
    plan = History(store).begin("rules_preview")
    change = FieldChange("urls", ("b", "a"), ("a", "b"), ("r",))
    Plan(store, plan).add([PlanEntry(ImageChange("1", "/a.jpg", "", organized=False, changes=(change,)))])
    assert grouped(store, plan) == [("r", "urls", "set", "a, b", None, 1)]


@pytest.mark.parametrize(
    ("path", "folder"),
    [
        pytest.param("/a.jpg", "/", id="root"),
        pytest.param("C:\\x\\a.jpg", "C:\\x", id="Windows"),
        pytest.param("", "", id="none"),
    ],
)
def test_a_folder_of_a_group_is_a_filter(store: Database, path: str, folder: str) -> None:
    plan = History(store).begin("rules_preview")
    change = FieldChange("title", None, "x", ("r",))
    Plan(store, plan).add([PlanEntry(ImageChange("1", path, "", organized=False, changes=(change,)))])
    (group,) = list_groups(store, plan, ChangeFilter(), by="folder")["groups"]
    assert group["folder"] == folder
    assert PlanPages(store, plan, ChangeFilter(folder=group["folder"])).total() == 1
