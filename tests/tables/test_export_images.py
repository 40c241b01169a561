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
from tests.tables.conftest import Desk, rows

BEACH = "photos/2011/IMG_20110501_183000.jpg"


def test_all_images_have_a_row(stash: Server, desk: Desk) -> None:
    answer = export_images(desk.context)
    found = rows(answer["path"])
    assert (answer["count"], len(found)) == (25, 25)
    assert list(found[0]) == list(COLUMNS)
    assert {row["path"][len(stash.library) + 1 :]: row["id"] for row in found} == stash.ids()
    assert [int(row["id"]) for row in found] == sorted(int(row["id"]) for row in found)
    assert Path(answer["path"]).parent == Path(desk.context.plugin_input.user_folder, "exports")


def test_a_row_holds_the_image(stash: Server, desk: Desk, ids: dict[str, str]) -> None:
    tag, performer = stash.create("tag", "a; b"), stash.create("performer", "Grace")
    stash.update(ids[BEACH], title="=1", rating100=80, tag_ids=[tag], performer_ids=[performer], urls=["u", "v"])
    row = next(row for row in rows(desk.export()) if row["id"] == ids[BEACH])
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
def test_images_can_be_chosen(desk: Desk, choice: dict[str, Any], count: int, format_: str) -> None:
    answer = export_images(desk.context, format=format_, **choice)
    assert (answer["count"], len(list(reader.read_rows(answer["path"])))) == (count, count)


def test_a_choice_that_the_server_would_ignore_is_refused(desk: Desk) -> None:
    with pytest.raises(DataError, match="every image"):
        export_images(desk.context, image_filter={"tags": {"value": [], "modifier": "INCLUDES"}})


def test_two_exports_in_a_second_are_two_files(desk: Desk) -> None:
    paths = {export_images(desk.context, ids=["1"])["path"] for _ in range(3)}
    assert len(paths) == 3
    assert not [name for name in Path(next(iter(paths))).parent.iterdir() if name.suffix == ".part"]


def test_a_folder_that_cannot_be_written_is_said(desk: Desk) -> None:
    folder = Path(desk.context.plugin_input.user_folder)
    folder.mkdir(parents=True)
    (folder / "exports").write_text("in the way")
    with pytest.raises(StoreError, match="exports can't be created: File exists"):
        export_images(desk.context)


def test_it_asks_once_a_page(desk: Desk, requests_of: list[str]) -> None:
    export_images(desk.context)
    assert requests_of == ["Count", "Server", "Walk"]


def test_it_is_an_operation(stash: Server) -> None:
    answer = stash.run_operation(mode="export_images", format="jsonl", ids=["1"])
    assert (answer["count"], answer["path"].endswith(".jsonl")) == (1, True)
    assert stash.operation(mode="export_images", format="xlsx")["errors"][0]["message"].startswith(
        "Image Tools: export_images: format: 'xlsx' is not allowed; one of csv, json, jsonl is expected"
    )
