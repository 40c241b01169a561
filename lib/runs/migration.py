"""Migrates a history of 0.2.0, in one transaction, after a copy of the file was saved beside it.

The one module besides their owners with SQL on all tables: the old ones, which no other code reads.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from itertools import groupby, islice
from typing import Any

from lib.changes import KINDS, FieldChange, Ref
from lib.errors import StoreError
from lib.runs import plan_items, schema, undone
from lib.runs.database import Database, run_lock_path
from lib.runs.image_states import MAY_BE_CHANGED
from lib.runs.run import APPLY, APPLYING, HAND, IMPORT, PLANNED, PLANNING, PREVIEW, SCAN, UNDO
from lib.util import lock

FROM_VERSION = 1
COPY = ".v1"
"""The suffix of the copy. It can be deleted; 0.2.0 can read it."""
PATIENCE = 30.0
"""Seconds to wait for another process, which may be converting the history."""
_BATCH = 1000
_ALL_IMAGES = ":da0f454db44a0d50"
"""How the key of a preview of all images ends: lib.planning.rules.key of no selection."""
_NEW = ("folders", "item_groups", "items", "undone")
_CONVERTED = ("images", "changes", "runs")


def migrate(db: Database) -> None:
    """Copy and convert the history, unless another process does. On an error it stays as it was, and a StoreError is raised.

    It holds the lock of a run: a run of 0.2.0 may be under way, and the copy must be one of the old layout.
    """
    with lock.file_lock(run_lock_path(db.path), PATIENCE) as is_ours:
        if not is_ours:
            raise StoreError(
                f"{db.path} can't be updated from 0.2.0 while another run is under way. Wait for it, or stop it in Stash's "
                "task queue, then try again."
            )
        if db.version() == FROM_VERSION:
            _migrate(db)


def _migrate(db: Database) -> None:
    try:
        _copy(db)
        with _without_foreign_keys(db.connection) as connection:
            _convert(connection)
    except (sqlite3.Error, OSError) as error:
        raise StoreError(
            f"{db.path} can't be updated from 0.2.0: {error}. It is unchanged. Check that the disk isn't full and the "
            "folder is writable, then try again. To begin a new history, move the file away."
        ) from error


def _copy(db: Database) -> None:
    path = db.path + COPY
    part = f"{path}.part"
    with suppress(FileNotFoundError):
        os.unlink(part)
    os.close(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    with closing(sqlite3.connect(part)) as copy:
        db.connection.backup(copy)
    os.replace(part, path)


@contextmanager
def _without_foreign_keys(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Run the block as a transaction in which tables can be replaced."""
    connection.execute("PRAGMA foreign_keys = OFF")
    try:
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.commit()
        except BaseException:
            connection.rollback()
            raise
    finally:
        connection.execute("PRAGMA foreign_keys = ON")


def _convert(connection: sqlite3.Connection) -> None:
    runs = [dict(row) for row in connection.execute("SELECT * FROM runs ORDER BY id")]
    for name in _NEW:
        connection.execute(schema.TABLES[name].format(name=name))
    for name in _CONVERTED:
        connection.execute(schema.TABLES[name].format(name=f"new_{name}"))
    _convert_images(connection)
    _convert_runs(connection, runs)
    sequence = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'runs'").fetchone()
    for name in _CONVERTED:
        connection.execute(f"DROP TABLE {name}")
        connection.execute(f"ALTER TABLE new_{name} RENAME TO {name}")
    if sequence:
        connection.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = 'runs'", (sequence["seq"],))
    connection.execute("ALTER TABLE waiting ADD COLUMN lacks_sidecar INTEGER NOT NULL DEFAULT 0")
    for statement in schema.INDEXES:
        connection.execute(statement)
    _index_items(connection)
    _replay_undos(connection, runs)
    connection.execute(f"PRAGMA user_version = {schema.SCHEMA_VERSION}")


def _convert_images(connection: sqlite3.Connection) -> None:
    connection.create_function("folder_of", 1, lambda path: plan_items.split_path(path)[0], deterministic=True)
    connection.execute("INSERT INTO folders (plan, path) SELECT DISTINCT plan, folder_of(path) FROM images")
    connection.execute(
        "INSERT INTO new_images SELECT images.plan, image, folders.id, substr(images.path, length(folders.path) + 1), "
        "md5, organized, state, reason, applied.sequence FROM images "
        "JOIN folders ON folders.plan = images.plan AND folders.path = folder_of(images.path) "
        "JOIN (SELECT plan, MAX(id) AS sequence FROM runs GROUP BY plan) AS applied ON applied.plan = images.plan"
    )
    connection.execute(
        "INSERT INTO new_changes SELECT plan, image, field, previewed, rules, change, 0, "
        "CASE WHEN images.state = 'left_out' AND previewed = '' THEN 'all' END FROM changes LEFT JOIN images USING (plan, image)"
    )


