"""The history of runs: one at a time, what was killed, what is dropped, and a file that is damaged."""

from __future__ import annotations

import os
import sqlite3
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lib.changes import FieldChange, ImageChange
from lib.errors import StoreError
from lib.runs import retention
from lib.runs.counts import Counts
from lib.runs.database import Database
from lib.runs.history import History
from lib.runs.opening import open_database
from lib.runs.plans import MAX_CHARS, Plan, PlanEntry
from lib.runs.run import HAND, IMPORT, SCAN, RunInProgressError
from lib.runs.schema import SCHEMA_VERSION


def entry(image: int, *fields: str) -> PlanEntry:
    changes = tuple(FieldChange(field, None, "x", ("a rule",)) for field in fields or ("title",))
    return PlanEntry(ImageChange(str(image), f"/{image}.jpg", "", organized=False, changes=changes))


def planned(store: Database, mode: str, *, by: str = HAND, state: str = "changed", undoes: int | None = None) -> int:
    """A run of one image in that state that is still under way."""
    id_ = History(store).begin(mode, by=by, undoes=undoes)
    Plan(store, id_).add([entry(1)])
    set_state(store, id_, state)
    return id_


def set_state(store: Database, plan: int, state: str) -> None:
    with store.write() as connection:
        Plan(store, plan).set_states(connection, [("1", state, "")], 0)


def run(store: Database, *, state: str = "changed", mode: str = "rules_apply", by: str = HAND) -> int:
    """A finished run of one image in that state."""
    id_ = planned(store, mode, by=by, state=state)
    History(store).end(id_, "done", Counts())
    return id_


def shown(store: Database, run_id: int) -> dict[str, Any]:
    """A run as answers have it."""
    return History(store).as_json(History(store).get(run_id))


def test_only_one_run_at_a_time(store: Database) -> None:
    with (
        History(store).exclusive(),
        pytest.raises(RunInProgressError, match="Another run"),
        History(store).exclusive(),
    ):
        pass
    with History(store).exclusive():
        pass


def test_a_killed_run_is_stopped_and_a_running_one_is_not(store: Database) -> None:
    with History(store).exclusive():
        id_ = History(store).begin("rules_apply")
        assert not History(store).recover_interrupted()
        assert History(store).get(id_).status == "running"
    assert History(store).recover_interrupted()
    assert History(store).get(id_).status == "stopped"


def test_a_run_of_a_saved_plan_can_be_resumed_at_once(store: Database) -> None:
    id_ = History(store).begin("rules_apply", plan_of=preview(store), counts=Counts(planned=1))
    assert History(store).recover_interrupted()
    assert (History(store).get(id_).counts.planned, History(store).get(id_).resume_blocker) == (1, None)


IN_DOUBT = {
    "a run that was stopped": ("stopped", "rules_apply", {"in_doubt": 1}),
    "a run that failed": ("failed", "process_new_images", {"in_doubt": 1}),
    "a run that is done": ("done", "rules_apply", {}),
}


@pytest.mark.parametrize(("status", "mode", "wanted"), IN_DOUBT.values(), ids=IN_DOUBT.keys())
def test_the_history_counts_what_is_in_doubt(store: Database, status: str, mode: str, wanted: dict[str, int]) -> None:
    id_ = run(store, mode=mode, state="sent" if wanted else "changed")
    History(store).end(id_, status, Counts(planned=1, changed=1))
    counts = shown(store, id_)["counts"]
    assert {name: count for name, count in counts.items() if name == "in_doubt"} == wanted
    assert counts["changed"] == (0 if wanted else 1)
    set_state(store, id_, "changed")
    assert "in_doubt" not in shown(store, id_)["counts"]


UNDOABLE = {
    "one that changed something": ({}, True),
    "one that changed nothing": ({"state": "failed"}, False),
    "a preview": ({"mode": "rules_preview", "state": "planned"}, False),
    "one after a scan": ({"by": "scan"}, False),
    "an import": ({"by": "import", "mode": "import_images"}, True),
    "an undo": ({"mode": "undo"}, False),
    "a preview of an undo": ({"mode": "undo_preview"}, False),
}


@pytest.mark.parametrize(("kind", "found"), UNDOABLE.values(), ids=UNDOABLE.keys())
def test_the_newest_to_undo(store: Database, kind: dict[str, object], found: bool) -> None:
    id_ = run(store, **kind)  # type: ignore[arg-type]  # a table's words
    newest = History(store).newest_to_undo()
    assert (newest is not None and newest.id == id_) is found


