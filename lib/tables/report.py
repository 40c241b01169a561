"""What became of every row of an imported table, as a table beside it in `exports/`."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import NamedTuple

from lib.errors import StoreError
from lib.tables import cells
from lib.tables.chunks import LARGEST
from lib.util import files

PLANNED, UNCHANGED, CONFLICT, ERROR = "would change", "unchanged", "conflict", "error"
IN_DOUBT = "in doubt"
_OF_STATES = {"planned": PLANNED, "sent": IN_DOUBT, "left_out": "left out"}
"""The fates of those states that are called otherwise."""
_BATCH = 500


class RowResult(NamedTuple):
    """One row: its number, the image's id and path, what becomes of it, and which fields or why not.

    fate: `unchanged`, `would change`, `conflict` or `error`; after the import `changed`, `skipped`, `failed` or
    `left out`; where it was stopped before, `would change`, and `in doubt` for what was sent and not answered.
    """

    row: str
    id: str
    path: str
    fate: str
    text: str


class Report:
    """The file while it is written."""

    def __init__(self, writer: Callable[[Sequence[str]], object]) -> None:
        self._write = writer

    def add(self, fate: RowResult) -> None:
        self._write([cells.escape_formula(cell) for cell in fate])


@contextmanager
def written(path: str) -> Iterator[Report]:
    """A report that has its name when the block ends; a StoreError where it cannot be written."""
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with files.atomic_write(path, "utf-8-sig") as file:
            writer = csv.writer(file)
            writer.writerow(RowResult._fields)
            yield Report(writer.writerow)
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror}.") from error


def fates(path: str) -> Iterator[RowResult]:
    """The rows of a report; a StoreError where it is not as it was written."""
    csv.field_size_limit(LARGEST)
    with open(path, encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        if next(reader, None) != list(RowResult._fields):
            raise StoreError(f"{path} is not as it was written: somebody has saved it in another form.")
        for row in reader:
            if len(row) != len(RowResult._fields):
                raise StoreError(f"{path}, line {reader.line_num}, is not as it was written.")
            yield RowResult(*map(cells.unescape_formula, row))


def finalize(planned: str, path: str, states: Callable[[list[str]], dict[str, tuple[str, str]]]) -> None:
    """Write the report of an import from that of its plan, or anew from its own: what would change, or was in doubt, has
    now a state and a reason.

    `states`: image ids -> what the plan has of them.
    """
    with written(path) as report:
        found = fates(planned)
        while batch := list(islice(found, _BATCH)):
            known = states([fate.id for fate in batch if fate.fate in (PLANNED, IN_DOUBT)])
            for fate in batch:
                report.add(_concluded(fate, *known[fate.id]) if fate.fate in (PLANNED, IN_DOUBT) else fate)


def _concluded(fate: RowResult, state: str, reason: str) -> RowResult:
    return fate._replace(fate=_OF_STATES.get(state, state), text=reason or fate.text)
