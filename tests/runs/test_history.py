"""The history of runs: one at a time, what was killed, what is dropped, and a file that is damaged."""

from __future__ import annotations

import os
import sqlite3
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lib.changes import FieldChange, ImageChange
from lib.errors import DataError, StoreError
from lib.runs import history, plans, retention
from lib.runs.database import SCHEMA_VERSION, Database, open_database


def entry(image: int, *fields: str) -> plans.PlanEntry:
    changes = tuple(FieldChange(field, None, "x", ("a rule",)) for field in fields or ("title",))
    return plans.PlanEntry(ImageChange(str(image), f"/{image}.jpg", "", organized=False, changes=changes))


def run(store: Database, *, state: str = "changed", mode: str = "rules_apply", by_hand: bool = True) -> int:
    """A finished run of one image in that state."""
    id_ = history.begin(store, mode, by_hand=by_hand)
    plans.add(store, id_, [entry(1)])
    plans.set_state(store, id_, [("1", state, "")])
    history.end(store, id_, "done", {})
    return id_


def test_only_one_run_at_a_time(store: Database) -> None:
    with (
        history.exclusive(store),
        pytest.raises(history.RunInProgressError, match="Another run"),
        history.exclusive(store),
    ):
        pass
    with history.exclusive(store):
        pass


def test_a_killed_run_is_stopped_and_a_running_one_is_not(store: Database) -> None:
    with history.exclusive(store):
        id_ = history.begin(store, "rules_apply")
        assert not history.settle_if_idle(store)
        assert history.get(store, id_).status == "running"
    assert history.settle_if_idle(store)
    assert history.get(store, id_).status == "stopped"


def test_a_run_of_a_plan_that_is_there_can_be_resumed_from_its_first_moment(store: Database) -> None:
    id_ = history.begin(store, "rules_apply", plan_of=preview(store), counts={"planned": 1})
    assert history.settle_if_idle(store)
    assert (history.get(store, id_).counts["planned"], history.why_not_resumed(history.get(store, id_))) == (1, "")


IN_DOUBT = {
    "a run that was stopped": ("stopped", "rules_apply", {"in_doubt": 1}),
    "a run that failed": ("failed", "process_new_images", {"in_doubt": 1}),
    "a run that is done": ("done", "rules_apply", {}),
}


@pytest.mark.parametrize(("status", "mode", "wanted"), IN_DOUBT.values(), ids=IN_DOUBT.keys())
def test_the_history_counts_what_is_in_doubt(store: Database, status: str, mode: str, wanted: dict[str, int]) -> None:
    id_ = run(store, mode=mode, state="sent" if wanted else "changed")
    history.end(store, id_, status, {"planned": 1, "changed": 1})
    counts = history.entry(store, id_)["counts"]
    assert {name: count for name, count in counts.items() if name == "in_doubt"} == wanted
    assert counts["changed"] == (0 if wanted else 1)
    plans.set_state(store, id_, [("1", "changed", "")])
    assert "in_doubt" not in history.entry(store, id_)["counts"]


UNDOABLE = {
    "one that changed something": ({}, True),
    "one that changed nothing": ({"state": "failed"}, False),
    "a preview": ({"mode": "rules_preview", "state": "planned"}, False),
    "one after a scan": ({"by_hand": False}, False),
    "an undo": ({"mode": "undo"}, False),
    "a preview of an undo": ({"mode": "undo_preview"}, False),
}


@pytest.mark.parametrize(("kind", "found"), UNDOABLE.values(), ids=UNDOABLE.keys())
def test_the_newest_to_undo(store: Database, kind: dict[str, object], found: bool) -> None:
    id_ = run(store, **kind)  # type: ignore[arg-type]  # a table's words
    newest = history.newest_to_undo(store)
    assert (newest is not None and newest.id == id_) is found


def test_pressed_again_undo_means_the_one_before(store: Database) -> None:
    first, second = run(store), run(store)
    assert history.newest_to_undo(store) == history.get(store, second)
    history.set_status(store, second, "undone")
    assert history.newest_to_undo(store) == history.get(store, first)


def undo_of(store: Database, target: int, *, state: str = "changed") -> int:
    """A finished undo of one image."""
    id_ = history.begin(store, "undo", undoes=target)
    plans.add(store, id_, [entry(1)])
    plans.set_state(store, id_, [("1", state, "")])
    history.end(store, id_, "done", {})
    return id_


