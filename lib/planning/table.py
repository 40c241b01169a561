"""Plan an import: read rows in batches, find their images, and save the changes as the plan of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from lib.changes import KINDS, LIST_FIELDS, ImageChange, NameMatch, Ref
from lib.errors import DataError
from lib.log import Progress
from lib.rules.names import NameResolver
from lib.runs.counts import Counts
from lib.runs.database import Database
from lib.runs.plan_names import PlanNames
from lib.runs.plan_notes import PlanNote
from lib.runs.plans import Plan, PlanEntry
from lib.stash.connection import Connection
from lib.stash.names import NameIndex
from lib.tables import report
from lib.tables.columns import EDITABLE, KEYS
from lib.tables.edits import Edits, is_conflict
from lib.tables.images import ImageMatch, Images, primary_file, shorten_key
from lib.tables.reader import Row, TableSummary, read_rows
from lib.tables.report import RowResult

BATCH_SIZE = 500
_BATCH_CHARS = 1 << 20
"""Characters of a batch; the row that reaches them may be twice as long."""

_MAX_NOTES = 1000
"""Maximum number of problems saved with the plan; the report has all of them."""


class TablePlanner:
    """Plans the changes of a table as the plan of a run."""

    def __init__(self, connection: Connection, db: Database, run: int, *, create: bool) -> None:
        self._connection = connection
        self._db = db
        self._plan = Plan(db, run)
        self._edits = Edits(NameResolver(_LazyNameIndex(connection)), create=create)
        self._new_names: Counter[tuple[str, str]] = Counter()
        self._statuses: Counter[str] = Counter()
        self._matched = 0
        self._unchanged: set[int] = set()
        """Ids of images with the values of a row: a later row must not change them."""

    @property
    def counts(self) -> Counts:
        """Count the rows so far, for the answer and the history; `matched` counts those with an image."""
        return Counts(
            rows=sum(self._statuses.values()),
            matched=self._matched,
            planned=self._statuses[report.PLANNED],
            already_right=self._statuses[report.UNCHANGED],
            conflicts=self._statuses[report.CONFLICT],
            problems=self._statuses[report.ERROR],
        )

    def plan_all(self, path: str, summary: TableSummary, report_path: str, progress: Progress) -> None:
        """Plan every row of the table at `path`, and write the report."""
        images = Images(self._connection, summary)
        try:
            with report.open_report(report_path) as file:
                for batch in split_batches(read_rows(path)):
                    for result in self._plan_batch(batch, images.find(batch)):
                        file.add(result)
                    progress(sum(self._statuses.values()), summary.rows + 1)
        finally:
            images.close()
        names = [(kind, name, count, False) for (kind, name), count in self._new_names.items()]
        PlanNames(self._db, self._plan.id).save(names)

    def _plan_batch(self, rows: Sequence[Row], matches: Sequence[ImageMatch]) -> Iterator[RowResult]:
        ids = [match.image["id"] for match in matches if match.image]
        planned = set(self._plan.states(ids))
        changes: list[ImageChange] = []
        notes: list[PlanNote] = []
        for row, match in zip(rows, matches, strict=True):
            result, change = self._plan_row(row, match, planned)
            if result.status == report.UNCHANGED and not row.cells.keys().isdisjoint(EDITABLE):
                self._unchanged.add(int(result.id))
            if change:
                planned.add(change.image_id)
                changes.append(change)
                self._new_names.update(_new_names(change))
            elif result.status != report.UNCHANGED:
                image_id = match.image["id"] if match.image else None
                notes.append(PlanNote(image_id, f"Row {result.row}: {result.status}: {result.message}"))
            self._matched += match.image is not None
            self._statuses[result.status] += 1
            yield result
        saved = self._statuses[report.ERROR] + self._statuses[report.CONFLICT] - len(notes)
        self._plan.add(map(PlanEntry, changes), notes[: max(0, _MAX_NOTES - saved)])

    def _plan_row(self, row: Row, match: ImageMatch, planned: set[str]) -> tuple[RowResult, ImageChange | None]:
        number, image = str(row.number), match.image
        if image is None:
            id_, path = (shorten_key(row.cells.get(key)) for key in KEYS)
            return RowResult(number, id_, path, report.ERROR, match.problem or ""), None
        path, md5 = primary_file(image)
        result = RowResult(number, image["id"], path, report.UNCHANGED, "")
        if image["id"] in planned:
            return result._replace(status=report.ERROR, message="an earlier row already changes this image"), None
        try:
            changes = self._edits.changes(row, image)
        except DataError as error:
            return result._replace(status=report.ERROR, message=str(error)), None
        if not changes:
            return result, None
        if int(image["id"]) in self._unchanged:
            return result._replace(status=report.ERROR, message="an earlier row leaves this image unchanged"), None
        if is_conflict(row, image):
            return result._replace(status=report.CONFLICT, message="the image was changed after the export"), None
        fields = ", ".join(change.field for change in changes)
        change = ImageChange(image["id"], path, md5, image["organized"], tuple(changes))
        return result._replace(status=report.PLANNED, message=fields), change


def split_batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Split rows into lists that fit into memory: BATCH_SIZE of them, or fewer if they are long."""
    batch: list[Row] = []
    length = 0
    for row in rows:
        batch.append(row)
        length += sum(len(cell or "") for cell in row.cells.values())
        if len(batch) >= BATCH_SIZE or length >= _BATCH_CHARS:
            yield batch
            batch, length = [], 0
    if batch:
        yield batch


def _new_names(change: ImageChange) -> set[tuple[str, str]]:
    """Return (kind, name) of the tags, performers and studios that the import would create for this image."""
    refs = (
        (field.field, ref)
        for field in change.changes
        for ref in (field.add if field.field in LIST_FIELDS else (field.after,))
    )
    return {(KINDS[field], ref.name) for field, ref in refs if isinstance(ref, Ref) and ref.id is None}


class _LazyNameIndex:
    """Looks names up, and fetches those of a kind when a row first needs one that its image doesn't have."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._indexes: dict[str, NameIndex] = {}

    def find(self, kind: str, name: str) -> NameMatch:
        """Return the match of a name among all of this kind."""
        if kind not in self._indexes:
            self._indexes[kind] = NameIndex(self._connection, [kind])
        return self._indexes[kind].find(kind, name)
