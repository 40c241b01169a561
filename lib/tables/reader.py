"""Read tables: one reader for each format, row by row, with constant memory."""

from __future__ import annotations

import csv
import json
import os
import stat
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count, islice
from typing import Any, NamedTuple, TextIO

from lib.errors import DataError
from lib.tables import cells
from lib.tables.chunks import MAX_ROW, Lines, RowTooLongError, TableFormatError, iter_items
from lib.tables.columns import COLUMNS, KEYS
from lib.util.lenient_json import DECODER

_DELIMITERS = (",", ";", "\t")
_MAX_COLUMNS = 16_384
"""Maximum number of columns of a CSV file: that of a spreadsheet."""
_MAX_IGNORED, _MAX_COLUMN_NAME = 10, 60
"""Maximum number of unknown columns that are reported, and of characters of each name."""


@dataclass(frozen=True)
class Row:
    """A row: its cells by column. An empty cell is absent, a cell that clears its field is None.

    number: in CSV the row number of a spreadsheet, in JSON Lines the line, in JSON the position in the list, from 1.
    problem: why the row can't be imported, or None. ignored: the first of its unknown columns.
    """

    number: int
    cells: dict[str, str | None]
    problem: str | None = None
    ignored: tuple[str, ...] = ()


@dataclass
class TableSummary:
    """The number of rows and the columns of a table, read in a first pass.

    folder: the common prefix of the paths in rows without an id; None if every row has an id.
    """

    rows: int = 0
    columns: set[str] = field(default_factory=set)
    ignored: set[str] = field(default_factory=set)
    folder: str | None = None


def read_rows(path: str) -> Iterator[Row]:
    """Yield the rows of a table, without empty ones. Raises DataError without any content of the file."""
    reader = READERS.get(_format(path))
    if reader is None:
        raise DataError(f"{path}: unsupported table format (supported: {', '.join(READERS)}).")
    try:
        _require_regular_file(path)
        with open(path, encoding="utf-8-sig", newline="") as file:
            yield from (row for row in reader(file) if row.cells or row.problem)
    except UnicodeDecodeError as error:
        raise DataError(f"{path} isn't UTF-8. In Excel, save it as CSV UTF-8.") from error
    except (csv.Error, TableFormatError) as error:
        raise DataError(f"{path} can't be read: {error}.") from error
    except OSError as error:
        raise DataError(f"{path} can't be read: {error.strerror}.") from error


def summarize(path: str) -> TableSummary:
    """Read the whole table, and return its summary."""
    summary = TableSummary()
    for row in read_rows(path):
        summary.rows += 1
        summary.columns.update(row.cells)
        # The path may lead to any JSON file: without an id or a path, none of its content is reported.
        if len(summary.ignored) < _MAX_IGNORED and any(map(row.cells.get, KEYS)):
            summary.ignored.update(row.ignored)
        key = row.cells.get("path")
        if key and not row.cells.get("id"):
            folder = os.path.dirname(key)
            # A prefix of characters, not of folders: the server's filter compares text.
            both = [folder if summary.folder is None else summary.folder, folder]
            summary.folder = os.path.commonprefix(both)  # noqa: RUF071 - see above
    return summary


def newest(folder: str) -> str:
    """Return the most recently modified table in this folder. Raises DataError if it has none."""
    try:
        os.makedirs(folder, exist_ok=True)
        names = [name for name in os.listdir(folder) if _format(name) in READERS and not name.startswith((".", "~"))]
        paths = [path for name in names if os.path.isfile(path := os.path.join(folder, name))]
        if paths:
            return max(paths, key=os.path.getmtime)
    except OSError as error:
        raise DataError(f"{folder} can't be read: {error.strerror}.") from error
    raise DataError(f"No table in {folder}. Add a file with one of the extensions {', '.join(READERS)}.")


def _format(path: str) -> str:
    return os.path.splitext(path)[1][1:].lower()


def _require_regular_file(path: str) -> None:
    # Opening a pipe waits until another process writes to it.
    if not stat.S_ISREG(os.stat(path).st_mode):
        raise TableFormatError("not a regular file")


class _Header(NamedTuple):
    """The first row of a CSV file: index -> name of its columns, their number, and the first of the unknown ones."""

    delimiter: str
    columns: dict[int, str]
    width: int
    ignored: tuple[str, ...]