def test_pressed_again_undo_means_the_one_before(store: Database) -> None:
    first, second = run(store), run(store)
    assert History(store).newest_to_undo() == History(store).get(second)
    undo_of(store, second)
    with store.write() as connection:
        connection.execute("INSERT INTO undone VALUES (?, 1, 'title', '', 3, 'undone')", (second,))
    History(store).refresh_undone(second)
    assert History(store).newest_to_undo() == History(store).get(first)


def undo_of(store: Database, target: int, *, state: str = "changed") -> int:
    """A finished undo of one image."""
    id_ = planned(store, "undo", undoes=target, state=state)
    History(store).end(id_, "done", Counts())
    return id_


def applied(store: Database, preview: int) -> int:
    """A finished run of a preview's plan."""
    id_ = History(store).begin("rules_apply", plan_of=preview)
    set_state(store, preview, "changed")
    History(store).end(id_, "done", Counts())
    return id_


def ended(store: Database, status: str, *, whole: bool = False) -> int:
    """A run that ended early, with an image left to be changed; `whole` if its plan was complete."""
    id_ = planned(store, "rules_apply", state="planned")
    if whole:
        History(store).mark_planned(id_, Counts())
    History(store).end(id_, status, Counts())
    return id_


def preview(store: Database) -> int:
    return run(store, mode="rules_preview", state="planned")


def sample(store: Database) -> int:
    """A finished preview of some images."""
    history = History(store)
    id_ = history.begin("rules_preview", is_part=True)
    history.end(id_, "done", Counts(planned=1))
    return id_


def held(store: Database) -> int:
    """A run after a scan that waits for a decision."""
    id_ = planned(store, "process_new_images", by=SCAN, state="planned")
    with store.write() as connection:
        History(store).hold(connection, id_, "too many tags", Counts())
    History(store).end(id_, "done", Counts(planned=1))
    return id_


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
        lambda store: (run(store), ended(store, "failed"), ended(store, "failed")),
        [3, 1],
    ),
    "one to resume is one of those that count": (
        lambda store: (run(store), ended(store, "stopped", whole=True), run(store, state="failed")),
        [3, 2],
    ),
    "a plan stays with its run": (lambda store: (applied(store, preview(store)), preview(store)), [3, 2, 1]),
    "what an undo took back stays, and what that took back": (
        lambda store: (run(store), undo_of(store, undo_of(store, run(store)))),
        [4, 3, 2],
    ),
    "all that are held": (
        lambda store: (held(store), held(store), run(store), run(store), preview(store), preview(store)),
        [2, 1, 6, 4],
    ),
    "one that was held and applied goes with its run": (
        lambda store: (applied(store, held(store)), run(store), preview(store)),
        [4, 3],
    ),
    "with its plan": (
        lambda store: (undo_of(store, applied(store, preview(store))), preview(store), preview(store)),
        [5, 3, 2, 1],
    ),
}


def fill(store: Database, plan: int, characters: int) -> int:
    """Make a run large; returns it."""
    change = FieldChange("details", None, "x" * characters, ("a rule",))
    Plan(store, plan).add([PlanEntry(ImageChange("9", "/9.jpg", "", organized=False, changes=(change,)))])
    return plan


LARGE = 100_000
BOUNDED: dict[str, tuple[Callable[[Database], object], list[int]]] = {
    # what is there, each run of 100,000 characters, and the ids that stay where 350,000 bytes are allowed
    "what fits stays": (lambda store: [fill(store, run(store), LARGE) for _ in range(2)], [2, 1]),
    "the oldest previews go": (lambda store: [fill(store, preview(store), LARGE) for _ in range(3)], [3, 2]),
    "three previews stay that are not applied": (lambda store: [preview(store) for _ in range(5)], [5, 4, 3]),
    "previews of a sample push none of them out": (
        lambda store: (preview(store), *(sample(store) for _ in range(5))),
        [6, 5, 4, 3, 2, 1],
    ),
    "previews of a table push none of them out": (
        lambda store: (preview(store), *(run(store, mode="import_preview", state="planned") for _ in range(4))),
        [5, 4, 3, 1],
    ),
    "one that was applied is none of them": (
        lambda store: (applied(store, preview(store)), *(preview(store) for _ in range(4))),
        [6, 5, 4, 2, 1],
    ),
    "ten that can be undone stay": (
        lambda store: [fill(store, run(store), LARGE) for _ in range(12)],
        [*range(12, 2, -1)],
    ),
    "ten that are held stay": (
        lambda store: [fill(store, held(store), LARGE) for _ in range(12)],
        [*range(12, 2, -1)],
    ),
    "a preview goes before them": (
        lambda store: (fill(store, preview(store), LARGE), *(fill(store, run(store), LARGE) for _ in range(3))),
        [4, 3, 2],
    ),
    "with an undone run goes its undo": (
        lambda store: (
            *(fill(store, undo_of(store, run(store)), LARGE) for _ in range(1)),
            *(fill(store, run(store), LARGE) for _ in range(11)),
        ),
        [*range(13, 2, -1)][:10],
    ),
}


