"""The history of runs: what was started, how far it came, and which of them undo and resume are about. All SQL on `runs` is here."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from lib.errors import KNOWN, DataError
from lib.runs import plan_items, plan_names, plans, undone
from lib.runs.counts import Counts
from lib.runs.database import Database, run_lock_path
from lib.runs.run import (
    APPLY,
    APPLYING,
    HAND,
    IMPORT,
    PLANNED,
    PLANNING,
    PREVIEW,
    UNDO,
    Run,
    RunInProgressError,
    RunRecord,
    now,
    run_of,
)
from lib.util import lock

PAGE = 50

_KINDS = {"rules_preview": PREVIEW, "import_preview": PREVIEW, "undo_preview": PREVIEW, "undo": UNDO}
_HAS_CHANGES = f"({plans.HAS_CHANGES} OR {plan_names.HAS_CREATED})"
_MAY_MATTER = (
    f"(kind != 'preview' AND ({_HAS_CHANGES} OR (status IN ('stopped', 'failed') AND phase != 'planning' "
    f"AND {plans.HAS_PLANNED})))"
)
_IS_UNDOABLE = f"(kind != 'preview' AND {_HAS_CHANGES} AND (NOT undone OR {undone.CAN_BE_UNDONE}))"
_IS_LISTED = "(kind != 'preview' OR held IS NOT NULL)"
_AT_LEAST_PLANNED = "CASE phase WHEN 'planning' THEN 'planned' ELSE phase END"
_NEXT = "(SELECT COALESCE(MAX(sequence), 0) + 1 FROM runs)"


class History:
    """The runs in the database."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._lock = run_lock_path(db.path)

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Hold the lock that only one run can hold; a RunInProgressError if another does. Killed runs become `stopped`."""
        with lock.file_lock(self._lock) as is_ours:
            if not is_ours:
                raise RunInProgressError(
                    "Another run of Image Tools is under way. Wait for it, or stop it in Stash's task queue."
                )
            self._recover()
            yield

    def recover_interrupted(self) -> bool:
        """Mark killed runs as `stopped` unless a run is under way; returns whether none is."""
        with lock.file_lock(self._lock, patience=0) as is_ours:
            if is_ours:
                self._recover()
            return is_ours

    def _recover(self) -> None:
        if self._db.read("SELECT 1 FROM runs WHERE status = 'running' LIMIT 1"):
            self._update("status = 'stopped' WHERE status = 'running'")

    def begin(
        self,
        mode: str,
        *,
        by: str = HAND,
        is_part: bool = False,
        sample: int | None = None,
        plan_of: int | None = None,
        undoes: int | None = None,
        key: str = "",
        counts: Counts | None = None,
    ) -> int:
        """Save a new run as running and return its id. Without `plan_of` it makes a plan; with the `counts` of a complete
        one it can be resumed from the start. `is_part`: its plan is of a selection of images, or of a `sample` of so many.
        """
        sql = (
            "INSERT INTO runs (mode, kind, phase, status, started_by, is_part, sample, sequence, started, plan, undoes, key, counts) "  # noqa: S608 - fixed
            f"VALUES (?, ?, ?, 'running', ?, ?, ?, {_NEXT}, ?, ?, ?, ?, ?)"
        )
        phase = PLANNING if counts is None else PLANNED
        text = "{}" if counts is None else counts.begun().dumped()
        row = (mode, _KINDS.get(mode, APPLY), phase, by, is_part, sample, now(), plan_of, undoes, key, text)
        with self._db.write() as connection:
            run = int(connection.execute(sql, row).lastrowid or 0)
            if plan_of is None:
                connection.execute("UPDATE runs SET plan = id WHERE id = ?", (run,))
            else:
                connection.execute("UPDATE runs SET held = NULL WHERE id = ? AND held IS NOT NULL", (plan_of,))
        return run

    def end(self, run: int, status: str, counts: Counts, error: str = "") -> None:
        """Save how a run ended (done, failed or stopped) with its counts."""
        text = error.encode("utf-8", "backslashreplace").decode()  # the path of a file may not be UTF-8
        phase = _AT_LEAST_PLANNED if status == "done" else "phase"
        values = (status, now(), counts.dumped(), text, run)
        self._update(f"status = ?, phase = {phase}, ended = ?, counts = ?, error = ? WHERE id = ?", *values)

    @contextmanager
    def record_outcome(self, run: int, counts: Counts | None = None) -> Iterator[RunRecord]:
        """Save the end of a run however the block ends."""
        with self.record_failure(run, counts) as record:
            yield record
        self.end(run, "done", record.counts)

    @contextmanager
    def record_failure(self, run: int, counts: Counts | None = None) -> Iterator[RunRecord]:
        """Save a run as failed if the block raises."""
        record = RunRecord(counts or Counts())
        try:
            yield record
        except KNOWN as error:
            self.end(run, "failed", record.counts, str(error))
            raise

    def mark_planned(self, run: int, counts: Counts) -> Counts:
        """Record that planning is complete; only then can the run be resumed. Returns its counts from then on."""
        begun = counts.begun()
        self._update(f"phase = {_AT_LEAST_PLANNED}, counts = ? WHERE id = ?", begun.dumped(), run)
        return begun

    def mark_applying(self, run: int) -> None:
        """Record that a run applies its plan from now on, for the first time or again."""
        self._update(f"status = 'running', phase = ?, sequence = {_NEXT} WHERE id = ?", APPLYING, run)

    def save_counts(self, run: int, counts: Counts, key: str | None = None) -> None:
        """Save the counts so far, for the case that the run is killed; with another key, if it was planned again."""
        self._update("counts = ?, key = COALESCE(?, key) WHERE id = ?", counts.dumped(), key, run)

    def save_as_preview(self, run: int, mode: str, counts: Counts) -> None:
        """End a run that only planned as a preview: its plan waits to be applied."""
        self._update("mode = ?, kind = ?, phase = ? WHERE id = ?", mode, PREVIEW, PLANNED, run)
        self.end(run, "done", counts)

    def set_part(self, connection: sqlite3.Connection, run: int, source: Run, counts: Counts, rest: Counts) -> None:
        """Record, in a transaction, that a new run has a part of a plan, and the counts of both."""
        sql = "UPDATE runs SET part_of = COALESCE((SELECT part_of FROM runs WHERE id = ?), ?), phase = ?, counts = ? WHERE id = ?"
        connection.execute(sql, (source.id, source.id, PLANNED, counts.begun().dumped(), run))
        held = f"CASE WHEN {plans.HAS_PLANNED} THEN held END"
        sql = f"UPDATE runs SET is_part = 1, held = {held}, counts = ? WHERE id = ?"  # noqa: S608 - fixed
        connection.execute(sql, (rest.dumped(), source.id))

    def relatives(self, plan_id: int) -> list[int]:
        """Return the other plans that the plan of this one was divided into."""
        whole = "COALESCE(part_of, id)"
        sql = f"SELECT id FROM runs WHERE id != ? AND {whole} = (SELECT {whole} FROM runs WHERE id = ?)"  # noqa: S608 - fixed
        return [row["id"] for row in self._db.read(sql, (plan_id, plan_id))]

    def hold(self, connection: sqlite3.Connection, run: int, reason: str, counts: Counts) -> None:
        """Hold and end a run that writes nothing, in a transaction: it waits until its plan is applied or discarded."""
        sql = "UPDATE runs SET kind = ?, phase = ?, status = 'done', ended = ?, held = ?, counts = ? WHERE id = ?"
        connection.execute(sql, (PREVIEW, PLANNED, now(), reason, counts.dumped(), run))

    def held_plans(self) -> list[int]:
        """Return the plans of the runs that are held."""
        return [row["plan"] for row in self._db.read("SELECT plan FROM runs WHERE held IS NOT NULL")]

    def refresh_undone(self, run: int) -> None:
        """Update whether a run, and each that it undid in turn, is undone.

        It is when nothing of it stands, and isn't when all of it does. In between it stays what it was: then undo takes
        it by its id only, if it was undone before.
        """
        for target in (run, *(each.id for each in self._chain(run))):
            self._update(
                f"undone = CASE WHEN NOT {undone.STANDS} THEN 1 WHEN NOT {undone.IS_UNDONE} THEN 0 ELSE undone END "
                "WHERE id = ?",
                target,
            )

    def get(self, run: int) -> Run:
        """Return a run by id; a DataError if it doesn't exist."""
        runs = self._runs("WHERE id = ?", run)
        if not runs:
            raise DataError(f"Run {run} doesn't exist. The operation runs lists all runs.")
        return runs[0]

    def list_page(self, page: int, *, previews: bool = True) -> list[dict[str, Any]]:
        """Return 50 runs as JSON with their rules and fields: those that are held, then the newest. `previews`: these too."""
        if page < 1:
            raise DataError(f"page: {page} is not allowed; pages begin with 1.")
        where = "" if previews else f"WHERE {_IS_LISTED}"
        runs = self._runs(f"{where} ORDER BY held IS NULL, id DESC LIMIT ? OFFSET ?", PAGE, (page - 1) * PAGE)
        contents = plan_items.contents(self._db, {run.plan for run in runs})
        return [self.as_json(run) | contents[run.plan].as_json(run) for run in runs]

    def as_json(self, run: Run) -> dict[str, Any]:
        """Return a run as answers have it: id, mode, status, started, ended, by, held, sample, plan, undoes, error,
        counts.
        """
        names = ("id", "mode", "status", "started", "ended", "by", "held", "sample", "plan", "undoes", "error")
        counts = run.counts
        # A run that didn't end well may have saved its counts before the last states of its images.
        if not run.is_done and counts.changed is not None:
            counts = plans.Plan(self._db, run.plan).outcome_counts(counts)
        zeros = {"matched": 0, "planned": 0, "changed": 0, "failed": 0}
        return {name: getattr(run, name) for name in names} | {"counts": zeros | counts.as_json()}

    def redone(self) -> dict[int, int]:
        """Return for each run that is the undo of an undo the run whose changes it applied again."""
        rows = self._db.read("SELECT id, undoes FROM runs WHERE undoes IS NOT NULL ORDER BY id")
        targets, applied_again = {row["id"]: row["undoes"] for row in rows}, dict[int, int]()
        for run, target in targets.items():
            if target in targets and target not in applied_again:
                applied_again[run] = applied_again.get(targets[target], targets[target])
        return applied_again

    def newest_to_undo(self) -> Run | None:
        """Return the newest run that changed something, was started by hand, and is neither undone nor an undo."""
        sql = f"WHERE kind = ? AND started_by IN (?, ?) AND NOT undone AND {_HAS_CHANGES} ORDER BY id DESC LIMIT 1"
        return next(iter(self._runs(sql, APPLY, HAND, IMPORT)), None)

    def has_changes(self, run: Run) -> bool:
        """Whether a run changed an image or created a tag, performer or studio, or may have."""
        return bool(self._runs(f"WHERE id = ? AND {_HAS_CHANGES}", run.id))

    def is_undoable(self, run: Run) -> bool:
        """Whether undo accepts a run: it changed something, and not all of that is undone."""
        return run.id in self.undoable([run.id])

    def undoable(self, runs: Collection[int]) -> set[int]:
        """Return the runs among these that undo accepts."""
        sql = f"SELECT id FROM runs WHERE id IN (SELECT value FROM json_each(?)) AND {_IS_UNDOABLE}"  # noqa: S608 - fixed
        return {row["id"] for row in self._db.read(sql, (json.dumps([*runs]),))}

    def saved_plan(self, mode: str, key: str) -> Run | None:
        """Return the newest preview with this key if it is complete, younger than 24 h and nothing of it was applied yet."""
        newest = next(iter(self._runs("WHERE mode = ? AND key = ? ORDER BY id DESC LIMIT 1", mode, key)), None)
        if newest is None or newest.status != "done" or newest.is_stale:
            return None
        return None if self.applied_by(newest.id) is not None or self.relatives(newest.id) else newest

    def applied_by(self, plan_id: int) -> int | None:
        """Return the run that applied the plan of this preview: a plan is applied once."""
        rows = self._db.read("SELECT id FROM runs WHERE plan = ? AND id != ? LIMIT 1", (plan_id, plan_id))
        return int(rows[0]["id"]) if rows else None

    def undos(self, run: int) -> list[Run]:
        """Return the runs that undid this one, as a whole or in part, newest first."""
        return self._runs("WHERE undoes = ? ORDER BY id DESC", run)

    def undo_record(self, run: int) -> undone.UndoRecord:
        """Return the record of an undo run; of any other, one that records nothing."""
        return undone.UndoRecord(run, [each.plan for each in self._chain(run)])

    def _chain(self, run: int) -> Iterator[Run]:
        """Yield the run that this one undoes, the one that this undoes, and so on."""
        target = self.get(run).undoes
        while target is not None:
            undid = self.get(target)
            yield undid
            target = undid.undoes

    def applied_plans(self, after: int) -> dict[int, int]:
        """Return the run that applied each plan later than the sequence `after`, undos aside."""
        rows = self._db.read("SELECT plan, id FROM runs WHERE kind = ? AND sequence > ?", (APPLY, after))
        return {row["plan"]: row["id"] for row in rows}

    def undone_plans(self) -> list[int]:
        """Return the plans of all runs that are undone."""
        return [row["plan"] for row in self._db.read("SELECT plan FROM runs WHERE undone")]

    def sequence(self, plan_id: int) -> int:
        """Return when a plan was applied, the last time: a later run has a larger number."""
        rows = self._db.read("SELECT MAX(sequence) AS sequence FROM runs WHERE plan = ?", (plan_id,))
        return int(rows[0]["sequence"] or 0)

    def ages(self) -> list[dict[str, Any]]:
        """Return what retention needs of each run, newest first."""
        sql = (
            f"SELECT id, plan, undoes, {_MAY_MATTER} AS matters, kind != 'preview' AND {_HAS_CHANGES} AS undoable, held, "  # noqa: S608 - fixed
            "CASE WHEN kind = 'preview' AND phase = 'planned' AND held IS NULL AND NOT is_part THEN mode END AS whole_plan FROM runs ORDER BY id DESC"
        )
        return [dict(row) for row in self._db.read(sql)]

    def delete(self, runs: Collection[int]) -> None:
        """Delete runs with their plans."""
        with self._db.write() as connection:
            connection.execute("DELETE FROM runs WHERE id IN (SELECT value FROM json_each(?))", (json.dumps([*runs]),))

    def _update(self, assignments: str, *values: object) -> None:
        with self._db.write() as connection:
            connection.execute(f"UPDATE runs SET {assignments}", values)  # noqa: S608 - fixed

    def _runs(self, clauses: str, *values: object) -> list[Run]:
        rows = self._db.read(f"SELECT * FROM runs {clauses}", values)  # noqa: S608 - fixed
        return [run_of(self._db, row) for row in rows]
