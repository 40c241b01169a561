"""Resolvers that many objects share: columns of their rows, and objects joined to them.

Each takes (request, rows, arguments) and answers one value for each row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from tests.fake_stash.filters.trees import Tree
from tests.fake_stash.language.errors import ServerError
from tests.fake_stash.language.numbers import atoi
from tests.fake_stash.store.clock import NEVER
from tests.fake_stash.store.connection import Database, Row, id_list
from tests.fake_stash.store.dates import shown_date
from tests.fake_stash.store.joins import IdJoin, ValueJoin
from tests.fake_stash.store.stash_ids import StashIds

Resolver = Callable[[Any, Sequence[Any], dict[str, Any]], list[Any]]


def column(name: str) -> Resolver:
    """The row's column, under another name than the field's."""
    return lambda _request, rows, _args: [row[name] for row in rows]


def text(name: str) -> Resolver:
    """A text, which is never null."""
    return lambda _request, rows, _args: [row[name] or "" for row in rows]


def date(name: str) -> Resolver:
    """A date, as precise as it was given."""
    return lambda _request, rows, _args: [shown_date(row[name], row[f"{name}_precision"]) for row in rows]


def moment(name: str) -> Resolver:
    """A time; null if nobody knows it."""
    return lambda _request, rows, _args: [None if row[name] == NEVER else row[name] for row in rows]


def constant(value: Any) -> Resolver:
    """The same for every row: what the fake server has none of."""
    return lambda _request, rows, _args: [value] * len(rows)


def values(join: ValueJoin) -> Resolver:
    """The texts joined to each row."""
    return lambda request, rows, _args: join.values_of_many(request.database, [row["id"] for row in rows])


def first_value(join: ValueJoin) -> Resolver:
    """The first of them, or null."""
    many = values(join)
    return lambda request, rows, args: [each[0] if each else None for each in many(request, rows, args)]


def related(join: IdJoin, table: Table) -> Resolver:
    """The objects joined to each row."""

    def resolve(request: Any, rows: Sequence[Any], _args: dict[str, Any]) -> list[Any]:
        with request.database.reading():
            ids = join.ids_of_many(request.database, [row["id"] for row in rows])
            found = table.by_id(request.database, {each for many in ids for each in many})
        return [[found[each] for each in many] for many in ids]

    return resolve


def referred(name: str, table: Table) -> Resolver:
    """The object that the row's column names, or null."""

    def resolve(request: Any, rows: Sequence[Any], _args: dict[str, Any]) -> list[Any]:
        found = table.by_id(request.database, {row[name] for row in rows if row[name] is not None})
        return [found.get(row[name]) for row in rows]

    return resolve


def counted(table: str, owner: str, counted_column: str = "*") -> Resolver:
    """How many rows of a table belong to each row."""
    sql = (
        f"SELECT {owner}, COUNT({counted_column}) FROM {table}"
        f" WHERE {owner} IN (SELECT value FROM json_each(?)) GROUP BY {owner}"
    )

    def resolve(request: Any, rows: Sequence[Any], _args: dict[str, Any]) -> list[Any]:
        counts = dict(request.database.rows(sql, [id_list(row["id"] for row in rows)]))
        return [counts.get(row["id"], 0) for row in rows]

    return resolve


def counted_in_tree(table: str, owner: str, member: str, tree: Tree) -> Resolver:
    """How many different members each row has; with a depth, also those of the objects below it."""
    direct = counted(table, owner, f"DISTINCT {member}")

    def resolve(request: Any, rows: Sequence[Any], args: dict[str, Any]) -> list[Any]:
        depth = args.get("depth")
        if not depth:
            return direct(request, rows, args)
        database = request.database
        sql = f"SELECT COUNT(DISTINCT {member}) FROM {table} WHERE {owner} IN (SELECT column2 FROM ({{}}))"
        return [database.value(sql.format(tree.values(database.value, [str(row["id"])], depth))) for row in rows]

    return resolve


def stash_ids(join: StashIds) -> Resolver:
    """The object's ids on other servers' lists."""
    return lambda request, rows, _args: join.of_many(request.database, [row["id"] for row in rows])


def picture_path(kind: str) -> Resolver:
    """Where the object's picture is served; the server marks its placeholder."""

    def resolve(request: Any, rows: Sequence[Any], _args: dict[str, Any]) -> list[Any]:
        return [
            f"{request.base_url}/{kind}/{row['id']}/image?t={unix_time(row['updated_at'])}"
            + ("" if row["image_blob"] else "&default=true")
            for row in rows
        ]

    return resolve


def unix_time(stored: str) -> int:
    """The seconds of a stored time."""
    return int(datetime.fromisoformat(stored.replace("Z", "+00:00")).timestamp())


class Table:
    """A kind of object, found by id: `select` gives its rows, `name` is what messages call it."""

    def __init__(self, name: str, table: str, select: str = "", missing: str = "{name} with id {id} not found") -> None:
        self.name = name
        self.table = table
        self.select = select or f"SELECT {table}.* FROM {table}"
        self._missing = missing

    def by_id(self, database: Database, ids: Iterable[int]) -> dict[int, Row]:
        """The objects of these ids, as far as they exist."""
        sql = f"{self.select} WHERE {self.table}.id IN (SELECT value FROM json_each(?))"
        return {row["id"]: row for row in database.rows(sql, [id_list(ids)])}

    def find(self, database: Database, object_id: int) -> Row | None:
        """The object, or None."""
        return self.by_id(database, [object_id]).get(object_id)

    def existing(self, database: Database, object_id: int) -> Row:
        """The object; a ServerError if there is none."""
        found = self.find(database, object_id)
        if found is None:
            raise self._no(object_id)
        return found

    def many(self, database: Database, ids: Sequence[int]) -> list[Row]:
        """The objects in the order of their ids; a ServerError where one is missing or named twice."""
        found = self.by_id(database, ids)
        seen: set[int] = set()
        for each in ids:
            if each not in found or each in seen:
                raise self._no(each)
            seen.add(each)
        return [found[each] for each in ids]

    def _no(self, object_id: int) -> ServerError:
        return ServerError(self._missing.format(name=self.name, id=object_id))


def ids(texts: Iterable[str] | None, context: str = "") -> list[int]:
    """Texts as ids; a ServerError that begins with `context` where one is no number."""
    return [atoi(each, context) for each in texts or ()]


GALLERY_SELECT = """SELECT galleries.*, galleries_files.file_id AS primary_file_id, files.basename AS basename,
 files_fingerprints.fingerprint AS checksum,
 folders.path AS folder_path, file_folders.path AS file_folder_path
 FROM galleries
 LEFT JOIN galleries_files ON galleries_files.gallery_id = galleries.id AND galleries_files."primary" = 1
 LEFT JOIN files ON files.id = galleries_files.file_id
 LEFT JOIN files_fingerprints ON files_fingerprints.file_id = files.id AND files_fingerprints.type = 'md5'
 LEFT JOIN folders AS file_folders ON file_folders.id = files.parent_folder_id
 LEFT JOIN folders ON folders.id = galleries.folder_id"""

TAGS = Table("tag", "tags")
STUDIOS = Table("studio", "studios")
PERFORMERS = Table("performer", "performers")
GALLERIES = Table("gallery", "galleries", GALLERY_SELECT)
