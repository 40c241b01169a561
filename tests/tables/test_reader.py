"""Tables of each format are read, and malformed ones are refused."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from lib.errors import DataError
from lib.tables import reader
from lib.tables.reader import Row
from tests.tables.files import save_text
from tests.tables.test_chunks import LONG, TOO_LONG

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
def test_rows(tmp_path: Path, name: str, text: str | bytes, rows: list[Row]) -> None:
    assert list(reader.read_rows(save_text(tmp_path, name, text))) == rows


MALFORMED: dict[str, tuple[str, str | bytes, str]] = {
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


@pytest.mark.parametrize(("name", "text", "said"), MALFORMED.values(), ids=MALFORMED)
def test_malformed_tables(tmp_path: Path, name: str, text: str | bytes, said: str) -> None:
    with pytest.raises(DataError, match=said):
        list(reader.read_rows(save_text(tmp_path, name, text)))


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"none\.csv can't be read: No such file"):
        list(reader.read_rows(str(tmp_path / "none.csv")))


def test_pipes_and_folders_are_not_opened(tmp_path: Path) -> None:
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
def test_other_files_are_not_quoted(tmp_path: Path, name: str, text: str) -> None:
    path = save_text(tmp_path, name, text)
    told: list[object] = []
    try:
        told += [reader.summarize(path), *((row.number, row.cells, row.problem) for row in reader.read_rows(path))]
    except DataError as error:
        told.append(str(error))
    assert told
    assert "hunter2" not in repr(told)


SUMMARIES: dict[str, tuple[str, tuple[int, set[str], set[str], str | None]]] = {
    "ids": ("id,title\n5,a\n6,\n", (2, {"id", "title"}, set(), None)),
    "an empty column": ("id,title,code\n5,a,\n", (1, {"id", "title"}, set(), None)),
    "ids and paths": ("id,path\n5,/a/b.png\n", (1, {"id", "path"}, set(), None)),
    "paths": ("path\n/a/b/c.png\n/a/bd/e.png\n", (2, {"path"}, set(), "/a/b")),
    "a path without an id": ("id,path\n5,/z.png\n,/a/b.png\n", (2, {"id", "path"}, set(), "/a")),
    "columns of one's own": ("id,note\n5,a\n", (1, {"id"}, {"note"}, None)),
}


@pytest.mark.parametrize(("text", "found"), SUMMARIES.values(), ids=SUMMARIES)
def test_summarize(tmp_path: Path, text: str, found: tuple[Any, ...]) -> None:
    summary = reader.summarize(save_text(tmp_path, "t.csv", text))
    assert (summary.rows, summary.columns, summary.ignored, summary.folder) == found


def test_newest(tmp_path: Path) -> None:
    folder = tmp_path / "imports"
    with pytest.raises(DataError, match="No table in"):
        reader.newest(str(folder))
    for age, name in enumerate(["c.csv", "b.jsonl", "a.json"]):
        os.utime(save_text(folder, name, ""), (1_000_000 - age,) * 2)
    for name in (".hidden.csv", "~lock.csv", "t.xlsx", "t.csv.part"):
        save_text(folder, name, "")
    assert reader.newest(str(folder)) == str(folder / "c.csv")


def test_newest_is_a_regular_file(tmp_path: Path) -> None:
    (tmp_path / "nowhere.csv").symlink_to(tmp_path / "none.csv")
    (tmp_path / "folder.csv").mkdir()
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(DataError, match="No table in"):
        reader.newest(str(tmp_path))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "link.csv").symlink_to(save_text(elsewhere, "t.csv", "id\n"))
    assert reader.newest(str(tmp_path)) == str(tmp_path / "link.csv")
