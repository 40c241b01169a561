"""Long rows and long JSON lists are read in chunks."""

from __future__ import annotations

from pathlib import Path

import pytest

from lib.tables import reader
from lib.tables.chunks import MAX_ROW
from lib.tables.reader import Row
from tests.tables.files import expected_rows, read_table, save_text, write_table
from tests.tables.samples import HOSTILE, of_text

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
def test_too_long_rows(tmp_path: Path, name: str, text: str, rows: list[Row]) -> None:
    path = save_text(tmp_path, name, text)
    assert list(reader.read_rows(path)) == rows, "a row of two million characters, which is not shown"
    Path(path).unlink()


def test_json_is_read_in_chunks(tmp_path: Path) -> None:
    images = [of_text(str(number), text * 15) for number, text in enumerate(HOSTILE.values())]
    path = write_table(tmp_path / "t.json", images)
    assert path.stat().st_size > 10 * (1 << 16)
    assert read_table(path) == expected_rows(images)
