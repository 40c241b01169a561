"""Tables as files: what is written is read again, by us and by what people edit tables with."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.errors import DataError
from lib.planning.table import BATCH_SIZE, split_batches
from lib.tables import cells, reader
from lib.tables.chunks import MAX_ROW
from lib.tables.columns import COLUMNS, named_refs
from lib.tables.reader import Row
from lib.tables.writer import ENCODINGS, WRITERS
from tests.tables.samples import HOSTILE, IMAGES, image, of_text


def write(path: Path, images: list[dict[str, Any]]) -> Path:
    format_ = path.suffix[1:]
    with path.open("w", encoding=ENCODINGS[format_], newline="") as file:
        WRITERS[format_](file, images)
    return path


def read(path: Path) -> list[dict[str, str | None]]:
    found = list(reader.read_rows(str(path)))
    assert not [row.problem for row in found if row.problem]
    return [row.cells for row in found]


def expected(images: list[dict[str, Any]]) -> list[dict[str, str]]:
    """What a row holds: the text of every value that is not empty."""
    rows = [{name: cells.text(column.value(each)) for name, column in COLUMNS.items()} for each in images]
    return [{name: cell for name, cell in row.items() if cell} for row in rows]


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
def test_a_table_comes_back_whole(tmp_path: Path, format_: str, tool: Callable[[Path], Path]) -> None:
    assert read(tool(write(tmp_path / f"t.{format_}", IMAGES))) == expected(IMAGES)


@given(st.lists(st.text(), max_size=3), st.sampled_from(list(WRITERS)))
def test_any_text_comes_back(tmp_path_factory: pytest.TempPathFactory, texts: list[str], format_: str) -> None:
    images = [of_text(str(number), text) for number, text in enumerate(texts)]
    found = read(write(tmp_path_factory.getbasetemp() / f"any.{format_}", images))
    wanted = [{name: cell for name, cell in row.items() if cell.strip()} for row in expected(images)]
    assert found == wanted


def test_csv_is_what_excel_expects(tmp_path: Path) -> None:
    data = write(tmp_path / "t.csv", [image(title="=1+1", details="a\nb")]).read_bytes()
    assert data.startswith(b"\xef\xbb\xbfid,path,title,code,date,rating100,organized,photographer,details,studio,")
    assert data.endswith(
        b"""\r\n5,/library/5.png,'=1+1,,,,false,,"a\nb",,,,,,640,480,1000,2025-11-23T12:00:00+01:00\r\n"""
    )


def test_json_keeps_its_types(tmp_path: Path) -> None:
    given_image = image(rating100=80, tags=[{"id": "1", "name": "a; b"}], urls=["u"], title="-")
    (row,) = json.loads(write(tmp_path / "t.json", [given_image]).read_text())
    assert (row["rating100"], row["organized"], row["tags"], row["urls"]) == (80, False, ["a; b"], ["u"])
    assert (row["title"], row["date"], row["width"]) == ("'-", None, 640)


@pytest.mark.parametrize("format_", WRITERS)
def test_no_image_makes_an_empty_table(tmp_path: Path, format_: str) -> None:
    assert read(write(tmp_path / f"t.{format_}", [])) == []


SHOWN = {
    "a name": ("tags", {"id": "1", "name": "sunset"}, "sunset"),
    "a disambiguation": ("performers", {"id": "1", "name": "Ada", "disambiguation": "poet"}, "Ada (poet)"),
    "a title": ("galleries", {"id": "1", "title": "Day", "folder": {"path": "/a/b"}, "files": []}, "Day"),
    "a folder": ("galleries", {"id": "1", "title": "", "folder": {"path": "/a/b"}, "files": []}, "b"),
    "a zip": ("galleries", {"id": "1", "title": "", "folder": None, "files": [{"path": "/a/b.zip"}]}, "b.zip"),
    "nothing": ("galleries", {"id": "1", "title": "", "folder": None, "files": []}, "gallery 1"),
}