def applied(store: Database, preview: int) -> int:
    """A finished run of a preview's plan."""
    id_ = history.begin(store, "rules_apply", plan_of=preview)
    plans.set_state(store, preview, [("1", "changed", "")])
    history.end(store, id_, "done", {})
    return id_


def ended(store: Database, status: str, counts: dict[str, int]) -> int:
    """A run that ended early, with an image left to be changed."""
    id_ = run(store, state="planned")
    history.end(store, id_, status, counts)
    return id_


def preview(store: Database) -> int:
    return run(store, mode="rules_preview", state="planned")


DROPPED: dict[str, tuple[Callable[[Database], object], list[int]]] = {
    # what is there, and the ids that stay where one of each sort is kept
    "the older one": (lambda store: (run(store), run(store)), [2]),
    "previews push out no run that changed something": (
        lambda store: (run(store), preview(store), preview(store)),
        [3, 1],
    ),
    "nor do runs that changed nothing": (
        lambda store: (run(store), *(run(store, state="failed") for _ in "ab")),
        [3, 1],
    ),
    "nor runs that failed while they were planned": (
        lambda store: (run(store), ended(store, "failed", {}), ended(store, "failed", {})),
        [3, 1],
    ),
    "one to resume is one of those that count": (
        lambda store: (run(store), ended(store, "stopped", {"changed": 0}), run(store, state="failed")),
        [3, 2],
    ),
    "a plan stays with its run": (lambda store: (applied(store, preview(store)), preview(store)), [3, 2, 1]),
    "what an undo took back stays, and what that took back": (
        lambda store: (run(store), undo_of(store, undo_of(store, run(store)))),
        [4, 3, 2],
    ),
    "with its plan": (
        lambda store: (undo_of(store, applied(store, preview(store))), preview(store), preview(store)),
        [5, 3, 2, 1],
    ),
}


@pytest.mark.parametrize(("there", "stay"), DROPPED.values(), ids=DROPPED.keys())
def test_of_each_sort_the_newest_stay(store: Database, there: Callable[[Database], object], stay: list[int]) -> None:
    there(store)
    retention.drop_old(store, 1)
    assert [each["id"] for each in history.listing(store, 1)] == stay
    plans = {row["plan"] for row in store.read("SELECT plan FROM images")}
    assert plans == {history.get(store, id_).plan for id_ in stay}


def test_an_applied_preview_takes_no_place_of_a_run_that_changed_something(store: Database) -> None:
    run(store)
    applied(store, preview(store))
    retention.drop_old(store, 2)
    assert [each["id"] for each in history.listing(store, 1)] == [3, 2, 1]


def test_what_it_is_told_to_spare_stays(store: Database) -> None:
    resumed = applied(store, preview(store))
    run(store)
    retention.drop_old(store, 1, spare=resumed)
    assert [each["id"] for each in history.listing(store, 1)] == [3, resumed, 1]


def test_a_history_whose_counts_are_damaged_drops_nothing_that_may_have_changed(store: Database) -> None:
    kept = ended(store, "stopped", {})
    with store.write() as connection:
        connection.execute("UPDATE runs SET counts = '{'")
    run(store, state="failed")
    retention.drop_old(store, 1)
    assert [row["id"] for row in store.read("SELECT id FROM runs ORDER BY id")] == [kept, 2]


