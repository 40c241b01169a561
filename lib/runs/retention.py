"""How much history is kept: runs that changed something longer than others, and never more than fits on the disk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from lib.log import logger
from lib.runs.database import Database
from lib.runs.history import History

MAX_BYTES = 2_000_000_000
"""The largest size of the history. Older runs are dropped above it, however many `keepRuns` allows."""
MAX_PLANS = 3
"""Previews of a mode, of all images, that are complete and not applied: only the newest is applied without its id."""
ALWAYS = 10
"""The newest runs that can be undone, and the newest that are held, which stay whatever they take."""


def prune(db: Database, keep: int, *, keep_id: int | None = None, max_bytes: int = MAX_BYTES) -> None:
    """Delete all but the newest `keep` runs that changed something, or still may, and the newest `keep` others.

    All that are held stay: they wait for a decision. With a run that stays, and with `keep_id`, stay the plan that it applies and the run that it undoes.
    """
    history = History(db)
    runs = history.ages()
    newest = [run for run in runs if run["matters"]][:keep] + [run for run in runs if not run["matters"]][:keep]
    held = {run["id"] for run in runs if run["held"] is not None}
    kept = _with_references(runs, {keep_id, *held, *(run["id"] for run in newest)} - _surplus_plans(runs))
    dropped = [run for run in runs if run["id"] not in kept]
    if dropped:
        history.delete([run["id"] for run in dropped])
    dropped += _shrink(db, [run for run in runs if run["id"] in kept], keep_id, max_bytes)
    if dropped:
        lost = sum(run["matters"] or run["held"] is not None for run in dropped)
        logger.info(
            "%s old runs were dropped from the history; %s can no longer be undone or applied.", len(dropped), lost
        )


def _surplus_plans(runs: Sequence[dict[str, Any]]) -> set[int]:
    """Return the older of the complete previews of all images that no run applied, for each mode."""
    applied = {run["plan"] for run in runs if run["plan"] != run["id"]}
    waiting: dict[str, list[int]] = {}
    for run in runs:
        if run["whole_plan"] and run["id"] not in applied:
            waiting.setdefault(run["whole_plan"], []).append(run["id"])
    return {id_ for ids in waiting.values() for id_ in ids[MAX_PLANS:]}


def _shrink(db: Database, runs: Sequence[dict[str, Any]], keep_id: int | None, max_bytes: int) -> list[dict[str, Any]]:
    """Delete the oldest runs until the history fits; returns those."""
    undoable, held = ([run["id"] for run in runs if run[kind]][:ALWAYS] for kind in ("undoable", "held"))
    kept = _with_references(runs, {keep_id, *(run["id"] for run in runs[:1]), *undoable, *held})
    dropped: list[dict[str, Any]] = []
    for run in reversed(runs):
        if db.used_bytes() <= max_bytes:
            break
        if run["id"] not in kept and run not in dropped:
            ids = _with_referrers(runs, run["id"])
            History(db).delete(ids)
            dropped += [other for other in runs if other["id"] in ids]
    return dropped


def _with_references(runs: Iterable[dict[str, Any]], ids: set[int | None]) -> set[int | None]:
    for run in runs:  # newest first: what a run refers to is older
        if run["id"] in ids:
            ids = ids | {run["plan"], run["undoes"]}
    return ids


def _with_referrers(runs: Sequence[dict[str, Any]], run_id: int) -> set[int]:
    ids = {run_id}
    for run in reversed(runs):
        if run["plan"] in ids or run["undoes"] in ids:
            ids.add(run["id"])
    return ids