def _csv(file: TextIO) -> Iterator[Row]:
    csv.field_size_limit(MAX_ROW)
    lines = Lines(file)
    try:
        header = _header(next(lines, ""))
    except RowTooLongError as error:
        raise TableFormatError(f"row 1: {error}") from error
    reader = csv.reader(lines, delimiter=header.delimiter, strict=True)
    for number in count(2):
        lines.begin_row()
        try:
            row = _record_row(number, next(reader), header)
        except StopIteration:
            return
        except csv.Error as error:
            raise TableFormatError(f"row {number}: {error}") from error
        except RowTooLongError as error:
            if lines.quoted:
                raise TableFormatError(f"row {number}: {error} (is a quote not closed?)") from error
            row = Row(number, {}, str(error))
        yield row


def _header(line: str) -> _Header:
    if max(map(line.count, _DELIMITERS)) >= _MAX_COLUMNS:
        raise TableFormatError(f"its first row has more than {_MAX_COLUMNS:,} columns")
    names_by_delimiter = {delimiter: _names(line, delimiter) for delimiter in _DELIMITERS}
    delimiter, names = max(names_by_delimiter.items(), key=lambda item: sum(name in COLUMNS for name in item[1]))
    columns = {index: name for index, name in enumerate(names) if name in COLUMNS}
    counts = Counter(columns.values())
    if not counts.keys() & set(KEYS):
        raise TableFormatError(f"its first row has neither id nor path (supported columns: {', '.join(COLUMNS)})")
    duplicates = sorted(name for name, count_ in counts.items() if count_ > 1)
    if duplicates:
        raise TableFormatError(f"duplicate column: {', '.join(duplicates)}")
    return _Header(delimiter, columns, len(names), _ignored(names))


def _names(line: str, delimiter: str) -> list[str]:
    return list(map(_column_name, next(csv.reader([line], delimiter=delimiter), [])))


def _record_row(number: int, record: list[str], header: _Header) -> Row:
    by_column = {name: record[index] for index, name in header.columns.items() if index < len(record)}
    is_too_wide = any(cell.strip() for cell in record[header.width :])
    return Row(
        number,
        {name: _read_cell(cell, cells.unescape_formula) for name, cell in by_column.items() if cell.strip()},
        "the row has more cells than the header" if is_too_wide else None,
        header.ignored,
    )


def _json(file: TextIO) -> Iterator[Row]:
    # A map holds no item while the next one is decoded.
    return map(_object_row, count(1), iter_items(file))


def _json_lines(file: TextIO) -> Iterator[Row]:
    lines = Lines(file)
    for number in count(1):
        lines.begin_row()
        try:
            line = next(lines)
            if line.strip():
                yield _object_row(number, DECODER.decode(line))
        except StopIteration:
            return
        except RowTooLongError as error:
            yield Row(number, {}, str(error))
        except json.JSONDecodeError as error:
            yield Row(number, {}, f"the line isn't valid JSON: {error}")
        except RecursionError:
            yield Row(number, {}, "the line is nested too deeply")


def _object_row(number: int, item: Any) -> Row:
    if not isinstance(item, dict):
        return Row(number, {}, "the row isn't an object")
    by_column: dict[str, Any] = {name: value for key, value in item.items() if (name := _column_name(key)) in COLUMNS}
    problems = {name: problem for name, value in by_column.items() if (problem := _value_problem(value))}
    valid = {name: value for name, value in by_column.items() if name not in problems}
    return Row(
        number,
        {name: _read_cell(value, cells.unescape_dash) for name, value in valid.items() if cells.text(value).strip()},
        "; ".join(f"{name}: {problem}" for name, problem in problems.items()) or None,
        _ignored(map(_column_name, item)),
    )


def _value_problem(value: Any) -> str | None:
    """Return why a JSON value can't be a cell, or None if it can."""
    items = value if isinstance(value, list) else () if value is None else (value,)
    if len(items) > cells.MAX_ITEMS:
        return cells.TOO_MANY_ITEMS
    if all(isinstance(item, (str, int, float)) for item in items):
        return None
    return "text, a number, true, false or a list of them is expected"


def _read_cell(value: Any, unescape: Callable[[str], str]) -> str | None:
    if isinstance(value, str) and value.strip() == cells.CLEAR:
        return None
    return unescape(value) if isinstance(value, str) else cells.text(value)


def _column_name(name: str) -> str:
    return name.strip().lower()


def _ignored(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(islice((name[:_MAX_COLUMN_NAME] for name in names if name and name not in COLUMNS), _MAX_IGNORED))


READERS: dict[str, Callable[[TextIO], Iterator[Row]]] = {"csv": _csv, "json": _json, "jsonl": _json_lines}
"""Format, also the file's extension -> its reader."""