def test_it_says_what_can_no_longer_be_undone(store: Database, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(3):
        run(store), preview(store)
    with caplog.at_level("INFO"):
        retention.drop_old(store, 1)
        retention.drop_old(store, 1)
    assert [record.getMessage() for record in caplog.records] == [
        "4 old runs were dropped from the history; 2 can no longer be undone."
    ]


def test_a_plan_is_paged_and_searched(store: Database) -> None:
    id_ = history.begin(store, "rules_preview")
    plans.add(store, id_, [entry(image, "title" if image % 2 else "code") for image in range(1, 121)])
    assert [len(plans.page(store, id_, number)) for number in (1, 2, 3, 4)] == [50, 50, 20, 0]
    assert {each["changes"][0]["field"] for each in plans.page(store, id_, 1, field_name="code")} == {"code"}
    assert plans.page(store, id_, 1, rule="a rule")[0]["id"] == "1"
    assert plans.page(store, id_, 1, rule="another") == []
    with pytest.raises(DataError, match="pages begin with 1"):
        plans.page(store, id_, 0)


def test_what_is_left_out_is_not_applied(store: Database) -> None:
    id_ = history.begin(store, "rules_preview")
    plans.add(store, id_, [entry(1), entry(2)])
    assert plans.leave_out(store, id_, ["1", "99"]) == 1
    assert [image.image_id for image in plans.images(store, id_, ["planned"], 0, 10)] == ["2"]


def test_a_preview_rules_changes_are_shown_and_never_applied(store: Database) -> None:
    id_ = history.begin(store, "rules_preview")
    only = entry(1, "title")
    both = plans.PlanEntry(entry(2, "code").image, {"a preview": only.image.changes})
    shown = plans.PlanEntry(ImageChange("1", "/1.jpg", "", organized=False), {"a preview": only.image.changes})
    plans.add(store, id_, [shown, both])
    page = plans.page(store, id_, 1)
    assert [[(each["field"], each["preview"]) for each in image["changes"]] for image in page] == [
        [("title", True)],
        [("code", False), ("title", True)],
    ]
    applied = plans.images(store, id_, ["planned"], 0, 10)
    assert [(image.image_id, [each.field for each in image.changes]) for image in applied] == [("2", ["code"])]


def test_an_error_may_name_a_file_whose_name_is_no_utf8(store: Database) -> None:
    id_ = ended(store, "failed", {})
    history.end(store, id_, "failed", {}, "exports/\udcff.csv cannot be written")
    assert history.entry(store, id_)["error"] == "exports/\\udcff.csv cannot be written"


DAMAGED = {"no JSON": '{"planned": 1', "nothing": "", "no object": "7", "words": '"words"'}
READERS: dict[str, Callable[[Database], object]] = {
    "the history": lambda store: history.listing(store, 1),
    "a run": lambda store: history.get(store, 1),
    "a run as the history shows it": lambda store: history.entry(store, 1),
    "the newest to undo": history.newest_to_undo,
}


@pytest.mark.parametrize("text", DAMAGED.values(), ids=DAMAGED.keys())
@pytest.mark.parametrize("read", READERS.values(), ids=READERS.keys())
def test_damaged_counts_are_named(store: Database, read: Callable[[Database], object], text: str) -> None:
    run(store)
    with store.write() as connection:
        connection.execute("UPDATE runs SET counts = ?", (text,))
    with pytest.raises(StoreError, match="is damaged: the counts of run 1 cannot be read"):
        read(store)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no owner's mode")
def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    open_database(str(tmp_path)).close()
    assert stat.S_IMODE(os.stat(tmp_path / "runs.sqlite").st_mode) == stat.S_IRUSR | stat.S_IWUSR


def test_a_damaged_history_is_put_aside_and_not_made_anew_in_silence(tmp_path: Path) -> None:
    (tmp_path / "runs.sqlite").write_bytes(b"this is no database" * 100)
    with pytest.raises(StoreError, match="damaged"):
        open_database(str(tmp_path))
    kept = list(tmp_path.glob("runs.sqlite.damaged-*"))
    assert [file.read_bytes()[:19] for file in kept] == [b"this is no database"]
    with pytest.raises(StoreError, match="press Check setup"):
        open_database(str(tmp_path))
    open_database(str(tmp_path), anew=True).close()
    open_database(str(tmp_path)).close()


def test_a_history_of_a_newer_plugin_is_refused_and_kept(tmp_path: Path) -> None:
    open_database(str(tmp_path)).close()
    with sqlite3.connect(tmp_path / "runs.sqlite") as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    connection.close()
    with pytest.raises(StoreError, match=f"layout {SCHEMA_VERSION + 1}"):
        open_database(str(tmp_path))
    assert (tmp_path / "runs.sqlite").exists()


LONG = "x" * 90_000
HELD = {
    "short texts": ("x", 40),
    "long texts": (LONG, plans._ROOM // len(LONG) - 1),
    "one that is too long": ("x" * 3_000_000, 1),
}


@pytest.mark.parametrize(("text", "most"), HELD.values(), ids=HELD)
def test_no_more_of_a_plan_is_held_than_fits(store: Database, text: str, most: int) -> None:
    id_ = history.begin(store, "rules_apply")
    change = (FieldChange("details", None, text, ("a rule",)),)
    images = [
        ImageChange(str(number), f"/{number}.jpg", "", organized=False, changes=change) for number in range(1, 41)
    ]
    plans.add(store, id_, map(plans.PlanEntry, images))
    held = plans.images(store, id_, ["planned"], 0, 500)
    assert most <= len(held) <= most + 2
    assert [each for each, *_ in plans.everything(store, id_)] == [image.image_id for image in images]