@pytest.mark.parametrize(("there", "stay"), BOUNDED.values(), ids=BOUNDED)
def test_the_history_is_bounded_in_size(store: Database, there: Callable[[Database], object], stay: list[int]) -> None:
    there(store)
    retention.prune(store, 100, max_bytes=350_000)
    assert [each["id"] for each in History(store).list_page(1)] == stay


@pytest.mark.parametrize(("there", "stay"), DROPPED.values(), ids=DROPPED.keys())
def test_of_each_sort_the_newest_stay(store: Database, there: Callable[[Database], object], stay: list[int]) -> None:
    there(store)
    retention.prune(store, 1)
    assert [each["id"] for each in History(store).list_page(1)] == stay
    plans = {row["plan"] for row in store.read("SELECT plan FROM images")}
    assert plans == {History(store).get(id_).plan for id_ in stay}


def test_applied_previews_dont_push_out_runs(store: Database) -> None:
    run(store)
    applied(store, preview(store))
    retention.prune(store, 2)
    assert [each["id"] for each in History(store).list_page(1)] == [3, 2, 1]


def test_what_it_is_told_to_spare_stays(store: Database) -> None:
    resumed = applied(store, preview(store))
    run(store)
    retention.prune(store, 1, keep_id=resumed)
    assert [each["id"] for each in History(store).list_page(1)] == [3, resumed, 1]


def test_damaged_counts_delete_no_run(store: Database) -> None:
    kept = ended(store, "stopped", whole=True)
    with store.write() as connection:
        connection.execute("UPDATE runs SET counts = '{'")
    run(store, state="failed")
    retention.prune(store, 1)
    assert [row["id"] for row in store.read("SELECT id FROM runs ORDER BY id")] == [kept, 2]


