"""The tags, performers and studios that a plan creates, and their ids once they exist. All SQL on `names` is here."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lib.changes import KINDS, Ref
from lib.runs import plan_items
from lib.runs.database import Database

HAS_CREATED = "EXISTS (SELECT 1 FROM names WHERE names.plan = runs.plan AND state = 'made')"
"""SQL: whether a run of the table `runs` created a tag, performer or studio that still exists."""


class PlanNames:
    """The names of one plan."""

    def __init__(self, db: Database, plan_id: int) -> None:
        self._db = db
        self._plan = plan_id
        sql = "SELECT kind, name, id, state = 'taken back' AS is_deleted FROM names WHERE plan = ?"
        rows = db.read(sql, (plan_id,))
        self._ids = {_key(row): str(row["id"]) for row in rows if row["id"] is not None}
        self._deleted = {_key(row) for row in rows if row["is_deleted"]}

    def save(self, names: Iterable[tuple[str, str, int, bool]]) -> None:
        """Save the names that the plan would create, in place of earlier ones.

        Each is a kind, a name, the number of images, and whether only a preview needs it.
        """
        rows = [
            (self._plan, kind, name, count, "preview" if previewed else "planned")
            for kind, name, count, previewed in names
        ]
        sql = (
            "INSERT INTO names (plan, kind, name, images, state) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (plan, kind, name) DO UPDATE SET images = excluded.images"
        )
        with self._db.write() as connection:
            connection.execute("DELETE FROM names WHERE plan = ? AND state IN ('planned', 'preview')", (self._plan,))
            connection.executemany(sql, rows)

    def as_json(self) -> list[dict[str, Any]]:
        """Return the names, those for most images first; none that no image needs any more."""
        sql = (
            "SELECT kind, name, images, id, state FROM names WHERE plan = ? AND (images > 0 OR state != 'planned') "
            "ORDER BY images DESC, kind, name"
        )
        return [dict(row) for row in self._db.read(sql, (self._plan,))]

    def is_deleted(self, field: str, ref: Ref) -> bool:
        """Whether an undo deleted what this Ref of the plan was created as."""
        return ref.id is None and (KINDS[field], ref.name.casefold()) in self._deleted

    def has_id(self, kind: str, name: str) -> bool:
        """Whether a name exists by now."""
        return (kind, name.casefold()) in self._ids

    def id_of(self, field: str, ref: Ref) -> str:
        """Return the id to send for a Ref of the plan."""
        return ref.id or self._ids[KINDS[field], ref.name.casefold()]

    def real(self, field: str, value: object) -> object:
        """Return a planned value with the ids of the tags, performers and studios that were created since."""
        if isinstance(value, Ref):
            return Ref(value.id or self._ids.get((KINDS[field], value.name.casefold())), value.name)
        if isinstance(value, tuple) and field != "urls":
            return tuple(self.real(field, item) for item in value)
        return value

    def unconfirmed(self, kind: str) -> list[str]:
        """Return the names whose request got no answer."""
        sql = "SELECT name FROM names WHERE plan = ? AND kind = ? AND state = 'making'"
        return [row["name"] for row in self._db.read(sql, (self._plan, kind))]

    def set_creating(self, kind: str, names: Iterable[str]) -> None:
        """Journal that names are about to be created."""
        sql = (
            "INSERT INTO names (plan, kind, name, images, state) VALUES (?, ?, ?, 0, 'making') "
            "ON CONFLICT (plan, kind, name) DO UPDATE SET state = excluded.state"
        )
        with self._db.write() as connection:
            connection.executemany(sql, [(self._plan, kind, name) for name in names])

    def set_created(self, kind: str, ids: Mapping[str, str], *, adopted: bool = False) -> None:
        """Save the ids of names that were created, or `adopted` from someone else, which undo keeps."""
        self._ids |= {(kind, name.casefold()): id_ for name, id_ in ids.items()}
        sql = "UPDATE names SET id = ?, state = ? WHERE plan = ? AND kind = ? AND name = ?"
        state = "theirs" if adopted else "made"
        with self._db.write() as connection:
            connection.executemany(sql, [(id_, state, self._plan, kind, name) for name, id_ in ids.items()])


def _key(row: Any) -> tuple[str, str]:
    return row["kind"], row["name"].casefold()


def recount(connection: sqlite3.Connection, plan: int) -> None:
    """Count again which images need each name that a plan would create, in the transaction that changes the plan."""
    rows = connection.execute("SELECT kind, name FROM names WHERE plan = ? AND state = 'planned'", (plan,)).fetchall()
    for kind in {row["kind"] for row in rows}:
        fields = [field for field in KINDS if KINDS[field] == kind]
        names = [row["name"] for row in rows if row["kind"] == kind]
        counts = plan_items.count_written(connection.execute, plan, fields, names)
        sql = "UPDATE names SET images = ? WHERE plan = ? AND kind = ? AND name = ?"
        connection.executemany(sql, [(images, plan, kind, name) for name, images in counts.items()])


def share(connection: sqlite3.Connection, plan: int, part: int) -> None:
    """Give a part that was moved out of a plan the names that it needs, in that transaction, and count those of both."""
    sql = (
        "INSERT INTO names (plan, kind, name, images, state) "
        "SELECT ?, kind, name, images, state FROM names WHERE plan = ? AND state = 'planned'"
    )
    connection.execute(sql, (part, plan))
    for each in (plan, part):
        recount(connection, each)
    connection.execute("DELETE FROM names WHERE plan = ? AND images = 0", (part,))


def created(db: Database, plans: Iterable[int]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each kind with the names that these plans created: id -> name."""
    sql = "SELECT kind, id, name FROM names WHERE state = 'made' AND plan IN (SELECT value FROM json_each(?))"
    rows = db.read(sql, (json.dumps(list(plans)),))
    for kind in dict.fromkeys(row["kind"] for row in rows):
        yield kind, {row["id"]: row["name"] for row in rows if row["kind"] == kind}


def set_deleted(db: Database, kind: str, ids: Iterable[str]) -> None:
    """Save that undo deleted names, whichever plans created them."""
    sql = "UPDATE names SET state = 'taken back', id = NULL WHERE state = 'made' AND kind = ? AND id = ?"
    with db.write() as connection:
        connection.executemany(sql, [(kind, id_) for id_ in ids])
