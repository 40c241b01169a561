"""From a table to a plan: rows are read in batches, their images asked for, and what differs goes to the store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from lib.changes import KINDS, LIST_FIELDS, ImageChange, NameMatch, Ref
from lib.errors import DataError
from lib.log import Progress
from lib.rules.names import NameResolver
from lib.runs import plans
from lib.runs.database import Database
from lib.stash.connection import Connection
from lib.stash.names import NameIndex
from lib.tables import report
from lib.tables.columns import EDITABLE, KEYS
from lib.tables.edits import Edits, is_conflict
from lib.tables.images import Images, file_of, shown
from lib.tables.reader import Row, TableSummary, rows
from lib.tables.report import RowResult

BATCH = 500
_BATCH_LENGTH = 1 << 20
"""Characters of a batch; the row with which they are reached may be as long again twice."""

_NOTES = 1000
"""Problems kept with the plan; the report has all of them."""


class TablePlanner:
    """Plans one table as the plan of one run."""

    def __init__(self, connection: Connection, store: Database, run: int, *, create: bool) -> None:
        self._connection = connection
        self._store = store
        self._run = run
        self._edits = Edits(NameResolver(_LazyNameIndex(connection)), create=create)
        self._new: Counter[tuple[str, str]] = Counter()
        self._fates: Counter[str] = Counter()
        self._matched = 0
        self._right: set[int] = set()
        """The images that a row found as it wants them: no later row is to want something else."""

    @property
    def counts(self) -> dict[str, Any]:
        """Rows so far, for the answer and the history; `matched` are those whose image was found."""
        found = {
            "planned": self._fates[report.PLANNED],
            "already_right": self._fates[report.UNCHANGED],
            "conflicts": self._fates[report.CONFLICT],
            "problems": self._fates[report.ERROR],
        }
        return {"rows": sum(found.values()), "matched": self._matched, **found}

    def plan_all(self, path: str, survey: TableSummary, report_path: str, progress: Progress) -> None:
        """Plan every row of the table at `path`, and write what would become of each as a report."""
        images = Images(self._connection, survey)
        try:
            with report.written(report_path) as file:
                for batch in batches(rows(path)):
                    for fate in self._batch(batch, images.of(batch)):
                        file.add(fate)
                    progress(sum(self._fates.values()), survey.rows + 1)
        finally:
            images.close()
        names = [(kind, name, count, False) for (kind, name), count in self._new.items()]
        plans.add_names(self._store, self._run, names)

    def _batch(self, batch: Sequence[Row], images: Sequence[dict[str, Any] | str]) -> Iterator[RowResult]:
        ids = [image["id"] for image in images if isinstance(image, dict)]
        taken = set(plans.states(self._store, self._run, ids))
        changes: list[ImageChange] = []
        notes: list[plans.PlanNote] = []
        for row, image in zip(batch, images, strict=True):
            fate, change = self._row(row, image, taken)
            if fate.fate == report.UNCHANGED and not row.cells.keys().isdisjoint(EDITABLE):
                self._right.add(int(fate.id))
            if change:
                taken.add(change.image_id)
                changes.append(change)
                self._new.update(_new_names(change))
            elif fate.fate != report.UNCHANGED:
                found = image["id"] if isinstance(image, dict) else None
                notes.append(plans.PlanNote(found, f"Row {fate.row}: {fate.fate}: {fate.text}"))
            self._matched += isinstance(image, dict)
            self._fates[fate.fate] += 1
            yield fate
        noted = self._fates[report.ERROR] + self._fates[report.CONFLICT] - len(notes)
        plans.add(self._store, self._run, map(plans.PlanEntry, changes), notes[: max(0, _NOTES - noted)])

    def _row(self, row: Row, image: dict[str, Any] | str, taken: set[str]) -> tuple[RowResult, ImageChange | None]:
        number = str(row.number)
        if isinstance(image, str):
            id_, path = (shown(row.cells.get(key)) for key in KEYS)
            return RowResult(number, id_, path, report.ERROR, image), None
        path, md5 = file_of(image)
        fate = RowResult(number, image["id"], path, report.UNCHANGED, "")
        if image["id"] in taken:
            return fate._replace(fate=report.ERROR, text="an earlier row changes this image already"), None
        try:
            changes = self._edits.of(row, image)
        except DataError as error:
            return fate._replace(fate=report.ERROR, text=str(error)), None
        if not changes:
            return fate, None
        if int(image["id"]) in self._right:
            return fate._replace(fate=report.ERROR, text="an earlier row wants this image as it is"), None
        if is_conflict(row, image):
            return fate._replace(fate=report.CONFLICT, text="the image was changed since the table was made"), None
        fields = ", ".join(change.field for change in changes)
        change = ImageChange(image["id"], path, md5, image["organized"], tuple(changes))
        return fate._replace(fate=report.PLANNED, text=fields), change


def batches(found: Iterable[Row]) -> Iterator[list[Row]]:
    """Rows in lists that fit into memory: BATCH of them, or fewer where they are long."""
    batch: list[Row] = []
    length = 0
    for row in found:
        batch.append(row)
        length += sum(len(cell or "") for cell in row.cells.values())
        if len(batch) >= BATCH or length >= _BATCH_LENGTH:
            yield batch
            batch, length = [], 0
    if batch:
        yield batch


def _new_names(change: ImageChange) -> set[tuple[str, str]]:
    """The names that apply would create for this image, with their kinds."""
    targets = ((each.field, each.add if each.field in LIST_FIELDS else (each.after,)) for each in change.changes)
    return {
        (KINDS[field], ref.name) for field, refs in targets for ref in refs if isinstance(ref, Ref) and ref.id is None
    }


class _LazyNameIndex:
    """The names of each kind, asked of the server when a row first needs one that its image has not."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._books: dict[str, NameIndex] = {}

    def find(self, kind: str, name: str) -> NameMatch:
        """What a name stands for."""
        if kind not in self._books:
            self._books[kind] = NameIndex(self._connection, [kind])
        return self._books[kind].find(kind, name)
