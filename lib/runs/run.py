"""One run of the history: its kind, how far it came, and its counts.

A run has a kind (`preview` only plans, `apply` applies a plan, `undo` applies the reverse of another run) and a phase
(`planning`, `planned` once its plan is complete, `applying`), which only advances.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from lib.errors import DataError
from lib.runs.counts import Counts
from lib.runs.database import Database

PLAN_HOURS = 24
"""How long a saved plan may be applied: libraries change."""

PREVIEW, APPLY, UNDO = "preview", "apply", "undo"
PLANNING, PLANNED, APPLYING = "planning", "planned", "applying"
HAND, SCAN, GALLERY, IMPORT = "hand", "scan", "gallery", "import"


@dataclass(frozen=True)
class Run:
    """One row of the history. `plan` is the run whose plan it carries out, itself or a preview before it."""

    id: int
    mode: str
    kind: str
    phase: str
    status: str
    """running, done, failed or stopped; undone where nothing of it stands any more."""
    is_done: bool
    """Whether it came to its end, undone since or not: then its counts are final."""
    started: str
    ended: str | None
    by: str
    """Who started it: hand, scan, gallery or import."""
    held: str | None
    """Why it waits for a decision; None if it doesn't."""
    is_part: bool
    """Whether its plan is of a sample or a selection of images."""
    sample: int | None
    """Images of the sample that its plan is of; None if it is of all that match."""
    plan: int
    undoes: int | None
    key: str
    error: str
    counts: Counts

    @property
    def moment(self) -> str:
        """When it began, for readers: to the second, UTC."""
        return f"{self.started[:19].replace('T', ' ')} UTC"

    @property
    def is_stale(self) -> bool:
        """Whether its plan is too old to be applied. One that is held waits for its decision."""
        if self.held is not None:
            return False
        age = datetime.now(timezone.utc) - datetime.fromisoformat(self.started)
        return age.total_seconds() > PLAN_HOURS * 3600

    @property
    def resume_blocker(self) -> str | None:
        """Why the run can't be resumed; None if it can."""
        if self.status not in ("stopped", "failed"):
            return f"{self.id} is {self.status}; only a stopped or failed run can be resumed."
        if self.phase == PLANNING:
            return f"{self.id} ended while it was planned, before it changed anything. Start it again."
        return None


class RunRecord:
    """The counts of a run under way; whatever they are when it ends is saved with its end."""

    def __init__(self, counts: Counts) -> None:
        self.counts = counts


class RunInProgressError(DataError):
    """Another run holds the lock."""


def now() -> str:
    # To the millisecond: the page knows a task's run by when it began, and two tasks may run in one second.
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds")


def run_of(db: Database, row: Any) -> Run:
    """Return the run of a row; a StoreError where its counts can't be read."""
    names = ("id", "mode", "kind", "phase", "started", "ended", "held", "sample", "undoes", "key", "error")
    values = {name: row[name] for name in names} | {"by": row["started_by"], "is_part": bool(row["is_part"])}
    status = "undone" if row["undone"] else row["status"]
    try:
        counts = Counts.load(row["counts"])
    except (ValueError, TypeError) as error:
        raise db.corrupted(f"the counts of run {row['id']} cannot be read") from error
    is_done = row["status"] == "done"
    return Run(**values, status=status, is_done=is_done, plan=row["plan"] or row["id"], counts=counts)
