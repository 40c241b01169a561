"""The names that a plan makes: made when the first image needs them, journalled, found again after a crash."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lib.changes import KINDS, LIST_FIELDS, REF_FIELDS, FieldChange, ImageChange, Ref
from lib.errors import TransportQueryError
from lib.runs.database import Database
from lib.stash import name_creation, names
from lib.stash.connection import Connection


class NameCreator:
    """Ids for the names of one plan that did not exist when it was made."""

    def __init__(self, connection: Connection, store: Database, plan: int) -> None:
        self._connection = connection
        self._store = store
        self._plan = plan
        rows = store.read("SELECT kind, name, id FROM names WHERE plan = ? AND id IS NOT NULL", (plan,))
        self._ids = {(row["kind"], row["name"].casefold()): str(row["id"]) for row in rows}

    def create(self, images: Iterable[ImageChange]) -> dict[str, str]:
        """Make what these images need and is not there yet; image id -> why one of its names cannot be made."""
        wanted = list(images)
        missing: dict[str, dict[str, str]] = {}
        for image in wanted:
            for kind, ref in _new(image):
                if (kind, ref.name.casefold()) not in self._ids:
                    missing.setdefault(kind, {}).setdefault(ref.name.casefold(), ref.name)
        refused: dict[tuple[str, str], str] = {}
        for kind, needed in missing.items():
            refused |= self._make(kind, list(needed.values()))
        return {
            image.image_id: refused[kind, ref.name.casefold()]
            for image in wanted
            for kind, ref in _new(image)
            if (kind, ref.name.casefold()) in refused
        }

    def id_of(self, field: str, ref: Ref) -> str:
        """The id to send for a ref of a plan."""
        return ref.id or self._ids[KINDS[field], ref.name.casefold()]

    def real(self, field: str, value: object) -> object:
        """A planned value with the ids that its new names have by now."""
        if isinstance(value, Ref):
            return Ref(value.id or self._ids.get((KINDS[field], value.name.casefold())), value.name)
        if isinstance(value, tuple) and field != "urls":
            return tuple(self.real(field, item) for item in value)
        return value

    def _make(self, kind: str, wanted: list[str]) -> dict[tuple[str, str], str]:
        # A name in the state `making` may have been made by a run that was killed before it could note the id, or by
        # somebody else since. It is used, and undo leaves it.
        doubtful = self._store.read(
            "SELECT name FROM names WHERE plan = ? AND kind = ? AND state = 'making'", (self._plan, kind)
        )
        found = self._adopt(kind, [row["name"] for row in doubtful])
        wanted = [name for name in wanted if name not in found]
        self._note(kind, wanted, "making")
        try:
            made, refused = name_creation.create(self._connection, kind, wanted) if wanted else ({}, {})
        except TransportQueryError as error:  # what it made before it failed is ours, and undo's to take back
            self._keep(kind, name_creation.created_ids(error.data, wanted), "made")
            raise
        self._keep(kind, made, "made")
        # Made by somebody else since the plan: use it, and leave it alone at undo.
        theirs = self._adopt(kind, list(refused))
        return {(kind, name.casefold()): reason for name, reason in refused.items() if name not in theirs}

    def _adopt(self, kind: str, wanted: list[str]) -> set[str]:
        if not wanted:
            return set()
        book = names.NameIndex(self._connection, [kind])
        found = {name: ref.id for name in wanted if (ref := book.find(kind, name).ref) and ref.id}
        self._keep(kind, found, "theirs")
        return set(found)

    def _note(self, kind: str, wanted: list[str], state: str) -> None:
        sql = (
            "INSERT INTO names (plan, kind, name, images, state) VALUES (?, ?, ?, 0, ?) "
            "ON CONFLICT (plan, kind, name) DO UPDATE SET state = excluded.state"
        )
        with self._store.write() as connection:
            connection.executemany(sql, [(self._plan, kind, name, state) for name in wanted])

    def _keep(self, kind: str, ids: dict[str, str], state: str) -> None:
        self._ids |= {(kind, name.casefold()): id_ for name, id_ in ids.items()}
        sql = "UPDATE names SET id = ?, state = ? WHERE plan = ? AND kind = ? AND name = ?"
        with self._store.write() as connection:
            connection.executemany(sql, [(id_, state, self._plan, kind, name) for name, id_ in ids.items()])


def _new(image: ImageChange) -> Iterator[tuple[str, Ref]]:
    for change in image.changes:
        if change.field in REF_FIELDS:
            for ref in _targets(change):
                if ref.id is None:
                    yield KINDS[change.field], ref


def _targets(change: FieldChange) -> tuple[Ref, ...]:
    if change.field in LIST_FIELDS:
        return change.add
    return (change.after,) if change.after else ()