@pytest.mark.parametrize(("field", "item", "name"), SHOWN.values(), ids=SHOWN)
def test_what_an_image_refers_to_has_a_name(field: str, item: dict[str, Any], name: str) -> None:
    assert [each for each, _ in named_refs({field: [item]}, field)] == [name]


def test_an_image_without_a_file_has_a_row(tmp_path: Path) -> None:
    (row,) = read(write(tmp_path / "t.csv", [image(visual_files=[])]))
    assert row == {"id": "5", "organized": "false", "updated_at": "2025-11-23T12:00:00+01:00"}


def table(tmp_path: Path, name: str, text: str | bytes) -> str:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


READ: dict[str, tuple[str, str | bytes, list[Row]]] = {
    "plain": ("t.csv", "id,title\n5,a\n", [Row(2, {"id": "5", "title": "a"})]),
    "semicolons, as Excel writes in Europe": ("t.csv", "id;tags\r\n5;a\r\n", [Row(2, {"id": "5", "tags": "a"})]),
    "tabs": ("t.csv", "id\ttitle\n5\ta, b\n", [Row(2, {"id": "5", "title": "a, b"})]),
    "a byte order mark": ("t.csv", b"\xef\xbb\xbfid,title\n5,a\n", [Row(2, {"id": "5", "title": "a"})]),
    "other columns and orders": ("T.CSV", " Title ,ID\na,5\n", [Row(2, {"id": "5", "title": "a"})]),
    "an empty cell": ("t.csv", "id,title,code\n5,, \n", [Row(2, {"id": "5"})]),
    "a cell that clears": ("t.csv", "id,title,code\n5,-, - \n", [Row(2, {"id": "5", "title": None, "code": None})]),
    "a dash as a value": ("t.csv", "id,title\n5,'-\n", [Row(2, {"id": "5", "title": "-"})]),
    "a short row": ("t.csv", "id,title,code\n5,a\n", [Row(2, {"id": "5", "title": "a"})]),
    "empty rows": ("t.csv", "id,title\n\n,\n5,a\n", [Row(4, {"id": "5", "title": "a"})]),
    "rows count as a spreadsheet counts": (
        "t.csv",
        'id,title\n5,"a\nb"\n6,c\n',
        [Row(2, {"id": "5", "title": "a\nb"}), Row(3, {"id": "6", "title": "c"})],
    ),
    "a long row": (
        "t.csv",
        "id,title\n5,a,b\n",
        [Row(2, {"id": "5", "title": "a"}, "the row has more cells than the header")],
    ),
    "columns of one's own": (
        "t.csv",
        "id,title,Note,\n5,a,b,\n",
        [Row(2, {"id": "5", "title": "a"}, ignored=("note",))],
    ),
    "JSON": ("t.json", '[{"id": 5, "title": "a"}]', [Row(1, {"id": "5", "title": "a"})]),
    "JSON, every type": (
        "t.json",
        '[{"id": 5.0, "organized": true, "rating100": 80, "tags": ["a;b", "c"], "title": null, "urls": [], "code": ""}]',
        [Row(1, {"id": "5.0", "organized": "true", "rating100": "80", "tags": "a\\;b; c"})],
    ),
    "JSON that clears": (
        "t.json",
        '[{"id": 5, "tags": "-", "title": "-", "code": "\'-", "urls": ["-"]}]',
        [Row(1, {"id": "5", "tags": None, "title": None, "code": "-", "urls": "-"})],
    ),
    "JSON with an object in a cell": (
        "t.json",
        '[{"id": 5, "tags": [{"name": "a"}]}]',
        [Row(1, {"id": "5"}, "tags: text, a number, true, false or a list of them is expected")],
    ),
    "JSON with something else in the list": (
        "t.json",
        '[5, {"id": 5}]',
        [Row(1, {}, "the row isn't an object"), Row(2, {"id": "5"})],
    ),
    "JSON with NaN, as some programs write": ("t.json", '[{"id": 5, "title": NaN}]', [Row(1, {"id": "5"})]),
    "JSON with more in a list than it may have": (
        "t.json",
        json.dumps([{"id": 5, "tags": ["a"] * 10_001, "urls": ["a"] * 10_000}]),
        [Row(1, {"id": "5", "urls": "; ".join(["a"] * 10_000)}, "tags: a list has at most 10,000 elements")],
    ),
    "JSON with numbers over the end of what is read at once": (
        "t.json",
        "[" + "12345, " * 20_000 + '{"id": 5}]',
        [*(Row(number, {}, "the row isn't an object") for number in range(1, 20_001)), Row(20_001, {"id": "5"})],
    ),
    "JSON, none": ("t.json", " [ ] ", []),
    "JSON lines": ("t.jsonl", '{"id": 5}\n\n{"id": 6}', [Row(1, {"id": "5"}), Row(3, {"id": "6"})]),
    "thousands of columns of one's own": (
        "t.csv",
        f"id,{','.join(f'c{number:04}' for number in range(5000))}\n5,a\n",
        [Row(2, {"id": "5"}, ignored=tuple(f"c{number:04}" for number in range(10)))],
    ),
    "a very long column of one's own": ("t.csv", f"id,{'x' * 1000}\n5\n", [Row(2, {"id": "5"}, ignored=("x" * 60,))]),
    "JSON lines, one broken": (
        "t.jsonl",
        '{"id": 5}\n{"id": \n',
        [Row(1, {"id": "5"}), Row(2, {}, "the line isn't valid JSON: Expecting value: line 2 column 1 (char 8)")],
    ),
}


