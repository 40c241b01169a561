"""The record of undos: which run undid each value that a run wrote. All SQL on `undone` is here.

A value is a single field of an image, or one item of a list. One without a row stands. `planned`: an undo will revert it;
`undone`: it did; `redone`: it did, and that was undone in turn, or may have been; `gone`: nothing was left of it when an undo checked it;
`kept`: an undo skipped it, with a note that has the reason. A run is active as far as its values are.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from lib.changes import LIST_FIELDS, FieldChange, ImageChange, Ref
from lib.runs.database import Database
from lib.runs.plan_names import PlanNames
from lib.runs.plans import CHANGED_FIELDS, applied_changes

PLANNED, UNDONE, REDONE, GONE, KEPT = "planned", "undone", "redone", "gone", "kept"
_OF_FIELD = "SELECT 1 FROM undone WHERE undone.plan = changes.plan AND undone.image = changes.image AND undone.field = changes.field"

STANDS = (
    f"EXISTS ({CHANGED_FIELDS} AND (NOT EXISTS ({_OF_FIELD}) "
    f"OR EXISTS ({_OF_FIELD} AND undone.state IN ('planned', 'redone'))))"
)
"""SQL: whether something that a run of the table `runs` wrote stands, apart from what an undo skipped."""
IS_UNDONE = f"EXISTS ({CHANGED_FIELDS} AND EXISTS ({_OF_FIELD} AND undone.state = 'undone'))"
"""SQL: whether an undo reverted something of it."""
CAN_BE_UNDONE = (
    f"EXISTS ({CHANGED_FIELDS} AND (NOT EXISTS ({_OF_FIELD}) "
    f"OR EXISTS ({_OF_FIELD} AND undone.state NOT IN ('undone', 'gone'))))"
)
"""SQL: whether something of it stands, or was skipped and may be undone by now."""


class Value(NamedTuple):
    """A place that a run wrote to: one field of an image, or one item of its list."""

    image_id: str
    field: str
    item: str


class LaterWrite(NamedTuple):
    """The newest later run that wrote a value, when it did, and whether an undo of it skipped the value."""

    sequence: int
    run: int
    is_skipped: bool


class UndoRecord:
    """The record of one undo run. chain: the plan that it undoes, the one that this one undid in turn, and so on."""

    def __init__(self, undone_by: int, chain: Sequence[int]) -> None:
        self._by = undone_by
        self._chain = chain

    @property
    def is_undo(self) -> bool:
        """Whether the run undoes another one."""
        return bool(self._chain)

    def add(self, connection: sqlite3.Connection, states: Iterable[tuple[Value, str]]) -> None:
        """Record what the undo found, in the transaction that writes its plan."""
        if not self.is_undo:
            return
        rows = [(self._chain[0], int(value.image_id), *value[1:], self._by, state) for value, state in states]
        sql = "INSERT OR REPLACE INTO undone (plan, image, field, item, undone_by, state) VALUES (?, ?, ?, ?, ?, ?)"
        connection.executemany(sql, rows)

    def mark_sent(self, connection: sqlite3.Connection, values: Iterable[Value]) -> None:
        """Record, in the transaction that marks images as sent, which values may stand again once these are reverted."""
        sql = (
            "UPDATE undone SET state = 'redone', undone_by = ? "
            "WHERE plan = ? AND image = ? AND field = ? AND item = ? AND state IN ('undone', 'gone')"
        )
        places = list(values)
        for newer, older in self._pairs()[1::2]:
            connection.executemany(sql, [(newer, older, int(value.image_id), *value[1:]) for value in places])

    def mark_changed(self, connection: sqlite3.Connection, values: Iterable[Value]) -> None:
        """Record that these values were reverted, in the transaction that marks their images as changed."""
        sql = "INSERT OR REPLACE INTO undone (undone_by, plan, image, field, item, state) VALUES (?, ?, ?, ?, ?, 'undone')"
        places = list(values)
        for newer, older in self._pairs()[::2]:
            connection.executemany(sql, [(newer, older, int(value.image_id), *value[1:]) for value in places])

    def _pairs(self) -> list[tuple[int, int]]:
        """Return (undo, what it undoes) down the chain. Where the first is undone the second stands again, and so on."""
        return list(zip((self._by, *self._chain), self._chain, strict=False))

    def values(self, images: Iterable[ImageChange], names: PlanNames) -> Iterator[Value]:
        """Yield the values that an undo run writes to these images; nothing of any other run."""
        for image in images if self.is_undo else ():
            for change in image.changes:
                yield from (Value(image.image_id, change.field, item) for item in items(change, names))


def forget(connection: sqlite3.Connection, plan_id: int, images: Iterable[str]) -> None:
    """Delete what undo runs found of these images, which are written now: a resumed run may do so after an undo."""
    connection.executemany("DELETE FROM undone WHERE plan = ? AND image = ?", [(plan_id, int(id_)) for id_ in images])


def items(change: FieldChange, names: PlanNames) -> list[str]:
    """Return the items of a change by id or URL, without those that an undo deleted; a single field is the item ''."""
    added = _tuple(names.real(change.field, change.add))
    deleted = {key(item) for item in added if isinstance(item, Ref) and names.is_deleted(change.field, item)}
    return [item for item in keys(change.field, added, change.remove) if item not in deleted]


def keys(field: str, added: Iterable[object], removed: Iterable[object]) -> list[str]:
    """Return the keys of the items of a list field by id or URL; a single field is the item ''."""
    if field not in LIST_FIELDS:
        return [""]
    return list(dict.fromkeys(key(item) for item in (*added, *removed))) or [""]  # URLs in another order have none


def settled(db: Database, plan_id: int, ids: Sequence[str]) -> set[Value]:
    """Return the values of these images of which nothing of this plan is left."""
    return _in_states(db, plan_id, ids, (UNDONE, GONE))


def _in_states(db: Database, plan_id: int, ids: Sequence[str], states: Sequence[str]) -> set[Value]:
    sql = (
        "SELECT image, field, item FROM undone WHERE plan = ? AND image IN (SELECT value FROM json_each(?)) "
        "AND state IN (SELECT value FROM json_each(?))"
    )
    rows = db.read(sql, (plan_id, json.dumps([int(id_) for id_ in ids]), json.dumps(states)))
    return {Value(str(row["image"]), row["field"], row["item"]) for row in rows}


def later_writes(
    db: Database, plan_id: int, runs: dict[int, int], ids: Sequence[str], names: dict[int, PlanNames]
) -> dict[Value, LaterWrite]:
    """Return the values of these images that a later run wrote, and that still stand.

    runs: plan -> run, of all that may be later, undos aside. The order is that in which the image was sent: a resumed
    run may be later. names: plan -> its names, which the next page of images needs again.
    """
    plans = [plan for plan in runs if plan != plan_id]
    applied = applied_changes(db, plan_id, plans, ids) if plans else []
    later: dict[Value, LaterWrite] = {}
    over = {plan: settled(db, plan, ids) for plan in {each.plan for each in applied}}
    skipped = {plan: _in_states(db, plan, ids, (KEPT,)) for plan in over}
    names |= {plan: PlanNames(db, plan) for plan in over.keys() - names.keys()}
    for each in applied:
        for item in items(each.change, names[each.plan]):
            value = Value(each.image_id, each.change.field, item)
            if value not in over[each.plan]:
                write = LaterWrite(each.sequence, runs[each.plan], value in skipped[each.plan])
                later[value] = max(later.get(value, write), write)
    return later


def key(item: object) -> str:
    """Return what identifies an item of a list: its id, its name with + as long as it has none, or the URL."""
    return (item.id or f"+{item.name}") if isinstance(item, Ref) else str(item)


def _tuple(value: object) -> tuple[object, ...]:
    return tuple(value)  # type: ignore[arg-type]  # the value of a list field
