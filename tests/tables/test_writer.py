"""Tables are written, edited by other programs, and read back without loss."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lib.tables.writer import WRITERS
from tests.tables.files import expected_rows, read_table, write_table
from tests.tables.samples import IMAGES, image, of_text


def by_csv(path: Path) -> Path:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def by_pandas(path: Path) -> Path:
    pd.read_csv(path, dtype=str, keep_default_na=False).to_csv(path, index=False)
    return path


def by_pandas_with_gaps(path: Path) -> Path:
    pd.read_csv(path, dtype=str, na_values=[""], keep_default_na=False).to_csv(path, index=False)
    return path


def by_openpyxl(path: Path) -> Path:
    """Into a workbook, saved, loaded, and out again."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for cell in (cell for row in book.active.iter_rows() for cell in row if cell.data_type == "f"):
        raise AssertionError(f"{cell.coordinate} is a formula: {cell.value!r}")
    saved = io.BytesIO()
    book.save(saved)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(openpyxl.load_workbook(saved).active.iter_rows(values_only=True))
    return path


def by_json(path: Path) -> Path:
    path.write_text(json.dumps(json.loads(path.read_text()), indent=2))
    return path


def by_pandas_json(path: Path) -> Path:
    pd.read_json(path, dtype=False, convert_dates=False).to_json(path, orient="records")
    return path


def untouched(path: Path) -> Path:
    return path


TOOLS: list[tuple[str, Callable[[Path], Path]]] = [
    ("csv", untouched),
    ("json", untouched),
    ("jsonl", untouched),
    ("csv", by_csv),
    ("csv", by_pandas),
    ("csv", by_pandas_with_gaps),
    ("csv", by_openpyxl),
    ("json", by_json),
    ("json", by_pandas_json),
]


@pytest.mark.parametrize(("format_", "tool"), TOOLS, ids=[f"{format_}-{tool.__name__}" for format_, tool in TOOLS])
def test_table_edited_by_other_programs(tmp_path: Path, format_: str, tool: Callable[[Path], Path]) -> None:
    assert read_table(tool(write_table(tmp_path / f"t.{format_}", IMAGES))) == expected_rows(IMAGES)


@given(st.lists(st.text(), max_size=3), st.sampled_from(list(WRITERS)))
@example(["\r", "\t", " \r", "\r "], "csv")
@example(["\r", "\t", " \r", "\r "], "json")
def test_any_text_is_read_back(tmp_path_factory: pytest.TempPathFactory, texts: list[str], format_: str) -> None:
    images = [of_text(str(number), text) for number, text in enumerate(texts)]
    found = read_table(write_table(tmp_path_factory.getbasetemp() / f"any.{format_}", images))
    # In CSV, a tab or return at the start is written behind an apostrophe, so that cell isn't blank.
    wanted = [
        {
            name: cell
            for name, cell in row.items()
            if cell.strip() or (format_ == "csv" and cell.startswith(("\t", "\r")))
        }
        for row in expected_rows(images)
    ]
    assert found == wanted


def test_csv_for_excel(tmp_path: Path) -> None:
    data = write_table(tmp_path / "t.csv", [image(title="=1+1", details="a\nb")]).read_bytes()
    assert data.startswith(b"\xef\xbb\xbfid,path,title,code,date,rating100,organized,photographer,details,studio,")
    assert data.endswith(
        b"""\r\n5,/library/5.png,'=1+1,,,,false,,"a\nb",,,,,,640,480,1000,2025-11-23T12:00:00+01:00\r\n"""
    )


def test_json_types(tmp_path: Path) -> None:
    given_image = image(rating100=80, tags=[{"id": "1", "name": "a; b"}], urls=["u"], title="-")
    (row,) = json.loads(write_table(tmp_path / "t.json", [given_image]).read_text())
    assert (row["rating100"], row["organized"], row["tags"], row["urls"]) == (80, False, ["a; b"], ["u"])
    assert (row["title"], row["date"], row["width"]) == ("'-", None, 640)


@pytest.mark.parametrize("format_", WRITERS)
def test_table_without_images(tmp_path: Path, format_: str) -> None:
    assert read_table(write_table(tmp_path / f"t.{format_}", [])) == []