@pytest.mark.parametrize(("name", "text", "rows"), READ.values(), ids=READ)
def test_a_table_is_read(tmp_path: Path, name: str, text: str | bytes, rows: list[Row]) -> None:
    assert list(reader.read_rows(table(tmp_path, name, text))) == rows


LONG = "x" * MAX_ROW
TOO_LONG = "the row is longer than 2,097,152 characters"
LONG_ROWS: dict[str, tuple[str, str, list[Row]]] = {
    "as long as may be": ("t.csv", f"id,title\n5,{LONG[:-3]}\n", [Row(2, {"id": "5", "title": LONG[:-3]})]),
    "commas": ("t.csv", f"id\n5,{',' * 3 * MAX_ROW}\n6\n", [Row(2, {}, TOO_LONG), Row(3, {"id": "6"})]),
    "at the end": ("t.csv", f"id\n5,{LONG}", [Row(2, {}, TOO_LONG)]),
    **{
        f"a line break of Windows at {over:+}": (
            "t.csv",
            f"id\r\n5,{LONG[: over - 2] if over < 2 else LONG + 'x' * (over - 2)}\r\n\r\n6\r\n",
            [Row(2, {}, TOO_LONG), Row(4, {"id": "6"})],
        )
        for over in (-1, 0, 1, 2, 1 << 16, (1 << 16) + 1)
    },
    "line breaks of old": ("t.csv", f"id\r5,{LONG}\r6\r", [Row(2, {}, TOO_LONG), Row(3, {"id": "6"})]),
    "JSON lines": (
        "t.jsonl",
        f'{{"id": 5, "title": "{LONG}"}}\n{{"id": 6}}\n',
        [Row(1, {}, TOO_LONG), Row(2, {"id": "6"})],
    ),
    "JSON, as long as may be": (
        "t.json",
        f'[{{"id":5,"title":"{LONG[:-19]}"}}, {{"id": 6}}]',
        [Row(1, {"id": "5", "title": LONG[:-19]}), Row(2, {"id": "6"})],
    ),
}


@pytest.mark.parametrize(("name", "text", "rows"), LONG_ROWS.values(), ids=LONG_ROWS)
def test_a_row_that_is_too_long_is_skipped(tmp_path: Path, name: str, text: str, rows: list[Row]) -> None:
    path = table(tmp_path, name, text)
    assert list(reader.read_rows(path)) == rows, "a row of two million characters, which is not shown"
    Path(path).unlink()


