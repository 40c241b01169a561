"""Mutations that objects with names share: create, update, bulk update, destroy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.fake_stash.language.errors import ServerError
from tests.fake_stash.language.execute import Call
from tests.fake_stash.language.numbers import atoi
from tests.fake_stash.objects import hook_inputs, inputs
from tests.fake_stash.objects.fields import Table, ids
from tests.fake_stash.store.clock import now
from tests.fake_stash.store.connection import Database, Row
from tests.fake_stash.store.images import Changes, update_row
from tests.fake_stash.store.joins import ValueJoin

Check = Callable[[Database, "Row | None", Changes], None]


@dataclass(frozen=True)
class Named:
    """A kind of object. `check` gets the object as it was, None for a new one, and refuses changes with an error.

    `empty_row` is what a new row's columns hold if nothing was given for them, where errors show it.
    `missing` is what a bulk update says of an id that there is not, if that is not what all others say.
    `create_input` and `update_input` are the types of inputs that hooks get whole; without, they get what was given.
    """

    table: Table
    hook: str
    create_readers: inputs.Readers
    update_readers: inputs.Readers
    bulk_readers: inputs.Readers
    check: Check
    create_input: str = ""
    update_input: str = ""
    missing: str = ""
    empty_row: dict[str, Any] = field(default_factory=dict)

    def create(self, call: Call) -> Row | None:
        """Make a new object."""
        given = call.args["input"]
        changes = inputs.read(given, self.create_readers)
        database = call.request.database
        with database.transaction():
            self.check(database, None, changes)
            object_id = self.insert(database, changes)
        call.request.hook(object_id, f"{self.hook}.Create.Post", _for_hook(self.create_input, given))
        return self.table.find(database, object_id)

    def insert(self, database: Database, changes: Changes) -> int:
        """The new object's id."""
        moment = now()
        given = {**self.empty_row, "created_at": moment, "updated_at": moment, **changes.columns}
        columns = dict(sorted(given.items()))
        names = ", ".join(f"`{name}`" for name in columns)
        sql = f"INSERT INTO `{self.table.table}` ({names}) VALUES ({', '.join('?' * len(columns))})"
        context = f"inserting into {self.table.table}: executing"
        object_id = database.execute(sql, list(columns.values()), context)
        for join, change in changes.lists.items():
            join.apply(database, object_id, change)
        return object_id

    def update(self, call: Call) -> Row | None:
        """Change one object."""
        given = call.args["input"]
        object_id = atoi(given["id"], "converting id: ")
        changes = inputs.read(given, self.update_readers)
        database = call.request.database
        with database.transaction():
            self.change(database, object_id, changes)
        call.request.hook(object_id, f"{self.hook}.Update.Post", _for_hook(self.update_input, given), list(given))
        return self.table.find(database, object_id)

    def bulk_update(self, call: Call) -> list[Row | None] | None:
        """Change several objects in the same way, all or none."""
        given = call.args["input"]
        object_ids = ids(given.get("ids"), "converting ids: ")
        changes = inputs.read(given, self.bulk_readers)
        database = call.request.database
        with database.transaction():
            for object_id in object_ids:
                if self.missing and self.table.find(database, object_id) is None:
                    raise ServerError(self.missing)
                self.change(database, object_id, changes)
        shown = hook_inputs.given_only(given)
        found = []
        for object_id in object_ids:
            call.request.hook(object_id, f"{self.hook}.Update.Post", shown, list(given))
            found.append(self.table.find(database, object_id))
        return found or None

    def change(self, database: Database, object_id: int, changes: Changes) -> None:
        """Change one object, as one step of the transaction at hand."""
        self.check(database, self.table.existing(database, object_id), changes)
        update_row(database, self.table.table, object_id, changes.columns)
        for join, change in changes.lists.items():
            join.apply(database, object_id, change)

    def destroy(self, call: Call) -> bool:
        """Remove one object."""
        given = call.args["input"]
        self._remove(call, [atoi(given["id"], "converting id: ")], given)
        return True

    def destroy_many(self, call: Call) -> bool:
        """Remove several objects, all or none."""
        self._remove(call, ids(call.args["ids"], "converting ids: "), call.args["ids"])
        return True

    def _remove(self, call: Call, object_ids: list[int], given: Any) -> None:
        database, table = call.request.database, self.table.table
        with database.transaction():
            for object_id in object_ids:
                refuse_missing(database, self.table, [object_id])
                database.execute(f"DELETE FROM {table} WHERE id = ?", [object_id])
        for object_id in object_ids:
            call.request.hook(object_id, f"{self.hook}.Destroy.Post", given)


def _for_hook(kind: str, given: dict[str, Any]) -> dict[str, Any]:
    return hook_inputs.whole(kind, given) if kind else hook_inputs.given_only(given)


def refuse_missing(database: Database, table: Table, object_ids: list[int]) -> None:
    """A ServerError if one of the objects that shall go is not there."""
    for object_id in object_ids:
        if table.find(database, object_id) is None:
            raise ServerError(f"id {object_id} does not exist in {table.table}")


def refuse_used_names(
    database: Database, table: Table, aliases: ValueJoin, own_id: int | None, names: list[str]
) -> None:
    """A ServerError if another object has one of the names, as its name or as an alias; a LIKE decides."""
    for name in names:
        other = database.row(f"SELECT id, name FROM {table.table} WHERE name LIKE ? ORDER BY name", [name])
        if other is not None and other["id"] != own_id:
            raise ServerError(f"{table.name} with name '{name}' already exists")
        by_alias = database.row(
            f"SELECT {table.table}.id, name FROM {aliases.table}"
            f" INNER JOIN {table.table} ON {table.table}.id = {aliases.owner} WHERE alias LIKE ? ORDER BY name",
            [name],
        )
        if by_alias is not None and by_alias["id"] != own_id:
            raise ServerError(f"name '{name}' is used as alias for '{by_alias['name']}'")


def effective(database: Database, join: ValueJoin, existing: Row | None, changes: Changes) -> list[str] | None:
    """The texts after the change; None if they do not change."""
    change = changes.lists.get(join)
    if change is None:
        return None
    return [str(each) for each in change.effective(join.values(database, existing["id"]) if existing else [])]