def test_it_says_what_can_no_longer_be_undone(store: Database, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(3):
        run(store), preview(store)
    with caplog.at_level("INFO"):
        retention.prune(store, 1)
        retention.prune(store, 1)
    assert [record.getMessage() for record in caplog.records] == [
        "4 old runs were dropped from the history; 2 can no longer be undone or applied."
    ]


def test_what_is_held_is_listed_first_until_it_is_applied(store: Database) -> None:
    waits, _ = held(store), run(store)
    listed = [(each["id"], each["held"]) for each in History(store).list_page(1)]
    assert listed == [(waits, "too many tags"), (2, None)]
    assert History(store).get(waits).resume_blocker is not None
    applied(store, waits)
    assert [(each["id"], each["held"]) for each in History(store).list_page(1)] == [(3, None), (2, None), (1, None)]


def test_previews_are_left_out_but_those_that_are_held(store: Database) -> None:
    preview(store), held(store), run(store), run(store, mode="undo_preview")
    assert [each["id"] for each in History(store).list_page(1, previews=False)] == [2, 3]


WRITTEN_BY = (FieldChange("title", None, "x", ("sets",)), FieldChange("code", None, "x", ("codes",)))
PREVIEWED = {"waits": (FieldChange("date", None, "2020", ("waits",)),)}
CONTENTS = {
    # mode, by, and the rules and fields that are listed
    "a run": ("rules_apply", HAND, ["sets", "codes"], ["title", "code"]),
    "a preview has what only rules in preview mode would do": (
        "rules_preview",
        HAND,
        ["sets", "codes", "waits"],
        ["title", "code", "date"],
    ),
    "an import has no rules": ("import_images", IMPORT, [], ["title", "code"]),
}


@pytest.mark.parametrize(("mode", "by", "rules", "fields"), CONTENTS.values(), ids=CONTENTS)
def test_a_run_lists_its_rules_and_fields(
    store: Database, mode: str, by: str, rules: list[str], fields: list[str]
) -> None:
    image = ImageChange("1", "/1.jpg", "", organized=False, changes=WRITTEN_BY)
    Plan(store, History(store).begin(mode, by=by)).add([PlanEntry(image, PREVIEWED)])
    (listed,) = History(store).list_page(1)
    assert (listed["by"], sorted(listed["rules"]), sorted(listed["fields"])) == (by, sorted(rules), sorted(fields))


def test_a_page_of_runs_takes_two_queries(store: Database) -> None:
    for id_ in [run(store) for _ in range(60)]:
        undo_of(store, id_)
        History(store).refresh_undone(id_)
    statements: list[str] = []
    store.connection.set_trace_callback(statements.append)
    assert len(History(store).list_page(1)) == 50
    store.connection.set_trace_callback(None)
    assert len(statements) == 2


def test_a_preview_rules_changes_are_never_applied(store: Database) -> None:
    id_ = History(store).begin("rules_preview")
    only = entry(1, "title")
    both = PlanEntry(entry(2, "code").image, {"a preview": only.image.changes})
    shown = PlanEntry(ImageChange("1", "/1.jpg", "", organized=False), {"a preview": only.image.changes})
    Plan(store, id_).add([shown, both])
    applied = Plan(store, id_).images(["planned"], 0, 10)
    assert [(image.image_id, [each.field for each in image.changes]) for image in applied] == [("2", ["code"])]


def test_an_error_may_name_a_file_whose_name_is_no_utf8(store: Database) -> None:
    id_ = ended(store, "failed")
    History(store).end(id_, "failed", Counts(), "exports/\udcff.csv cannot be written")
    assert shown(store, id_)["error"] == "exports/\\udcff.csv cannot be written"


DAMAGED = {"no JSON": '{"planned": 1', "nothing": "", "no object": "7", "words": '"words"'}
READERS: dict[str, Callable[[Database], object]] = {
    "the history": lambda store: History(store).list_page(1),
    "a run": lambda store: History(store).get(1),
    "a run as the history shows it": lambda store: shown(store, 1),
    "the newest to undo": lambda store: History(store).newest_to_undo(),
}


@pytest.mark.parametrize("text", DAMAGED.values(), ids=DAMAGED.keys())
@pytest.mark.parametrize("read", READERS.values(), ids=READERS.keys())
def test_damaged_counts_are_named(store: Database, read: Callable[[Database], object], text: str) -> None:
    run(store)
    with store.write() as connection:
        connection.execute("UPDATE runs SET counts = ?", (text,))
    with pytest.raises(StoreError, match="is corrupted: the counts of run 1 cannot be read"):
        read(store)


DAMAGED_CHANGES = {
    "no JSON": "UPDATE changes SET change = '['",
    "too short": "UPDATE changes SET change = '[]'",
    "no rules": "UPDATE changes SET rules = '1'",
    "a field that doesn't exist": "UPDATE changes SET field = '|itle'",
}


@pytest.mark.parametrize("damage", DAMAGED_CHANGES.values(), ids=DAMAGED_CHANGES.keys())
def test_damaged_changes_are_named(store: Database, damage: str) -> None:
    plan = Plan(store, run(store))
    plan.add([entry(7, "title")])
    with store.write() as connection:
        connection.execute(damage)
    with pytest.raises(StoreError, match=f"is corrupted: what run {plan.id} changed of image 7 cannot be read"):
        plan.images(["planned"], 0, 50)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no owner's mode")
def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    open_database(str(tmp_path)).close()
    assert stat.S_IMODE(os.stat(tmp_path / "runs.sqlite").st_mode) == stat.S_IRUSR | stat.S_IWUSR


def test_a_corrupted_history_is_renamed_and_reported(tmp_path: Path) -> None:
    (tmp_path / "runs.sqlite").write_bytes(b"this is no database" * 100)
    with pytest.raises(StoreError, match="is corrupted"):
        open_database(str(tmp_path))
    kept = list(tmp_path.glob("runs.sqlite.damaged-*"))
    assert [file.read_bytes()[:19] for file in kept] == [b"this is no database"]
    with pytest.raises(StoreError, match="Run Check setup"):
        open_database(str(tmp_path))
    open_database(str(tmp_path), recreate=True).close()
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
    "long texts": (LONG, MAX_CHARS // len(LONG) - 1),
    "one that is too long": ("x" * 3_000_000, 1),
}


@pytest.mark.parametrize(("text", "most"), HELD.values(), ids=HELD)
def test_no_more_of_a_plan_is_held_than_fits(store: Database, text: str, most: int) -> None:
    id_ = History(store).begin("rules_apply")
    change = (FieldChange("details", None, text, ("a rule",)),)
    images = [
        ImageChange(str(number), f"/{number}.jpg", "", organized=False, changes=change) for number in range(1, 41)
    ]
    Plan(store, id_).add(map(PlanEntry, images))
    held = Plan(store, id_).images(["planned"], 0, 500)
    assert most <= len(held) <= most + 2
    assert [each for each, *_ in Plan(store, id_).iter_changes()] == [image.image_id for image in images]
