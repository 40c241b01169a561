"""import_images: from a table to changed images and back, with a result for every row."""

from __future__ import annotations

import io
import sqlite3
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from lib.errors import DataError, TransportError
from lib.planning.table import BATCH_SIZE
from lib.runs.history import History
from lib.stash import paging
from lib.tasks.plan import plan_leave_out
from lib.tasks.plan_discard import plan_discard
from lib.tasks.rules_apply import rules_apply
from lib.tasks.undo_resume import list_runs
from tests.support.server import Server
from tests.support.steps import steps_at_most
from tests.support.table_tasks import IMAGES, TableTasks, read_csv, write_csv
from tests.tables.samples import HOSTILE
from tests.tasks.conftest import nothing_noted_of_runs

EDITED = ("title", "code", "date", "rating100", "organized", "photographer", "details", "tags", "urls", "studio")
"""Ten cells in each of a hundred rows."""


def results(answer: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(row["row"], row["fate"], row["text"]) for row in read_csv(answer["path"])]


def counted(answer: dict[str, Any]) -> dict[str, int]:
    return dict(Counter(status for _, status, _ in results(answer)))


@pytest.fixture
def filled(stash: Server, many: list[str], name: Callable[[str], str]) -> list[str]:
    """A hundred images that have everything, hostile texts among it."""
    tags = [stash.create("tag", name(f"{text[:30]} {number}")) for number, text in enumerate(HOSTILE.values())]
    performer = stash.create("performer", name("'Ada"))
    for number, id_ in enumerate(many):
        text = list(HOSTILE.values())[number % len(HOSTILE)]
        stash.update(
            id_,
            title=text,
            code=f"00{number}",
            date="2021-07",
            rating100=number % 50,
            details=text,
            photographer=text,
            organized=number % 2 == 0,
            urls=[text, "https://example.org"],
            tag_ids=tags[number % 5 : number % 5 + 3],
            performer_ids=[performer],
        )
    return many


def in_a_workbook(path: Path, edit: Callable[[dict[str, str]], None]) -> None:
    """Edit the table in openpyxl, through a saved workbook."""
    book = openpyxl.Workbook()
    lines = read_csv(path)
    book.active.append(list(lines[0]))
    for line in lines:
        book.active.append(list(line.values()))
    saved = io.BytesIO()
    book.save(saved)
    header, *cells = openpyxl.load_workbook(saved).active.iter_rows(values_only=True)
    edited = [dict(zip(header, row, strict=True)) for row in cells]
    for row in edited:
        edit(row)
    write_csv(path, edited)


def in_pandas(path: Path, edit: Callable[[dict[str, str]], None]) -> None:
    """Edit the table in pandas."""
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    edited = frame.to_dict(orient="records")
    for row in edited:
        edit(row)
    pd.DataFrame(edited).to_csv(path, index=False)


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("format_", ["csv", "json", "jsonl"])
def test_unedited_table_changes_nothing(tables: TableTasks, format_: str) -> None:
    before = tables.state()
    answer = tables.apply(tables.export(format=format_), confirm=True)
    assert counted(answer) == {"unchanged": 25 + IMAGES}
    assert answer["counts"]["planned"] == answer["counts"]["changed"] == 0
    assert tables.state() == before


@pytest.mark.parametrize("tool", [in_a_workbook, in_pandas])
def test_thousand_edited_cells(
    stash: Server, tables: TableTasks, filled: list[str], name: Callable[[str], str], tool: Callable[..., None]
) -> None:
    tag, studio = name("edited"), name("007")
    stash.create("tag", tag)
    stash.create("studio", studio)
    before = tables.state()
    path = tables.export()

    def edit(row: dict[str, str]) -> None:
        if row["id"] in filled:
            row.update(title=f"New {row['id']}", code=f"0x{row['id']}", date="2022-01-02", rating100="55")
            row.update(organized="true" if row["organized"] == "false" else "false", photographer="Grace")
            row.update(details="one\n'two", tags=tag, urls="https://example.org/new", studio=studio)

    tool(path, edit)
    shown = tables.preview(path)
    plan = shown["plan"]
    with tables.context.database() as store:
        (changes,) = store.read("SELECT COUNT(*) AS count FROM changes WHERE plan = ?", (plan,))
        fields = store.read("SELECT field, COUNT(*) AS count FROM changes WHERE plan = ? GROUP BY field", (plan,))
    assert changes["count"] == IMAGES * len(EDITED) == 1000
    assert {row["field"]: row["count"] for row in fields} == dict.fromkeys(EDITED, IMAGES)
    assert tables.state() == before, "a preview changes nothing"

    answer = tables.apply(path)
    assert answer["plan"] == plan, "the plan that was shown"
    assert counted(answer) == {"unchanged": 25, "changed": IMAGES}
    after = tables.state()
    assert {id_ for id_ in after if after[id_] != before[id_]} == set(filled)
    assert after[filled[0]]["details"] == "one\n'two"
    assert after[filled[0]]["performers"] == before[filled[0]]["performers"]

    assert tables.undo()["counts"]["changed"] == IMAGES
    assert ordered(tables.state()) == ordered(before), "none left"


