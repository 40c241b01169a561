"""The names that a plan lacks: saved per image, listed per name."""

from __future__ import annotations

from typing import Any

import pytest

from lib.changes import MissingName, Ref
from lib.runs.database import Database
from lib.runs.history import History
from lib.runs.plan_missing import CREATED, MISSING, PREVIEW, MissingOfImage, PlanMissing

BOTH = (Ref("1", "One"), Ref("2", "Two"))


@pytest.fixture
def plan(store: Database) -> PlanMissing:
    """A plan of four images."""
    missing = PlanMissing(store, History(store).begin("rules_preview"))
    sea, other_case = MissingName("tags", "Sea", ("a",)), MissingName("tags", "SEA", ("a", "b"))
    names: dict[str, list[tuple[str, MissingName]]] = {
        "1": [(MISSING, sea), (MISSING, MissingName("studios", "both", ("b",), BOTH))],
        "2": [(MISSING, other_case), (CREATED, MissingName("performers", "Ada", ("c",), created=True))],
        "3": [(MISSING, sea), (PREVIEW, MissingName("tags", "later", ("p",), created=True))],
        "10": [(MISSING, sea)],
    }
    with store.write() as connection:
        missing.insert(connection, [MissingOfImage(id_, each, "{}") for id_, each in names.items()])
    return missing


def listed(plan: PlanMissing, *keys: str) -> list[tuple[Any, ...]]:
    return [tuple(name[key] for key in keys) for name in plan.as_json()]


def test_names_of_most_images_come_first(plan: PlanMissing) -> None:
    assert listed(plan, "kind", "name", "images", "rules", "sample", "created") == [
        ("tags", "SEA", 4, ["a", "b"], ["1", "2", "3", "10"], False),
        ("performers", "Ada", 1, ["c"], ["2"], True),
        ("studios", "both", 1, ["b"], ["1"], False),
    ]
    assert (plan.count(), len(plan.as_json(limit=2))) == (3, 2)


def test_candidates_and_nearest(plan: PlanMissing) -> None:
    assert plan.unmatched() == [("tags", "SEA"), ("performers", "Ada"), ("studios", "both")]
    plan.save_nearest([("tags", "sea", [Ref("5", "Seal")]), ("performers", "Ada", [])])
    assert plan.unmatched() == [("studios", "both")]
    assert listed(plan, "nearest") == [([{"id": "5", "name": "Seal"}],), ([],), ([],)]
    assert listed(plan, "candidates")[-1] == ([{"id": "1", "name": "One"}, {"id": "2", "name": "Two"}],)


IMAGES = {
    "in any case": ("tags", "seA", [1, 2, 3, 10]),
    "created": ("performers", "Ada", [2]),
    "another kind": ("studios", "Sea", []),
}


@pytest.mark.parametrize(("kind", "name", "ids"), IMAGES.values(), ids=IMAGES)
def test_images_that_lack_a_name(plan: PlanMissing, kind: str, name: str, ids: list[int]) -> None:
    assert plan.images(kind, name) == ids


def test_names_to_create(plan: PlanMissing) -> None:
    assert list(plan.to_create()) == [("performers", "Ada", 1, False), ("tags", "later", 1, True)]


def test_deleted_with_their_run(plan: PlanMissing, store: Database) -> None:
    History(store).delete([plan._plan])
    assert not plan.as_json()
    assert all(not store.read(f"SELECT 1 FROM {table}") for table in ("missing_images", "outcomes"))
