"""export_images: which images, in which format, and what it costs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lib.errors import DataError, StoreError
from lib.tables import reader
from lib.tables.columns import COLUMNS
from lib.tasks.export_images import export_images
from tests.support.server import Server
from tests.support.table_tasks import TableTasks, read_csv

BEACH = "photos/2011/IMG_20110501_183000.jpg"


def test_all_images_are_exported(stash: Server, tables: TableTasks) -> None:
    answer = export_images(tables.context)
    found = read_csv(answer["path"])
    assert (answer["count"], len(found)) == (25, 25)
    assert list(found[0]) == list(COLUMNS)
    assert {row["path"][len(stash.library) + 1 :]: row["id"] for row in found} == stash.ids()
    assert [int(row["id"]) for row in found] == sorted(int(row["id"]) for row in found)
    assert Path(answer["path"]).parent == Path(tables.context.plugin_input.user_folder, "exports")


def test_row_has_the_fields_of_the_image(stash: Server, tables: TableTasks, ids: dict[str, str]) -> None:
    tag, performer = stash.create("tag", "a; b"), stash.create("performer", "Grace")
    stash.update(ids[BEACH], title="=1", rating100=80, tag_ids=[tag], performer_ids=[performer], urls=["u", "v"])
    row = next(row for row in read_csv(tables.export()) if row["id"] == ids[BEACH])
    wanted = {"title": "'=1", "rating100": "80", "tags": r"a\; b", "performers": "Grace", "urls": "u; v", "code": ""}
    assert {name: row[name] for name in wanted} == wanted
    assert (row["width"], row["organized"]) == ("320", "false")


CHOICES: dict[str, tuple[dict[str, Any], int]] = {
    "a filter": ({"image_filter": {"path": {"value": "photos", "modifier": "INCLUDES"}}}, 5),
    "a search": ({"q": "rotated"}, 1),
    "ids": ({"ids": ["1", "3", "9999"]}, 2),
    "no ids": ({"ids": []}, 0),
    "nothing that matches": ({"q": "no such picture"}, 0),
}


@pytest.mark.parametrize(("choice", "count"), CHOICES.values(), ids=CHOICES)
@pytest.mark.parametrize("format_", ["csv", "json", "jsonl"])
def test_export_of_selected_images(tables: TableTasks, choice: dict[str, Any], count: int, format_: str) -> None:
    answer = export_images(tables.context, format=format_, **choice)
    assert (answer["count"], len(list(reader.read_rows(answer["path"])))) == (count, count)


def test_empty_filter_is_refused(tables: TableTasks) -> None:
    with pytest.raises(DataError, match="every image"):
        export_images(tables.context, image_filter={"tags": {"value": [], "modifier": "INCLUDES"}})


def test_exports_in_the_same_second(tables: TableTasks) -> None:
    paths = {export_images(tables.context, ids=["1"])["path"] for _ in range(3)}
    assert len(paths) == 3
    assert not [name for name in Path(next(iter(paths))).parent.iterdir() if name.suffix == ".part"]


def test_folder_that_is_not_writable(tables: TableTasks) -> None:
    folder = Path(tables.context.plugin_input.user_folder)
    folder.mkdir(parents=True)
    (folder / "exports").write_text("in the way")
    with pytest.raises(StoreError, match="exports can't be created: File exists"):
        export_images(tables.context)


def test_export_sends_one_request_a_page(tables: TableTasks, requests_of: list[str]) -> None:
    export_images(tables.context)
    assert requests_of == ["Count", "Server", "Walk"]


def test_export_is_an_operation(stash: Server) -> None:
    answer = stash.run_operation(mode="export_images", format="jsonl", ids=["1"])
    assert (answer["count"], answer["path"].endswith(".jsonl")) == (1, True)
    assert stash.operation(mode="export_images", format="xlsx")["errors"][0]["message"].startswith(
        "Image Tools: export_images: format: 'xlsx' is not allowed; one of csv, json, jsonl is expected"
    )