def ordered(state: dict[str, Any]) -> dict[str, Any]:
    """Tags come back in an order of the server's own."""
    return {
        id_: {key: sorted(value, key=str) if key in ("tags", "performers") else value for key, value in fields.items()}
        for id_, fields in state.items()
    }


def test_unchanged_rows_are_not_applied(tables: TableTasks, many: list[str]) -> None:
    path = tables.save({"id": many[0], "title": "Once"}, {"id": many[1], "title": "Once"})
    assert tables.apply(path)["counts"]["changed"] == 2
    again = tables.apply(path)
    assert (again["counts"]["planned"], counted(again)) == (0, {"unchanged": 2})


def test_every_row_has_a_result(stash: Server, tables: TableTasks, many: list[str]) -> None:
    stash.update(many[0], title="stands", rating100=None)
    shown = stash.image(many[1], "updated_at visual_files { ... on BaseFile { path } }")
    row = {"id": "", "path": "", "title": "new", "rating100": "", "updated_at": ""}
    path = tables.save(
        row | {"id": many[0], "title": "stands"},
        row | {"id": many[1], "updated_at": shown["updated_at"]},
        row | {"path": shown["visual_files"][0]["path"], "title": "again"},
        row | {"id": many[2], "updated_at": "2001-01-01T00:00:00Z"},
        row | {"id": many[3], "rating100": "101"},
        row | {"id": many[4], "path": shown["visual_files"][0]["path"]},
        row | {"id": "99999"},
        row | {"id": "abc"},
        row | {"path": "/nowhere.png"},
        row,
        row | {"id": f"{many[5]}.0"},
    )
    wanted = [
        ("2", "unchanged", ""),
        ("3", "would change", "title"),
        ("4", "error", "an earlier row already changes this image"),
        ("5", "conflict", "the image was changed after the export"),
        ("6", "error", "rating100: 101 is not allowed; a whole number from 0 to 100 is expected (4 stars are 80)."),
        ("7", "error", f"id and path don't match: image {many[4]} is {path_of(stash, many[4])}"),
        ("8", "error", "image not found: 99999"),
        ("9", "error", "image not found: abc"),
        ("10", "error", "image not found: /nowhere.png"),
        ("11", "error", "the row has neither id nor path"),
        ("12", "would change", "title"),
    ]
    preview = tables.preview(path)
    assert results(preview) == wanted
    counts = {key: preview["counts"][key] for key in ("rows", "matched", "planned", "already_right", "conflicts")}
    assert counts == {"rows": 11, "matched": 6, "planned": 2, "already_right": 1, "conflicts": 1}
    assert preview["counts"]["problems"] == 7
    assert preview["notes"][0] == {"id": many[1], "text": "Row 4: error: an earlier row already changes this image"}
    done = [(number, "changed" if status == "would change" else status, text) for number, status, text in wanted]
    assert results(tables.apply(path)) == done
    assert [stash.image(id_, "title")["title"] for id_ in (many[1], many[5])] == ["new", "new"]
    assert stash.image(many[3], "rating100")["rating100"] != 101


def path_of(stash: Server, id_: str) -> str:
    return str(stash.image(id_, "visual_files { ... on BaseFile { path } }")["visual_files"][0]["path"])


LONG_KEYS = {
    "an id of zeros": ("id", "0" * 1_900_000 + "x"),
    "a path below a long folder": ("path", f"/{'x' * 60_000}/y.png"),
    "a path of signs": ("path", f"/{'%_' * 30_000}/y.png"),
}


@pytest.mark.parametrize(("key", "cell"), LONG_KEYS.values(), ids=LONG_KEYS)
def test_long_id_or_path(tables: TableTasks, many: list[str], key: str, cell: str) -> None:
    with steps_at_most(5_000_000):
        answer = tables.preview(tables.save({"id": "", "path": "", key: cell}, {"id": many[0], "path": ""}))
    assert counted(answer) == {"error": 1, "unchanged": 1}
    (text,) = [text for _, status, text in results(answer) if status == "error"]
    assert text == f"image not found: {cell[:4095]}…"
    assert read_csv(answer["path"])[0][key] == f"{cell[:4095]}…"


