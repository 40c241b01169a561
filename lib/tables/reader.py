"""Tables read: one reader a format, row by row, so that any number of rows fits."""

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
from lib.tables.chunks import LARGEST, Lines, RowTooLongError, TableFormatError, items
from lib.tables.columns import COLUMNS, KEYS
from lib.util.lenient_json import DECODER

_DELIMITERS = (",", ";", "\t")
_TOLD, _TOLD_LENGTH = 10, 60
"""How many columns that are not known are named, and with how many characters each."""


@dataclass(frozen=True)
class Row:
    """One row: its cells by column. An empty cell is absent, one that clears is None.

    number: in CSV the row that a spreadsheet shows, in JSON lines the line, in JSON the place in the list from 1 on.
    problem: why the row cannot be used. ignored: some of its columns that no table of ours has.
    """

    number: int
    cells: dict[str, str | None]
    problem: str = ""
    ignored: tuple[str, ...] = ()


@dataclass
class TableSummary:
    """What a table holds at all: it is read once for that, before anything else is done with it.

    folder: where all paths of rows without an id begin; None where every row has an id.
    """

    rows: int = 0
    columns: set[str] = field(default_factory=set)
    ignored: set[str] = field(default_factory=set)
    folder: str | None = None


def rows(path: str) -> Iterator[Row]:
    """The rows of a table, empty ones left out; a DataError for what is no table, which shows nothing of it."""
    reader = READERS.get(_format(path))
    if reader is None:
        raise DataError(f"{path} is no table; its name must end in {', '.join(READERS)}.")
    try:
        _demand_file(path)
        with open(path, encoding="utf-8-sig", newline="") as file:
            yield from (row for row in reader(file) if row.cells or row.problem)
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not UTF-8. In Excel, save it as CSV UTF-8.") from error
    except (csv.Error, TableFormatError) as error:
        raise DataError(f"{path} cannot be read: {error}.") from error
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}.") from error


def summarize(path: str) -> TableSummary:
    """Read the whole table for what it holds."""
    found = TableSummary()
    for row in rows(path):
        found.rows += 1
        found.columns.update(row.cells)
        # Of a file that is no table of ours, such as any JSON that a path leads to, nothing is told.
        if len(found.ignored) < _TOLD and any(map(row.cells.get, KEYS)):
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
        paths = [path for name in names if os.path.isfile(path := os.path.join(folder, name))]
        if paths:
            return max(paths, key=os.path.getmtime)
    except OSError as error:
        raise DataError(f"{folder} cannot be read: {error.strerror}.") from error
    raise DataError(f"There is no table in {folder}; put a file there whose name ends in {', '.join(READERS)}.")


def _format(path: str) -> str:
    return os.path.splitext(path)[1][1:].lower()


def _demand_file(path: str) -> None:
    # To open a pipe is to wait for somebody who writes.
    if not stat.S_ISREG(os.stat(path).st_mode):
        raise TableFormatError("it is no file")


class _Header(NamedTuple):
    """The first row of a CSV file: where its known columns stand, how many columns it has, some that are not known."""

    delimiter: str
    known: dict[int, str]
    width: int
    ignored: tuple[str, ...]


def _csv(file: TextIO) -> Iterator[Row]:
    csv.field_size_limit(LARGEST)
    lines = Lines(file)
    try:
        header = _header(next(lines, ""))
    except RowTooLongError as error:
        raise TableFormatError(f"row 1: {error}") from error
    reader = csv.reader(lines, delimiter=header.delimiter, strict=True)
    for number in count(2):
        lines.begin_row()
        try:
            row = _of_record(number, next(reader), header)
        except StopIteration:
            return
        except csv.Error as error:
            raise TableFormatError(f"row {number}: {error}") from error
        except RowTooLongError as error:
            if lines.quoted:
                raise TableFormatError(f"row {number}: {error}; maybe a quote in it is never closed") from error
            row = Row(number, {}, str(error))
        yield row


def _header(line: str) -> _Header:
    best = max(_DELIMITERS, key=lambda delimiter: sum(name in COLUMNS for name in _names(line, delimiter)))
    known = {place: name for place, name in enumerate(_names(line, best)) if name in COLUMNS}
    found = Counter(known.values())
    if not found.keys() & set(KEYS):
        raise TableFormatError(f"its first row has neither id nor path; the columns are {', '.join(COLUMNS)}")
    twice = sorted(name for name, times in found.items() if times > 1)
    if twice:
        raise TableFormatError(f"it has the column {', '.join(twice)} twice")
    return _Header(best, known, sum(1 for _ in _names(line, best)), _ignored(_names(line, best)))


def _names(line: str, delimiter: str) -> Iterator[str]:
    # Read anew each time it is asked for: a header of a million columns is in memory once.
    return map(_column, next(csv.reader([line], delimiter=delimiter), []))


def _of_record(number: int, record: list[str], header: _Header) -> Row:
    named = {name: record[place] for place, name in header.known.items() if place < len(record)}
    more = any(cell.strip() for cell in record[header.width :])
    return Row(
        number,
        {name: _read(cell, cells.unescape_formula) for name, cell in named.items() if cell.strip()},
        "the row has more cells than the header" if more else "",
        header.ignored,
    )


def _json(file: TextIO) -> Iterator[Row]:
    # A map keeps no item while the next one is decoded.
    return map(_of_object, count(1), items(file))


def _json_lines(file: TextIO) -> Iterator[Row]:
    lines = Lines(file)
    for number in count(1):
        lines.begin_row()
        try:
            line = next(lines)
            if line.strip():
                yield _of_object(number, DECODER.decode(line))
        except StopIteration:
            return
        except RowTooLongError as error:
            yield Row(number, {}, str(error))
        except json.JSONDecodeError as error:
            yield Row(number, {}, f"the line is no JSON: {error}")
        except RecursionError:
            yield Row(number, {}, "the line is nested too deeply")


def _of_object(number: int, item: Any) -> Row:
    if not isinstance(item, dict):
        return Row(number, {}, "the row is no object")
    named: dict[str, Any] = {name: value for key, value in item.items() if (name := _column(key)) in COLUMNS}
    wrong = {name: said for name, value in named.items() if (said := _unfit(value))}
    present = {name: value for name, value in named.items() if name not in wrong}
    return Row(
        number,
        {name: _read(value, cells.unguarded_dash) for name, value in present.items() if cells.text(value).strip()},
        "; ".join(f"{name}: {said}" for name, said in wrong.items()),
        _ignored(map(_column, item)),
    )


def _unfit(value: Any) -> str:
    """Why a value of JSON fits into no cell."""
    inner = value if isinstance(value, list) else () if value is None else (value,)
    if len(inner) > cells.MOST:
        return cells.TOO_MANY
    fits = all(isinstance(item, (str, int, float)) for item in inner)
    return "" if fits else "text, a number, true, false or a list of them is expected"


def _read(value: Any, unguarded: Callable[[str], str]) -> str | None:
    if isinstance(value, str) and value.strip() == cells.CLEAR:
        return None
    return unguarded(value) if isinstance(value, str) else cells.text(value)


def _column(name: str) -> str:
    return name.strip().lower()


def _ignored(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(islice((name[:_TOLD_LENGTH] for name in names if name and name not in COLUMNS), _TOLD))


READERS: dict[str, Callable[[TextIO], Iterator[Row]]] = {"csv": _csv, "json": _json, "jsonl": _json_lines}
"""Format, which is the file's ending too -> its reader."""
