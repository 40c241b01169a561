"""Creates the tags, performers and studios of a plan when the first image needs them, and finds them again after a crash."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lib.changes import KINDS, LIST_FIELDS, REF_FIELDS, FieldChange, ImageChange, Ref
from lib.errors import TransportQueryError
from lib.runs.database import Database
from lib.runs.plan_names import PlanNames
from lib.stash import name_creation, names
from lib.stash.connection import Connection


class NameCreator(PlanNames):
    """The names of one plan, with those that are created on the way."""

    def __init__(self, connection: Connection, db: Database, plan_id: int) -> None:
        super().__init__(db, plan_id)
        self._connection = connection

    def create(self, images: Iterable[ImageChange]) -> dict[str, str]:
        """Create what these images need and doesn't exist; image id -> why one of its names can't be created."""
        pending = list(images)
        missing: dict[str, dict[str, str]] = {}
        for image in pending:
            for kind, ref in _new(image):
                if not self.has_id(kind, ref.name):
                    missing.setdefault(kind, {}).setdefault(ref.name.casefold(), ref.name)
        refused: dict[tuple[str, str], str] = {}
        for kind, needed in missing.items():
            refused |= self._create(kind, list(needed.values()))
        return {
            image.image_id: refused[kind, ref.name.casefold()]
            for image in pending
            for kind, ref in _new(image)
            if (kind, ref.name.casefold()) in refused
        }

    def _create(self, kind: str, missing: list[str]) -> dict[tuple[str, str], str]:
        # An unconfirmed name may have been created by a run that was killed before it could save the id, or by another
        # user since. It is used, and undo keeps it.
        adopted = self._adopt(kind, self.unconfirmed(kind))
        missing = [name for name in missing if name not in adopted]
        self.set_creating(kind, missing)
        try:
            created, refused = name_creation.create(self._connection, kind, missing) if missing else ({}, {})
        except TransportQueryError as error:  # what it created before it failed is ours, and undo deletes it
            self.set_created(kind, name_creation.created_ids(error.data, missing))
            raise
        self.set_created(kind, created)
        # Created by another user since the plan: it is used, and undo keeps it.
        adopted = self._adopt(kind, list(refused))
        return {(kind, name.casefold()): reason for name, reason in refused.items() if name not in adopted}

    def _adopt(self, kind: str, missing: list[str]) -> set[str]:
        if not missing:
            return set()
        index = names.NameIndex(self._connection, [kind])
        ids = {name: ref.id for name in missing if (ref := index.find(kind, name).ref) and ref.id}
        self.set_created(kind, ids, adopted=True)
        return set(ids)


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