def test_row_with_an_invalid_cell_changes_nothing(stash: Server, tables: TableTasks, many: list[str]) -> None:
    stash.update(many[0], title="before")
    tables.apply(tables.save({"id": many[0], "title": "after", "rating100": "500"}))
    assert stash.image(many[0], "title") == {"title": "before"}


def test_image_edited_after_the_preview_is_skipped(stash: Server, tables: TableTasks, many: list[str]) -> None:
    stash.update(many[0], title="before")
    path = tables.save({"id": many[0], "title": "ours"}, {"id": many[1], "title": "ours"})
    tables.preview(path)
    stash.update(many[0], title="theirs")
    answer = tables.apply(path)
    assert results(answer) == [("2", "skipped", "title changed since the plan was made"), ("3", "changed", "title")]
    assert stash.image(many[0], "title") == {"title": "theirs"}


def test_images_are_found_by_path(stash: Server, tables: TableTasks, many: list[str], ids: dict[str, str]) -> None:
    awkward = ["misc/100% {sure} $(x) `y`.png", "misc/new\nline.png", "comics/book.zip/page01.jpg", "misc/twin_a.jpg"]
    known = {path_of(stash, id_): id_ for id_ in [*many[:50], *(ids[path] for path in awkward)]}
    twin = str(Path(stash.library, "misc", "twin_b.jpg"))
    answer = tables.apply(
        tables.save({"path": twin, "title": ""}, *({"path": path, "title": "by path"} for path in known))
    )
    report = read_csv(answer["path"])
    assert [row["id"] for row in report[1:]] == list(known.values())
    assert counted(answer) == {"changed": len(known), "unchanged": 1}, "the second file of an image means it too"


def test_table_applied_twice(stash: Server, tables: TableTasks, many: list[str]) -> None:
    """What a row wants that is right by now counts as it did when it was not."""
    named = [{"id": many[0], "title": word} for word in ("x", "y", "x")]
    path = tables.save(*named, {"id": many[1], "title": ""}, {"id": many[1], "title": "z"})
    for status in ("changed", "unchanged"):
        told = [row["fate"] for row in read_csv(tables.apply(path)["path"])]
        assert told[:2] == [status, "error"]
        assert told[3:] == ["unchanged", status]
        assert [stash.image(id_, "title")["title"] for id_ in many[:2]] == ["x", "z"]


def test_truncated_cell_is_an_error(stash: Server, tables: TableTasks, many: list[str]) -> None:
    stash.update(many[0], details="x" * 40_000)
    answer = tables.apply(tables.save({"id": many[0], "details": "x" * 32_767, "title": "t"}))
    assert results(answer) == [("2", "error", "details: a spreadsheet truncated the cell to 32,767 characters.")]
    assert len(stash.image(many[0], "details")["details"]) == 40_000
    stash.update(many[0], details="")


def test_cell_clears_or_keeps_a_field(
    stash: Server, tables: TableTasks, many: list[str], name: Callable[[str], str]
) -> None:
    full = {"title": "t", "code": "c", "date": "2021-07-04", "rating100": 5, "details": "d", "organized": True}
    stash.update(many[0], **full, urls=["u"], tag_ids=[stash.create("tag", name("tag"))])
    fields = "title code date rating100 details organized urls tags { name }"
    before = stash.image(many[0], fields)
    cells = dict.fromkeys(["title", "code", "date", "rating100", "details", "organized", "urls", "tags"], "")
    tables.apply(tables.save({"id": many[0], **cells}))
    assert stash.image(many[0], fields) == before
    tables.apply(tables.save({"id": many[0], **dict.fromkeys(cells, "-")}))
    empty = {"title": "", "code": "", "date": None, "rating100": None, "details": "", "organized": False}
    assert stash.image(many[0], fields) == {**empty, "urls": [], "tags": []}


def test_create_missing_names_and_undo(
    stash: Server, tables: TableTasks, many: list[str], name: Callable[[str], str]
) -> None:
    tag, studio, performer = name("tag"), name("studio"), name("performer")
    path = tables.save(*({"id": id_, "tags": tag, "studio": studio, "performers": performer} for id_ in many[:3]))
    refused = tables.preview(path)
    assert (counted(refused), refused["names"]) == ({"error": 3}, [])
    shown = tables.preview(path, create=True)
    wanted = {("tags", tag, 3), ("studios", studio, 3), ("performers", performer, 3)}
    assert {(each["kind"], each["name"], each["images"]) for each in shown["names"]} == wanted
    tables.apply(path, create=True)
    made = "title tags { name } studio { name } performers { name }"
    assert stash.image(many[0], made)["studio"] == {"name": studio}
    assert sorted(tables.undo()["counts"]["names"]) == sorted([tag, studio, performer])
    assert stash.image(many[0], made)["studio"] is None


