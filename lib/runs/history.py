"""The history of runs: what was started, what became of it, and which of them undo and resume are about."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from lib.errors import KNOWN, DataError
from lib.runs import plans
from lib.runs.database import Database
from lib.util import lock

PAGE = 50
PLAN_HOURS = 24
"""How long a saved plan may be applied: libraries change."""

_MAY_BE_CHANGED = ", ".join(f"'{state}'" for state in plans.MAY_BE_CHANGED)
WROTE = (
    f"(EXISTS (SELECT 1 FROM images WHERE images.plan = runs.plan AND state IN ({_MAY_BE_CHANGED})) "  # noqa: S608 - fixed
    "OR EXISTS (SELECT 1 FROM names WHERE names.plan = runs.plan AND state = 'made'))"
)
"""SQL: whether a run of the table `runs` changed an image or made a name, or may have."""
_UNTOUCHED = {"changed": 0, "skipped": 0, "failed": 0}


@dataclass(frozen=True)
class Run:
    """One row of the history. `plan` is the run whose plan it carries out, itself or a preview before it."""

    id: int
    mode: str
    status: str
    started: str
    plan: int | None
    undoes: int | None
    key: str
    counts: dict[str, Any]

    @property
    def moment(self) -> str:
        """When it began, for readers: to the second, UTC."""
        return f"{self.started[:19].replace('T', ' ')} UTC"


def now() -> str:
    # To the millisecond: the page knows a task's run by when it began, and two tasks may run in one second.
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds")


class RunInProgressError(DataError):
    """Another run holds the lock."""


@contextmanager
def exclusive(store: Database) -> Iterator[None]:
    """Hold the lock that only one run can hold; an OccupiedError if another run does. Dead runs become `stopped`."""
    with lock.file_lock(_lock_path(store)) as ours:
        if not ours:
            raise RunInProgressError(
                "Another run of Image Tools is under way. Wait for it, or stop it in Stash's task queue."
            )
        _settle(store)
        yield


def settle_if_idle(store: Database) -> bool:
    """Whether no run is under way; if so, runs that were killed become `stopped`."""
    with lock.file_lock(_lock_path(store), patience=0) as ours:
        if ours:
            _settle(store)
        return ours


def _lock_path(store: Database) -> str:
    return os.path.join(os.path.dirname(store.path), "runs.lock")


def _settle(store: Database) -> None:
    if store.read("SELECT 1 FROM runs WHERE status = 'running' LIMIT 1"):
        with store.write() as connection:
            connection.execute("UPDATE runs SET status = 'stopped' WHERE status = 'running'")


def begin(
    store: Database,
    mode: str,
    *,
    by_hand: bool = True,
    plan_of: int | None = None,
    undoes: int | None = None,
    key: str = "",
    counts: dict[str, Any] | None = None,
) -> int:
    """Enter a run as running and return its id. Without `plan_of` it makes its own plan; with the `counts` of a whole one
    it can be resumed from its first moment on.
    """
    sql = (
        "INSERT INTO runs (mode, status, by_hand, started, plan, undoes, key, counts) "
        "VALUES (?, 'running', ?, ?, ?, ?, ?, ?)"
    )
    known = json.dumps({} if counts is None else _UNTOUCHED | counts)
    with store.write() as connection:
        run = int(connection.execute(sql, (mode, by_hand, now(), plan_of, undoes, key, known)).lastrowid or 0)
        if plan_of is None:
            connection.execute("UPDATE runs SET plan = id WHERE id = ?", (run,))
    return run


def end(store: Database, run: int, status: str, counts: dict[str, Any], error: str = "") -> None:
    """Write what became of a run: done, failed or stopped, with its counts."""
    with store.write() as connection:
        sql = "UPDATE runs SET status = ?, ended = ?, counts = ?, error = ? WHERE id = ?"
        told = error.encode("utf-8", "backslashreplace").decode()  # the path of a file may be no UTF-8
        connection.execute(sql, (status, now(), json.dumps(counts), told, run))


@contextmanager
def recorded(store: Database, run: int, counts: dict[str, Any]) -> Iterator[None]:
    """Write the end of a run however the block ends; `counts` is what the block filled by then."""
    with fails_with(store, run, counts):
        yield
    end(store, run, "done", counts)


@contextmanager
def fails_with(store: Database, run: int, counts: dict[str, Any]) -> Iterator[None]:
    """Write the run down as failed where the block raises, with what `counts` holds by then."""
    try:
        yield
    except KNOWN as error:
        end(store, run, "failed", counts, str(error))
        raise


def plan_is_whole(store: Database, run: int, counts: dict[str, Any]) -> None:
    """Note in the counts, and keep, that nothing is left to be planned: only then can the run be resumed."""
    counts |= _UNTOUCHED | counts
    keep_counts(store, run, counts)


def why_not_resumed(run: Run) -> str:
    """Why a run cannot be gone on with, or nothing if it can."""
    if run.status not in ("stopped", "failed"):
        return f"{run.id} is {run.status}; only a stopped or failed run can be resumed."
    # What is carried out is counted from the moment on in which all was planned.
    if "changed" not in run.counts:
        return f"{run.id} ended while it was planned, before it changed anything. Start it anew."
    return ""


def keep_counts(store: Database, run: int, counts: dict[str, Any]) -> None:
    """Keep what is known so far, for the history of a run that is killed."""
    with store.write() as connection:
        connection.execute("UPDATE runs SET counts = ? WHERE id = ?", (json.dumps(counts), run))


def get(store: Database, run: int) -> Run:
    """A run by id; a DataError if there is none."""
    return _run(store, _row(store, run))


def _row(store: Database, run: int) -> Any:
    rows = store.read("SELECT * FROM runs WHERE id = ?", (run,))
    if not rows:
        raise DataError(f"There is no run {run}. The operation runs lists them.")
    return rows[0]


def _run(store: Database, row: Any) -> Run:
    told = {name: row[name] for name in ("id", "mode", "status", "started", "plan", "undoes", "key")}
    return Run(**told, counts=_kept_counts(store, row))


def _kept_counts(store: Database, row: Any) -> dict[str, Any]:
    try:
        return dict(json.loads(row["counts"]))
    except (ValueError, TypeError) as error:
        raise store.corrupted(f"the counts of run {row['id']} cannot be read") from error


def listing(store: Database, number: int) -> list[dict[str, Any]]:
    """A page of 50 runs, newest first: id, mode, status, started, ended, error, counts."""
    if number < 1:
        raise DataError(f"page: {number} is not allowed; pages begin with 1.")
    rows = store.read("SELECT * FROM runs ORDER BY id DESC LIMIT ? OFFSET ?", (PAGE, (number - 1) * PAGE))
    return [_entry(store, row) for row in rows]


def entry(store: Database, run: int) -> dict[str, Any]:
    """One run as `listing` shows it; a DataError if there is none."""
    return _entry(store, _row(store, run))


def _entry(store: Database, row: Any) -> dict[str, Any]:
    shown = {name: row[name] for name in ("id", "mode", "status", "started", "ended", "plan", "undoes", "error")}
    return shown | {"counts": _counts(store, row)}


def _counts(store: Database, row: Any) -> dict[str, Any]:
    known = _kept_counts(store, row)
    # What a run that did not end well noted of itself may be older than the states of its images.
    if row["status"] != "done" and "changed" in known:
        known.pop("in_doubt", None)
        known |= carried_out(store, row["plan"])
    return {"matched": 0, "planned": 0, "changed": 0, "failed": 0} | known


def carried_out(store: Database, plan_id: int) -> dict[str, int]:
    """How many images are changed, skipped, failed and left out, and `in_doubt` where some were sent and not answered."""
    states = plans.counts(store, plan_id)
    told = {name: states[name] for name in ("changed", "skipped", "failed", "left_out")}
    return told | ({"in_doubt": states["sent"]} if states["sent"] else {})


def newest_to_undo(store: Database) -> Run | None:
    """The newest run that changed something, was started by hand, and is neither undone nor itself an undo."""
    chosen = f"by_hand AND status != 'undone' AND mode != 'undo' AND mode NOT LIKE '%preview' AND {WROTE}"
    rows = store.read(f"SELECT * FROM runs WHERE {chosen} ORDER BY id DESC LIMIT 1")  # noqa: S608 - fixed
    return _run(store, rows[0]) if rows else None


def wrote(store: Database, run: Run) -> bool:
    """Whether a run changed an image or made a name, or may have."""
    return bool(store.read(f"SELECT 1 FROM runs WHERE id = ? AND {WROTE}", (run.id,)))  # noqa: S608 - fixed


def written_later(store: Database, plan_id: int, images: Sequence[str]) -> dict[tuple[str, str], int]:
    """(image id, field) -> the newest run after that of this plan which stands and wrote that field, undos aside."""
    sql = f"""SELECT changes.image, changes.field, MAX(runs.id) AS run FROM runs
      JOIN images ON images.plan = runs.plan AND images.image IN (SELECT value FROM json_each(?))
        AND images.state IN ({_MAY_BE_CHANGED})
      JOIN changes ON changes.plan = images.plan AND changes.image = images.image AND changes.previewed = ''
      WHERE runs.id > (SELECT MAX(id) FROM runs WHERE plan = ?) AND runs.mode NOT LIKE '%preview'
        AND runs.mode != 'undo' AND runs.status != 'undone'
      GROUP BY changes.image, changes.field"""  # noqa: S608 - fixed
    wanted = json.dumps([int(id_) for id_ in images])
    return {(str(row["image"]), row["field"]): int(row["run"]) for row in store.read(sql, (wanted, plan_id))}


def saved_plan(store: Database, mode: str, key: str) -> Run | None:
    """The newest preview, if it is done, of the same key, younger than 24 h and not applied yet."""
    rows = store.read("SELECT * FROM runs WHERE mode = ? ORDER BY id DESC LIMIT 1", (mode,))
    if not rows or rows[0]["status"] != "done" or rows[0]["key"] != key:
        return None
    found = _run(store, rows[0])
    return None if is_stale(found) or applied_by(store, found.id) is not None else found


def is_stale(run: Run) -> bool:
    """Whether a plan is too old to be applied."""
    age = datetime.now(timezone.utc) - datetime.fromisoformat(run.started)
    return age.total_seconds() > PLAN_HOURS * 3600


def save_as_preview(store: Database, run: int, mode: str, counts: dict[str, Any]) -> None:
    """End a run that only planned as a preview: its plan waits to be applied."""
    with store.write() as connection:
        connection.execute("UPDATE runs SET mode = ? WHERE id = ?", (mode, run))
    end(store, run, "done", counts)


def applied_by(store: Database, plan_id: int) -> int | None:
    """The run that applied this preview's plan, if one did: a plan is applied once."""
    rows = store.read("SELECT id FROM runs WHERE plan = ? AND id != ? LIMIT 1", (plan_id, plan_id))
    return int(rows[0]["id"]) if rows else None


def undos(store: Database, run: int) -> list[Run]:
    """The runs that took this one back, in whole or in part, newest first."""
    return [_run(store, row) for row in store.read("SELECT * FROM runs WHERE undoes = ? ORDER BY id DESC", (run,))]


def undone_by(store: Database, run: int) -> int | None:
    """The newest of these."""
    return next((by.id for by in undos(store, run)), None)


def set_status(store: Database, run: int, status: str) -> None:
    with store.write() as connection:
        connection.execute("UPDATE runs SET status = ? WHERE id = ?", (status, run))
