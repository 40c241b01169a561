"""Plans how a run is taken back: only what still shows what the run wrote goes back; the rest is reported.

The plan that comes out is carried out like any other, so that an undo can itself be undone by its id.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lib.changes import KINDS, LIST_FIELDS, FieldChange, ImageChange, Ref, current, same
from lib.runs import history, plans
from lib.runs.apply import refetch
from lib.runs.database import Database
from lib.runs.new_names import NameCreator
from lib.stash import name_usage, names
from lib.stash.connection import Connection

CHUNK = 200
_FILES = "visual_files{... on BaseFile{fingerprints{type value}}}"


class UndoPlanner:
    """Plans the way back from one plan that was carried out."""

    def __init__(self, connection: Connection, store: Database, plan_id: int) -> None:
        self._connection = connection
        self._store = store
        self._plan = plan_id
        self._since: dict[tuple[str, str], int] = {}
        self._names = NameCreator(connection, store, plan_id)
        self._known: dict[str, frozenset[str]] = {}
        self._notes: list[plans.PlanNote] = []

    def plan(self, run: int) -> dict[str, int]:
        """Write the reverse changes as the plan of `run`; counts images looked at, planned, and left alone."""
        counts = {"matched": 0, "planned": 0, "left_alone": 0}
        above = 0
        while images := plans.images(self._store, self._plan, plans.MAY_BE_CHANGED, above, CHUNK):
            above = int(images[-1].image_id)
            now = refetch(self._connection, images, _FILES)
            self._notes = []
            self._since = history.written_later(self._store, self._plan, [image.image_id for image in images])
            back = [change for image in images if (change := self._reverse(image, now.get(image.image_id)))]
            plans.add(self._store, run, map(plans.PlanEntry, back), self._notes)
            counts["matched"] += len(images)
            counts["planned"] += len(back)
            counts["left_alone"] += len({note.image_id for note in self._notes})
        return counts

    def _reverse(self, image: ImageChange, shown: dict[str, Any] | None) -> ImageChange | None:
        why = _left_alone(image, shown)
        if why or shown is None:
            self._note(image, why)
            return None
        changes = []
        for change in image.changes:
            now = current(shown, change.field)
            back = self._list(change, now, image) if change.field in LIST_FIELDS else self._single(change, now, image)
            if back is not None:
                changes.append(back)
        if not changes:
            return None
        return ImageChange(image.image_id, image.path, image.md5, shown["organized"], tuple(changes))

    def _single(self, change: FieldChange, now: Any, image: ImageChange) -> FieldChange | None:
        if same(change.field, now, change.before):
            return None
        if not same(change.field, now, self._names.real(change.field, change.after)):
            self._note(image, f"{change.field} was changed since")
            return None
        if later := self._since.get((image.image_id, change.field)):
            # Its own way back leads to what somebody had written in between.
            self._note(image, f"{change.field} was written again by run {later}; undo that one first")
            return None
        if isinstance(change.before, Ref) and not self._exists(change.field, change.before):
            self._note(image, f"the studio {change.before.name} is gone")
            return None
        return FieldChange(change.field, now, change.before, change.rules)

    def _list(self, change: FieldChange, now: tuple[Any, ...], image: ImageChange) -> FieldChange | None:
        if same(change.field, now, change.before):
            return None
        add, remove = self._names.real(change.field, change.add), change.remove
        after = self._names.real(change.field, change.after)
        if change.field == "urls" and now in (after, *_halfway(change, add)):
            return FieldChange("urls", now, change.before, change.rules, change.remove, change.add)
        there = {_key(item) for item in now}
        off = tuple(item for item in _items(add) if _key(item) in there)
        on = tuple(item for item in remove if _key(item) not in there)
        gone = [item for item in on if isinstance(item, Ref) and not self._exists(change.field, item)]
        for item in gone:
            self._note(image, f"{item.name} ({change.field}) is gone")
        on = tuple(item for item in on if item not in gone)
        removed = {_key(item) for item in off}
        back = (*(item for item in now if _key(item) not in removed), *on)
        missing = len(off) + len(on) + len(gone) < len(_items(add)) + len(remove)
        # What never arrived is missing, too; then all is as before.
        if missing and not same(change.field, (*back, *gone), change.before):
            self._note(image, f"{change.field} were changed since")
        if not off and not on:
            return None
        return FieldChange(change.field, now, back, change.rules, on, off)

    def _note(self, image: ImageChange, text: str) -> None:
        self._notes.append(plans.PlanNote(image.image_id, f"{image.path}: {text}"))

    def _exists(self, field: str, ref: Ref) -> bool:
        kind = KINDS[field]
        if kind not in self._known:
            self._known[kind] = names.NameIndex(self._connection, [kind]).ids(kind)
        return ref.id in self._known[kind]


def grew_since(store: Database, plan_id: int, looked_at: int) -> bool:
    """Whether a plan has changed more images than an undo of it, planned before, looked at."""
    return plans.many(store, plan_id, plans.MAY_BE_CHANGED) > looked_at


def delete_created_names(connection: Connection, store: Database, plan_id: int) -> list[str]:
    """Delete the tags, performers and studios that a plan made, if nobody edited or uses them; returns their names.

    Those of runs that were undone before go as well: a run that used them may have been the last.
    """
    taken = []
    for kind, made in _made(store, plan_id):
        unused = name_usage.unused(connection, kind, list(made))
        if unused:
            name_usage.destroy(connection, kind, unused)
            with store.write() as writer:
                sql = "UPDATE names SET state = 'taken back', id = NULL WHERE state = 'made' AND kind = ? AND id = ?"
                writer.executemany(sql, [(kind, id_) for id_ in unused])
            taken += [made[id_] for id_ in unused]
    return taken


def _made(store: Database, plan_id: int) -> Iterator[tuple[str, dict[str, str]]]:
    undone = "SELECT plan FROM runs WHERE status = 'undone'"
    sql = f"SELECT kind, id, name FROM names WHERE state = 'made' AND (plan = ? OR plan IN ({undone}))"  # noqa: S608 - fixed
    rows = store.read(sql, (plan_id,))
    for kind in dict.fromkeys(row["kind"] for row in rows):
        yield kind, {row["id"]: row["name"] for row in rows if row["kind"] == kind}


def _left_alone(image: ImageChange, shown: dict[str, Any] | None) -> str:
    if shown is None:
        return "the image is gone"
    if image.md5 and image.md5 not in _md5s(shown):
        return "this id is another picture now"
    wrote = next((change.after for change in image.changes if change.field == "organized"), image.organized)
    return "it was organized since" if shown["organized"] and not wrote else ""


def _md5s(shown: dict[str, Any]) -> set[str]:
    prints = (print_ for file in shown["visual_files"] for print_ in file["fingerprints"])
    return {print_["value"] for print_ in prints if print_["type"] == "md5"}


def _halfway(change: FieldChange, add: Any) -> tuple[tuple[Any, ...], ...]:
    """The URLs where only one of two requests came to be done: all there are, or none of either."""
    added = (*change.before, *(url for url in add if url not in change.before))
    taken = tuple(url for url in change.before if url not in change.remove)
    return added, taken


def _key(item: Any) -> Any:
    return item.id if isinstance(item, Ref) else item


def _items(value: Any) -> tuple[Any, ...]:
    return tuple(value)