def test_preview_with_other_arguments_is_not_applied(
    tables: TableTasks, many: list[str], name: Callable[[str], str]
) -> None:
    path = tables.save({"id": many[0], "tags": name("tag")})
    tables.preview(path, create=True)
    assert counted(tables.apply(path)) == {"error": 1}


def test_preview_of_another_file_is_not_applied(stash: Server, tables: TableTasks, many: list[str]) -> None:
    path = tables.save({"id": many[0], "title": "shown"})
    shown = tables.preview(path)
    write_csv(path, [{"id": many[0], "title": "another"}])
    assert tables.apply(path)["plan"] != shown["plan"]
    assert stash.image(many[0], "title") == {"title": "another"}


def test_preview_without_its_report_is_not_applied(tables: TableTasks, many: list[str]) -> None:
    path = tables.save({"id": many[0], "title": "no report"})
    shown = tables.preview(path)
    Path(shown["path"]).unlink()
    answer = tables.apply(path)
    assert (answer["plan"] != shown["plan"], counted(answer)) == (True, {"changed": 1})


@pytest.mark.usefixtures("confirm_above_2")
def test_many_changes_need_confirmation(tables: TableTasks, many: list[str]) -> None:
    path = tables.save(*({"id": id_, "title": "many at once"} for id_ in many[:3]))
    before = tables.state()
    answer = tables.apply(path)
    assert (answer["run"], answer["text"]) == (
        None,
        "Would change 3 images. Nothing changed yet. To apply, select Apply again.",
    )
    assert tables.state() == before
    again = tables.apply(path)
    assert (again["plan"], counted(again)) == (answer["plan"], {"changed": 3})


@pytest.mark.usefixtures("confirm_above_2")
def test_confirm_applies_many_changes(tables: TableTasks, many: list[str]) -> None:
    path = tables.save(*({"id": id_, "title": "confirmed"} for id_ in many[:3]))
    assert counted(tables.apply(path, confirm=True)) == {"changed": 3}


HELD = {
    # the rules file, the rows' tags, how many names are allowed
    "more than the rules allow": ("max_new: 1", "One; Two", "1"),
    "the default, where the rules are wrong": ("max_new: many", "; ".join(f"Tag {n}" for n in range(201)), "200"),
}


@pytest.mark.parametrize(("rules", "tags", "limit"), HELD.values(), ids=HELD)
def test_many_new_tags_are_held(
    stash: Server, tables: TableTasks, many: list[str], rules: str, tags: str, limit: str
) -> None:
    Path(tables.context.folder).mkdir(parents=True, exist_ok=True)
    Path(tables.context.folder, "rules.yaml").write_text(f"{rules}\nrules: []\n", encoding="utf-8")
    path = tables.save({"id": many[0], "tags": tags})
    before = tables.state(), stash.ask("{ findTags { count } }")
    answer = tables.apply(path, create=True, confirm=True)
    assert f"The limit max_new is {limit}" in answer["text"]
    assert (tables.state(), stash.ask("{ findTags { count } }")) == before
    (held,) = list_runs(tables.context)
    assert (held["id"], held["by"], held["held"] in answer["text"]) == (answer["plan"], "import", True)
    plan_discard(tables.context, answer["plan"])
    assert list_runs(tables.context, previews=True) == []


@pytest.mark.parametrize("in_review", [True, False], ids=["in Review", "started again"])
def test_a_held_import_is_applied(
    tables: TableTasks, many: list[str], name: Callable[[str], str], in_review: bool
) -> None:
    Path(tables.context.folder).mkdir(parents=True, exist_ok=True)
    Path(tables.context.folder, "rules.yaml").write_text("max_new: 0\nrules: []\n", encoding="utf-8")
    path = tables.save({"id": many[0], "tags": name("Held")})
    plan = tables.apply(path, create=True)["plan"]
    applied = rules_apply(tables.context, plan=plan) if in_review else tables.apply(path, create=True)
    assert (applied["plan"], counted(applied)) == (plan, {"changed": 1})
    assert [(run["id"], run["held"]) for run in list_runs(tables.context)] == [(applied["run"], None)]