BROKEN: dict[str, tuple[str, str | bytes, str]] = {
    "empty": ("t.csv", "", "neither id nor path"),
    "no key": ("t.csv", "title,tags\na,b\n", "neither id nor path \\(supported columns: id, path, title"),
    "a column twice": ("t.csv", "id,title,title\n", "duplicate column: title"),
    "a quote that is never closed": ("t.csv", 'id,title\n5,"a\n6,b\n', "unexpected end of data"),
    "text behind a quote": ("t.csv", 'id,title\n5,"a"b\n', "expected after"),
    "another encoding": ("t.csv", "id,title\n5,é\n".encode("cp1252"), "isn't UTF-8. In Excel, save it as CSV UTF-8"),
    "UTF-16": ("t.csv", "id,title\n5,a\n".encode("utf-16"), "isn't UTF-8"),
    "another ending": ("t.xlsx", "", "unsupported table format \\(supported: csv, json, jsonl\\)"),
    "JSON that ends too early": ("t.json", '[{"id": 5}, {"id": 6', "not a JSON list of objects"),
    "JSON, one object": ("t.json", '{"id": 5}', "not a JSON list of objects"),
    "JSON, no comma": ("t.json", '[{"id": 5} {"id": 6}]', "not a JSON list of objects"),
    "JSON, empty": ("t.json", "", "not a JSON list of objects"),
    "JSON, a place": ("t.json", '[{"id": 5},\n\n {"id": x}]', "syntax error at line 3, column 2"),
    "JSON, a place far behind": (
        "t.json",
        "[" + '{"id": 5},\n' * 10_000 + "x]",
        "syntax error at line 10001, column 1",
    ),
    "JSON, a place in a long line": (
        "t.json",
        "[" + '{"id": 5},' * 10_000 + "x]",
        "syntax error at line 1, column 100002",
    ),
    "JSON, one that is too long": (
        "t.json",
        f'[{{"id": 5}}, "{LONG}"]',
        "the item at line 1, column 13 is longer than 2,0",
    ),
    "a header that is too long": ("t.csv", f"id,{LONG}\n5\n", f"row 1: {TOO_LONG}"),
    "a long row with a quote": ("t.csv", f'id,title\n4,a\n5,"{LONG}"\n', f"row 3: {TOO_LONG} \\(is a quote not closed"),
    "a quote behind what is too long": (
        "t.csv",
        f'id,title\n5,{LONG},"\n',
        f"row 2: {TOO_LONG} \\(is a quote not closed",
    ),
    "a quote that swallows rows": ("t.csv", 'id,title\n5,"a\n' + "6,b\n" * 600_000, f"row 2: {TOO_LONG} \\(is a quote"),
    "half a character": ("t.csv", "id,title\n5,\ud800\n".encode("utf-8", "surrogatepass"), "isn't UTF-8"),
    "half a character in JSON": ("t.jsonl", '{"id": "\ud800"}'.encode("utf-8", "surrogatepass"), "isn't UTF-8"),
}


@pytest.mark.parametrize(("name", "text", "said"), BROKEN.values(), ids=BROKEN)
def test_what_is_no_table_is_refused(tmp_path: Path, name: str, text: str | bytes, said: str) -> None:
    with pytest.raises(DataError, match=said):
        list(reader.read_rows(table(tmp_path, name, text)))


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"none\.csv can't be read: No such file"):
        list(reader.read_rows(str(tmp_path / "none.csv")))


def test_what_is_no_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "folder.csv").mkdir()
    for name in ("pipe.csv", "folder.csv"):
        with pytest.raises(DataError, match=r"\.csv can't be read: not a regular file"):
            list(reader.read_rows(str(tmp_path / name)))


SECRETS: dict[str, tuple[str, str]] = {
    "an object": ("t.json", '{"password": "hunter2"}'),
    "a list of texts": ("t.json", '["hunter2", ["hunter2"]]'),
    "a list, broken": ("t.json", '["a", hunter2]'),
    "a list of objects": ("t.json", '[{"password": "hunter2", "hunter2": 1}]'),
    "what is nested": ("t.json", "[[hunter2" + "[" * 100_000),
    "what is nested well": ("t.json", '["hunter2", ' + "[" * 100_000),
    "lines": (
        "t.jsonl",
        '"hunter2"\nhunter2\n{"password": "hunter2", "hunter2": 1}\n["hunter2"]\n{"hunter2": \\hunter2}',
    ),
    "a line that is nested": ("t.jsonl", '["hunter2", ' + "[" * 100_000),
    "text": ("t.csv", 'hunter2\n"hunter2'),
    "a quote": ("t.csv", 'id\n"hunter2"hunter2'),
}