def _convert_runs(connection: sqlite3.Connection, runs: Iterable[dict[str, Any]]) -> None:
    sql = (
        "INSERT INTO new_runs (id, mode, kind, phase, status, undone, started_by, sequence, is_part, started, ended, plan, "
        "undoes, key, error, counts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    )
    for run in runs:
        is_undone = run["status"] == "undone"
        unfinished = "SELECT 1 FROM images WHERE plan = ? AND state IN ('planned', 'sent') LIMIT 1"
        # 0.2.0 kept no status beside `undone`: this is what it gave a run that was redone.
        before_undo = "stopped" if connection.execute(unfinished, (run["plan"],)).fetchone() else "done"
        status = before_undo if is_undone else run["status"]
        values = (
            run["id"],
            run["mode"],
            _kind(run),
            _phase(run),
            status,
            is_undone,
            _started_by(run),
            run["id"],
            _is_part(run),
        )
        same = ("started", "ended", "plan", "undoes", "key", "error", "counts")
        connection.execute(sql, (*values, *(run[name] for name in same)))


def _kind(run: dict[str, Any]) -> str:
    if run["mode"].endswith("preview"):
        return PREVIEW
    return UNDO if run["mode"] == "undo" else APPLY


def _phase(run: dict[str, Any]) -> str:
    if _kind(run) == PREVIEW and run["status"] == "done":
        return PLANNED
    return APPLYING if "changed" in _counts(run) else PLANNING


def _started_by(run: dict[str, Any]) -> str:
    if not run["by_hand"]:
        return SCAN
    return IMPORT if run["mode"].startswith("import_") else HAND


def _is_part(run: dict[str, Any]) -> bool:
    return run["mode"] == "rules_preview" and not run["key"].endswith(_ALL_IMAGES)


def _counts(run: dict[str, Any]) -> dict[str, Any]:
    """Return the counts of a run; those that can't be read stay as they are, and are reported where they are needed."""
    try:
        counts = json.loads(run["counts"])
    except ValueError:
        return {}
    return counts if isinstance(counts, dict) else {}


def _index_items(connection: sqlite3.Connection) -> None:
    rows = connection.execute("SELECT * FROM changes ORDER BY plan, image")
    for plan, of_plan in groupby(rows, key=lambda row: int(row["plan"])):
        while batch := list(islice(of_plan, _BATCH)):
            items = [
                (item, int(row["image"]))
                for row in batch
                if (change := _change(row)) is not None
                for item in plan_items.items_of(change, row["previewed"])
            ]
            plan_items.insert(connection, plan, items)
    connection.execute(
        "UPDATE items SET state = 'left_out' WHERE EXISTS (SELECT 1 FROM item_groups JOIN images USING (plan) "
        "WHERE item_groups.id = items.item_group AND previewed = '' AND images.image = items.image AND images.state = 'left_out')"
    )


def _change(row: sqlite3.Row) -> FieldChange | None:
    """Return a change; None if it can't be read, which is reported where it is needed."""
    try:
        return FieldChange.restored(row["field"], tuple(json.loads(row["rules"])), row["change"])
    except (ValueError, TypeError):
        return None


def _replay_undos(connection: sqlite3.Connection, runs: list[dict[str, Any]]) -> None:
    """Record what the undos of 0.2.0 reverted, in their order, and then what they skipped."""
    by_id = {run["id"]: run for run in runs}
    for run in runs:
        if run["undoes"] in by_id:
            _replay(connection, run, by_id)
    for run in runs:
        if run["status"] == "undone":
            newest = next((undo for undo in reversed(runs) if undo["undoes"] == run["id"]), None)
            is_whole = newest is not None and newest["status"] == "done" and not _counts(newest).get("left_alone")
            state = undone.GONE if is_whole else undone.KEPT
            _add(
                connection, run["plan"], (newest or run)["id"], state, _values(connection, run["plan"], MAY_BE_CHANGED)
            )


def _replay(connection: sqlite3.Connection, run: dict[str, Any], by_id: dict[int, dict[str, Any]]) -> None:
    chain, target = [], by_id.get(run["undoes"])
    while target is not None:
        chain.append(target["plan"])
        target = by_id.get(target["undoes"])
    record = undone.UndoRecord(run["id"], chain)
    record.add(connection, ((value, undone.PLANNED) for value in _values(connection, run["plan"], MAY_BE_CHANGED)))
    record.mark_sent(connection, _values(connection, run["plan"], MAY_BE_CHANGED))
    record.mark_changed(connection, _values(connection, run["plan"], ("changed",)))


def _values(connection: sqlite3.Connection, plan: int, states: Iterable[str]) -> Iterator[undone.Value]:
    rows = connection.execute("SELECT kind, name, id FROM names WHERE plan = ? AND id IS NOT NULL", (plan,))
    created = {(row["kind"], row["name"].casefold()): str(row["id"]) for row in rows}
    sql = (
        "SELECT changes.* FROM changes JOIN images USING (plan, image) WHERE plan = ? AND previewed = '' "
        "AND state IN (SELECT value FROM json_each(?))"
    )
    for row in connection.execute(sql, (plan, json.dumps(list(states)))).fetchall():
        change = _change(row)
        if change is not None:
            added = [_real(change.field, item, created) for item in change.add]
            for key in undone.keys(change.field, added, change.remove):
                yield undone.Value(str(row["image"]), change.field, key)


def _real(field: str, item: object, created: dict[tuple[str, str], str]) -> object:
    if isinstance(item, Ref) and item.id is None:
        return Ref(created.get((KINDS[field], item.name.casefold())), item.name)
    return item


def _add(connection: sqlite3.Connection, plan: int, by: int, state: str, values: Iterable[undone.Value]) -> None:
    sql = "INSERT OR IGNORE INTO undone (plan, image, field, item, undone_by, state) VALUES (?, ?, ?, ?, ?, ?)"
    connection.executemany(sql, [(plan, int(value.image_id), *value[1:], by, state) for value in values])
