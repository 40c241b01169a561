"""The report of an import: a CSV file in `exports/` with the result of every row."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import NamedTuple

from lib.errors import StoreError
from lib.tables import cells
from lib.tables.chunks import MAX_ROW
from lib.util import files

PLANNED, UNCHANGED, CONFLICT, ERROR = "would change", "unchanged", "conflict", "error"
UNCONFIRMED = "in doubt"
HEADER = ("row", "id", "path", "fate", "text")
"""The header of the file: an interface, unlike the names of RowResult's fields."""
_STATUSES = {"planned": PLANNED, "sent": UNCONFIRMED, "left_out": "left out"}
"""State of an image in the plan -> status in the report, where the two differ."""
_PENDING = (PLANNED, UNCONFIRMED)
_BATCH_SIZE = 500


class RowResult(NamedTuple):
    """The result of a row: its number, the image's id and path, its status, and the changed fields or the reason.

    status: `unchanged`, `would change`, `conflict` or `error`; after the import `changed`, `skipped`, `failed` or
    `left out`; after a stopped import also `would change`, and `in doubt` for changes without the server's answer.
    """

    row: str
    id: str
    path: str
    status: str
    message: str


class Report:
    """A report that is being written."""

    def __init__(self, writer: Callable[[Sequence[str]], object]) -> None:
        self._write = writer

    def add(self, result: RowResult) -> None:
        """Write the line of a row."""
        self._write([cells.escape_formula(cell) for cell in result])


@contextmanager
def open_report(path: str) -> Iterator[Report]:
    """Open a report for writing; it appears under its name when the block ends. Raises StoreError."""
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with files.atomic_write(path, "utf-8-sig") as file:
            writer = csv.writer(file)
            writer.writerow(HEADER)
            yield Report(writer.writerow)
    except OSError as error:
        raise StoreError(f"{path} can't be written: {error.strerror}.") from error


def read_report(path: str) -> Iterator[RowResult]:
    """Yield the rows of a report. Raises StoreError if another program changed its format."""
    csv.field_size_limit(MAX_ROW)
    with open(path, encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        if next(reader, None) != list(HEADER):
            raise StoreError(f"{path} was modified by another program: its header isn't {','.join(HEADER)}.")
        for row in reader:
            if len(row) != len(HEADER):
                raise StoreError(
                    f"{path} was modified by another program: line {reader.line_num} doesn't have {len(HEADER)} cells."
                )
            yield RowResult(*map(cells.unescape_formula, row))


def finalize(planned: str, path: str, states: Callable[[list[str]], dict[str, tuple[str, str]]]) -> None:
    """Write an import's report from its plan's report, or again from its own after a resume.

    Rows that would change or are unconfirmed get their image's state and reason. states: image ids -> (state, reason).
    """
    with open_report(path) as report:
        results = read_report(planned)
        while batch := list(islice(results, _BATCH_SIZE)):
            by_id = states([result.id for result in batch if result.status in _PENDING])
            for result in batch:
                report.add(_with_state(result, *by_id[result.id]) if result.status in _PENDING else result)


def _with_state(result: RowResult, state: str, reason: str) -> RowResult:
    return result._replace(status=_STATUSES.get(state, state), message=reason or result.message)