@pytest.mark.parametrize(("name", "text"), SECRETS.values(), ids=SECRETS)
def test_a_file_that_is_no_table_of_ours_is_not_shown(tmp_path: Path, name: str, text: str) -> None:
    path = table(tmp_path, name, text)
    told: list[object] = []
    try:
        told += [reader.summarize(path), *((row.number, row.cells, row.problem) for row in reader.read_rows(path))]
    except DataError as error:
        told.append(str(error))
    assert told
    assert "hunter2" not in repr(told)


def test_json_is_read_in_pieces(tmp_path: Path) -> None:
    images = [of_text(str(number), text * 15) for number, text in enumerate(HOSTILE.values())]
    path = write(tmp_path / "t.json", images)
    assert path.stat().st_size > 10 * (1 << 16)
    assert read(path) == expected(images)


SURVEYS: dict[str, tuple[str, tuple[int, set[str], set[str], str | None]]] = {
    "ids": ("id,title\n5,a\n6,\n", (2, {"id", "title"}, set(), None)),
    "an empty column": ("id,title,code\n5,a,\n", (1, {"id", "title"}, set(), None)),
    "ids and paths": ("id,path\n5,/a/b.png\n", (1, {"id", "path"}, set(), None)),
    "paths": ("path\n/a/b/c.png\n/a/bd/e.png\n", (2, {"path"}, set(), "/a/b")),
    "a path without an id": ("id,path\n5,/z.png\n,/a/b.png\n", (2, {"id", "path"}, set(), "/a")),
    "columns of one's own": ("id,note\n5,a\n", (1, {"id"}, {"note"}, None)),
}


@pytest.mark.parametrize(("text", "found"), SURVEYS.values(), ids=SURVEYS)
def test_a_survey_says_what_a_table_holds(tmp_path: Path, text: str, found: tuple[Any, ...]) -> None:
    summary = reader.summarize(table(tmp_path, "t.csv", text))
    assert (summary.rows, summary.columns, summary.ignored, summary.folder) == found


BATCHES = {
    "none": ([], []),
    "short rows": ([10] * (BATCH_SIZE + 1), [BATCH_SIZE, 1]),
    "long rows": ([600_000] * 5, [2, 2, 1]),
    "a very long row": ([10, MAX_ROW, 10], [2, 1]),
}


@pytest.mark.parametrize(("lengths", "sizes"), BATCHES.values(), ids=BATCHES)
def test_a_batch_fits_into_memory(lengths: list[int], sizes: list[int]) -> None:
    rows = [Row(number, {"title": "x" * length, "tags": None}) for number, length in enumerate(lengths)]
    found = list(split_batches(rows))
    assert [len(batch) for batch in found] == sizes
    assert [row for batch in found for row in batch] == rows


def test_the_newest_table_is_taken(tmp_path: Path) -> None:
    folder = tmp_path / "imports"
    with pytest.raises(DataError, match="No table in"):
        reader.newest(str(folder))
    for age, name in enumerate(["c.csv", "b.jsonl", "a.json"]):
        os.utime(table(folder, name, ""), (1_000_000 - age,) * 2)
    for name in (".hidden.csv", "~lock.csv", "t.xlsx", "t.csv.part"):
        table(folder, name, "")
    assert reader.newest(str(folder)) == str(folder / "c.csv")


def test_the_newest_table_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "nowhere.csv").symlink_to(tmp_path / "none.csv")
    (tmp_path / "folder.csv").mkdir()
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(DataError, match="No table in"):
        reader.newest(str(tmp_path))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "link.csv").symlink_to(table(elsewhere, "t.csv", "id\n"))
    assert reader.newest(str(tmp_path)) == str(tmp_path / "link.csv")
