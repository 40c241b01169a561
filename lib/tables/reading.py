"""Tables read: one reader a format, row by row, so that any number of rows fits."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TextIO

from lib.errors import DataError
from lib.foreign_json import DECODER
from lib.tables import cells
from lib.tables.columns import COLUMNS, KEYS

LARGEST = 16 << 20
"""Characters of a cell, or of a row of JSON: what a quote that is never closed may swallow before that is noticed."""

_DELIMITERS = (",", ";", "\t")
_PIECE = 1 << 16


@dataclass(frozen=True)
class Row:
    """One row: its cells by column. An empty cell is absent, one that clears is None.

    number: in CSV the row that a spreadsheet shows, in JSON lines the line, in JSON the place in the list from 1 on.
    problem: why the row cannot be used. ignored: its columns that no table of ours has.
    """

    number: int
    cells: dict[str, str | None]
    problem: str = ""
    ignored: tuple[str, ...] = ()


@dataclass
class Survey:
    """What a table holds at all: it is read once for that, before anything else is done with it.

    folder: where all paths of rows without an id begin; None where every row has an id.
    """

    rows: int = 0
    columns: set[str] = field(default_factory=set)
    ignored: set[str] = field(default_factory=set)
    folder: str | None = None


def rows(path: str) -> Iterator[Row]:
    """The rows of a table, empty ones left out; a DataError for what is no table."""
    reader = READERS.get(_format(path))
    if reader is None:
        raise DataError(f"{path} is no table; its name must end in {', '.join(READERS)}.")
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            yield from (row for row in reader(file) if row.cells or row.problem)
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not UTF-8. In Excel, save it as CSV UTF-8.") from error
    except (csv.Error, _BrokenError) as error:
        raise DataError(f"{path} cannot be read: {error}.") from error
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}.") from error


def survey(path: str) -> Survey:
    """Read the whole table for what it holds."""
    found = Survey()
    for row in rows(path):
        found.rows += 1
        found.columns.update(row.cells)
        found.ignored.update(row.ignored)
        key = row.cells.get("path")
        if key and not row.cells.get("id"):
            folder = os.path.dirname(key)
            # Letter by letter: the server is asked for paths that begin so.
            both = [folder if found.folder is None else found.folder, folder]
            found.folder = os.path.commonprefix(both)  # noqa: RUF071 - see above
    return found


def newest(folder: str) -> str:
    """The table in this folder that was changed last; a DataError if there is none."""
    try:
        os.makedirs(folder, exist_ok=True)
        names = [name for name in os.listdir(folder) if _format(name) in READERS and not name.startswith((".", "~"))]
    except OSError as error:
        raise DataError(f"{folder} cannot be read: {error.strerror}.") from error
    if not names:
        raise DataError(f"There is no table in {folder}; put a file there whose name ends in {', '.join(READERS)}.")
    return max((os.path.join(folder, name) for name in names), key=os.path.getmtime)


class _BrokenError(Exception):
    """The file is not what its ending says."""


def _format(path: str) -> str:
    return os.path.splitext(path)[1][1:].lower()


def _csv(file: TextIO) -> Iterator[Row]:
    csv.field_size_limit(LARGEST)
    first = file.readline()
    headers = [next(csv.reader([first], delimiter=delimiter), []) for delimiter in _DELIMITERS]
    known = [sum(_column(name) in COLUMNS for name in header) for header in headers]
    best = known.index(max(known))
    columns = [_column(name) for name in headers[best]]
    _check_header(columns)
    ignored = tuple(name for name in columns if name and name not in COLUMNS)
    for number, record in enumerate(csv.reader(file, delimiter=_DELIMITERS[best], strict=True), start=2):
        more = any(cell.strip() for cell in record[len(columns) :])
        named = zip(columns, record, strict=False)
        yield Row(
            number,
            {name: _read(cell, cells.unguarded) for name, cell in named if name in COLUMNS and cell.strip()},
            "the row has more cells than the header" if more else "",
            ignored,
        )


def _check_header(columns: list[str]) -> None:
    if not set(columns) & set(KEYS):
        raise _BrokenError(f"its first row has neither id nor path; the columns are {', '.join(COLUMNS)}")
    twice = sorted({name for name in columns if name in COLUMNS and columns.count(name) > 1})
    if twice:
        raise _BrokenError(f"it has the column {', '.join(twice)} twice")


def _json(file: TextIO) -> Iterator[Row]:
    for number, item in enumerate(_items(file), start=1):
        yield _of_object(number, item)


def _items(file: TextIO) -> Iterator[Any]:
    """The items of a JSON list, one in memory at a time."""
    rest, before = "", "["
    while True:
        rest = rest.lstrip()
        if before and rest[:1] == before:
            rest, before = rest[1:].lstrip(), ""
        if rest[:1] == "]" and before != "[":
            return
        try:
            item, end = (None, 0) if before else DECODER.raw_decode(rest)
        except json.JSONDecodeError:
            end = 0
        except RecursionError as error:
            raise _BrokenError(f"it is nested too deeply: {rest[:40]!r}") from error
        if end:
            yield item
            rest, before = rest[end:], ","
            continue
        more = file.read(_PIECE)
        if not more or len(rest) > LARGEST:
            raise _BrokenError(f"it is no JSON list of objects: {rest[:40]!r} is not understood")
        rest += more


def _json_lines(file: TextIO) -> Iterator[Row]:
    for number, line in enumerate(file, start=1):
        if not line.strip():
            continue
        try:
            yield _of_object(number, DECODER.decode(line))
        except json.JSONDecodeError as error:
            yield Row(number, {}, f"the line is no JSON: {error}")
        except RecursionError:
            yield Row(number, {}, "the line is nested too deeply")


def _of_object(number: int, item: Any) -> Row:
    if not isinstance(item, dict):
        return Row(number, {}, f"{str(item)[:40]!r} is no object")
    named: Mapping[str, Any] = {_column(name): value for name, value in item.items()}
    wrong = [name for name, value in named.items() if name in COLUMNS and not _fits_a_cell(value)]
    present = {name: value for name, value in named.items() if name in COLUMNS and name not in wrong}
    return Row(
        number,
        {name: _read(value, cells.unguarded_dash) for name, value in present.items() if cells.text(value).strip()},
        f"{', '.join(wrong)}: text, a number, true, false or a list of them is expected" if wrong else "",
        tuple(name for name in named if name not in COLUMNS),
    )


def _fits_a_cell(value: Any) -> bool:
    if isinstance(value, list):
        return all(isinstance(item, (str, int, float)) for item in value)
    return value is None or isinstance(value, (str, int, float))


def _read(value: Any, unguarded: Callable[[str], str]) -> str | None:
    if isinstance(value, str) and value.strip() == cells.CLEAR:
        return None
    return unguarded(value) if isinstance(value, str) else cells.text(value)


def _column(name: str) -> str:
    return name.strip().lower()


READERS: dict[str, Callable[[TextIO], Iterator[Row]]] = {"csv": _csv, "json": _json, "jsonl": _json_lines}
"""Format, which is the file's ending too -> its reader."""