def test_newest_table_is_imported(stash: Server, tables: TableTasks, many: list[str]) -> None:
    with pytest.raises(DataError, match="No table in"):
        tables.apply()
    tables.save({"id": many[0], "title": "newest"})
    assert counted(tables.apply()) == {"changed": 1}
    assert stash.image(many[0], "title") == {"title": "newest"}


def test_name_of_a_file_in_imports(tables: TableTasks, many: list[str]) -> None:
    path = tables.save({"id": many[0], "title": "by its name"})
    assert counted(tables.apply(Path(path.name))) == {"changed": 1}
    with pytest.raises(DataError, match=r"path: .* doesn't exist"):
        tables.apply(Path("none.csv"))


def test_malformed_table_changes_nothing(tables: TableTasks, many: list[str]) -> None:
    path = tables.imports / "broken.csv"
    path.write_text(f'id,title\n{many[0]},"new"\n{many[1]},"never closed\n')
    before = tables.state()
    with pytest.raises(DataError, match="unexpected end of data"):
        tables.apply(path)
    assert tables.state() == before


def test_unknown_columns_are_logged(tables: TableTasks, many: list[str], caplog: pytest.LogCaptureFixture) -> None:
    tables.preview(tables.save({"id": many[0], "note": "mine"}))
    assert "Unknown columns are ignored: note." in caplog.text


def test_import_sends_one_request_a_batch(tables: TableTasks, many: list[str], requests_of: list[str]) -> None:
    tables.preview(tables.save(*({"id": id_, "title": "cheap", "tags": ""} for id_ in many)))
    assert IMAGES < BATCH_SIZE
    assert requests_of == ["PluginSettings", "Server", "ByIds", "Plugins"]


def test_names_are_fetched_when_needed(
    tables: TableTasks, filled: list[str], requests_of: list[str], name: Callable[[str], str]
) -> None:
    tables.stash.create("tag", name("tag"))
    tables.preview(tables.save(*({"id": id_, "tags": name("tag"), "performers": ""} for id_ in filled)))
    assert [each for each in requests_of if each in ("Tags", "Performers")] == ["Tags"]


def test_report_of_a_failed_import(tables: TableTasks, many: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    path = tables.save(*({"id": id_, "title": "resumed"} for id_ in many))
    by_ids = paging.get_many
    calls = iter(range(3))

    def stopping(*args: Any) -> Any:
        if next(calls, None) is None:
            raise TransportError("the server is gone")
        return by_ids(*args)

    monkeypatch.setattr(paging, "get_many", stopping)
    with pytest.raises(TransportError, match="the server is gone"):
        tables.apply(path)
    monkeypatch.undo()
    with tables.context.database() as store:
        run = History(store).list_page(1)[0]
    assert (run["mode"], run["status"]) == ("import_images", "failed")
    left = Counter(row["fate"] for row in read_csv(run["counts"]["report"]))
    assert left["would change"] > 0
    assert left["changed"] > 0
    assert left["would change"] + left["changed"] == IMAGES


def test_resume_after_kill_at_first_step(tables: TableTasks, many: list[str]) -> None:
    path = tables.save(*({"id": id_, "title": "as shown"} for id_ in many[:3]))
    shown = tables.preview(path)
    left = plan_leave_out(tables.context, shown["plan"], [many[0]])
    assert left["left_out"] == 1
    with (
        nothing_noted_of_runs(Path(tables.context.plugin_input.user_folder, "runs.sqlite")),
        pytest.raises(sqlite3.Error),
    ):
        tables.apply(path)
    with tables.context.database() as store:
        assert History(store).recover_interrupted()
        run = History(store).list_page(1)[0]
    counts = tables.resume(run["id"])["counts"]
    assert (counts["rows"], counts["changed"], counts["left_out"]) == (3, 2, 1)


def test_preview_and_apply_as_tasks(stash: Server, many: list[str]) -> None:
    imports = Path(stash.folder, "image_tools", "imports")
    imports.mkdir(parents=True, exist_ok=True)
    write_csv(imports / "button.csv", [{"id": many[0], "title": "by a button"}])
    stash.run_task(mode="import_images", apply="false")
    assert stash.image(many[0], "title")["title"] != "by a button"
    stash.run_task(mode="import_images", apply="true")
    assert stash.image(many[0], "title") == {"title": "by a button"}
    newest, before = stash.run_operation(mode="runs", previews=True)[:2]
    assert [(run["mode"], run["status"]) for run in (newest, before)] == [
        ("import_images", "done"),
        ("import_preview", "done"),
    ]
    assert newest["plan"] == before["id"]
    (imports / "button.csv").unlink()
