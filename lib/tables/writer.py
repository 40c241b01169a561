"""Write tables: one writer for each format, row by row, with constant memory."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable
from typing import Any, TextIO

from lib.tables import cells
from lib.tables.columns import COLUMNS

Writer = Callable[[TextIO, Iterable[dict[str, Any]]], None]
"""Writes the server's images as the rows of a table."""


def _csv(file: TextIO, images: Iterable[dict[str, Any]]) -> None:
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for image in images:
        writer.writerow(cells.escape_formula(cells.text(column.value(image))) for column in COLUMNS.values())


def _json(file: TextIO, images: Iterable[dict[str, Any]]) -> None:
    separator = "[\n"
    for image in images:
        file.write(separator + _object(image))
        separator = ",\n"
    file.write("\n]\n" if separator == ",\n" else "[]\n")


def _json_lines(file: TextIO, images: Iterable[dict[str, Any]]) -> None:
    file.writelines(_object(image) + "\n" for image in images)


def _object(image: dict[str, Any]) -> str:
    row = {name: cells.escape_dash(column.value(image)) for name, column in COLUMNS.items()}
    return json.dumps(row, ensure_ascii=False)


WRITERS: dict[str, Writer] = {"csv": _csv, "json": _json, "jsonl": _json_lines}
"""Format, also the file's extension -> its writer."""

ENCODINGS = {"csv": "utf-8-sig", "json": "utf-8", "jsonl": "utf-8"}
"""Excel reads a CSV file as UTF-8 only with a byte order mark; JSON must not have one."""
