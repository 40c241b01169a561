"""docs/tables.md and docs/create-image.md: every table is read, every call accepted, every list the one in the code."""

from __future__ import annotations

import json
import re
from importlib import import_module
from pathlib import Path

import pytest

from lib.tables import reader, spreadsheet
from lib.tables.columns import COLUMNS
from lib.tables.report import HEADER
from lib.tasks import TASKS, arguments
from tests.support.server import ROOT

TABLES = (ROOT / "docs" / "tables.md").read_text(encoding="utf-8")
CREATE_IMAGE = (ROOT / "docs" / "create-image.md").read_text(encoding="utf-8")


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", page, re.MULTILINE | re.DOTALL)


def cells(heading: str) -> list[list[str]]:
    section = TABLES.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    lines = re.findall(r"^\| (`.+) \|$", section, re.MULTILINE)
    return [re.findall(r"`([^`]+)`", line) for line in lines]


@pytest.mark.parametrize("text", [text for text in blocks(TABLES, "csv") if not text.startswith("row,")])
def test_every_table_is_read(tmp_path: Path, text: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="utf-8")
    found = list(reader.read_rows(str(path)))
    assert len(found) >= 2
    assert not [row for row in found if row.problem or row.ignored]


def test_the_first_table_does_what_the_page_says(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(blocks(TABLES, "csv")[0], encoding="utf-8")
    assert [row.cells for row in reader.read_rows(str(path))] == [
        {"id": "17", "title": "Sunset at the pier", "rating100": "80", "tags": "beach; sunset"},
        {"id": "18", "rating100": "60"},
        {"id": "19", "title": None, "tags": "beach"},
    ]


CALLS = [
    call for call in map(json.loads, blocks(TABLES, "json") + blocks(CREATE_IMAGE, "json")) if isinstance(call, dict)
]


@pytest.mark.parametrize("call", CALLS, ids=[f"{call['mode']}-{number}" for number, call in enumerate(CALLS)])
def test_every_call_is_accepted(call: dict[str, object]) -> None:
    mode = str(call.pop("mode"))
    arguments.check(mode, call, import_module(TASKS[mode]).OPERATIONS[mode].arguments)


def test_the_table_as_json_is_read(tmp_path: Path) -> None:
    (text,) = [text for text in blocks(TABLES, "json") if text.startswith("[")]
    (tmp_path / "t.json").write_text(text, encoding="utf-8")
    first, second = (row.cells for row in reader.read_rows(str(tmp_path / "t.json")))
    assert first["tags"] == r"beach; black\; white"
    assert second == {"path": "/pictures/boat.jpg", "title": None, "organized": "true"}


def test_the_page_lists_every_column() -> None:
    assert [row[0] for row in cells("Columns")] == list(COLUMNS)


REDRAWN = [(cell, row[0]) for row in cells("What spreadsheets change") for cell in row[1:]]


@pytest.mark.parametrize(("cell", "written"), REDRAWN)
def test_what_the_page_says_of_spreadsheets_is_true(cell: str, written: str) -> None:
    assert spreadsheet.is_equivalent(cell, written)


def test_the_report_has_the_columns_of_the_page() -> None:
    (text,) = [text for text in blocks(TABLES, "csv") if text.startswith("row,")]
    assert text.splitlines()[0].split(",") == list(HEADER)
