"""Write and read table files for tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lib.tables import cells, reader
from lib.tables.columns import COLUMNS
from lib.tables.writer import ENCODINGS, WRITERS


def write_table(path: Path, images: list[dict[str, Any]]) -> Path:
    format_ = path.suffix[1:]
    with path.open("w", encoding=ENCODINGS[format_], newline="") as file:
        WRITERS[format_](file, images)
    return path


def read_table(path: Path) -> list[dict[str, str | None]]:
    found = list(reader.read_rows(str(path)))
    assert not [row.problem for row in found if row.problem]
    return [row.cells for row in found]


def expected_rows(images: list[dict[str, Any]]) -> list[dict[str, str]]:
    """What a row holds: the text of every value that is not empty."""
    rows = [{name: cells.text(column.value(each)) for name, column in COLUMNS.items()} for each in images]
    return [{name: cell for name, cell in row.items() if cell} for row in rows]


def save_text(tmp_path: Path, name: str, text: str | bytes) -> str:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)
