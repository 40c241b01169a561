"""Plans how a run is undone: only what the run wrote and the server still has is reverted; the rest is noted.

The plan is applied like any other, so an undo can itself be undone by its id. The result is recorded for each value
(lib.runs.undone), so a second undo skips what the first one reverted, which the user may have edited since.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lib.changes import KINDS, LIST_FIELDS, FieldChange, ImageChange, Ref, current, same
from lib.runs import plan_names, undone
from lib.runs.apply import refetch
from lib.runs.counts import Counts
from lib.runs.database import Database
from lib.runs.history import History
from lib.runs.image_states import MAY_BE_CHANGED
from lib.runs.plan_names import PlanNames
from lib.runs.plan_notes import PlanNote
from lib.runs.plans import Plan, PlanEntry
from lib.runs.undone import GONE, KEPT, PLANNED, LaterWrite, Value, key
from lib.stash import name_usage, names
from lib.stash.connection import Connection

CHUNK = 200
_FILES = "visual_files{... on BaseFile{fingerprints{type value}}}"


class UndoPlanner:
    """Plans the reverse of one plan that was applied."""

    def __init__(self, connection: Connection, db: Database, plan_id: int) -> None:
        self._connection = connection
        self._db = db
        self._plan = Plan(db, plan_id)
        self._names = PlanNames(db, plan_id)
        self._ids: dict[str, frozenset[str]] = {}
        self._later_names: dict[int, PlanNames] = {}

    def plan(self, run: int) -> Counts:
        """Write the reverse changes as the plan of `run`; counts images that were checked, planned, and skipped."""
        history = History(self._db)
        record = history.undo_record(run)
        matched = planned = skipped = after_id = 0
        while images := self._plan.images(MAY_BE_CHANGED, after_id, CHUNK):
            after_id = int(images[-1].image_id)
            now = refetch(self._connection, images, _FILES)
            ids = [image.image_id for image in images]
            runs = history.applied_plans(min(self._plan.sequences(ids).values()))
            later = undone.later_writes(self._db, self._plan.id, runs, ids, self._later_names)
            page = _Page(self, later, undone.settled(self._db, self._plan.id, ids))
            entries = [
                PlanEntry(change) for image in images if (change := page.reverse(image, now.get(image.image_id)))
            ]
            with self._db.write() as connection:
                Plan(self._db, run).insert(connection, entries, page.notes)
                record.add(connection, page.states.items())
            matched += len(images)
            planned += len(entries)
            skipped += len({note.image_id for note in page.notes})
        return Counts(matched=matched, planned=planned, left_alone=skipped)

    def real(self, field: str, value: object) -> Any:
        """Return a planned value with the ids of names that the run created."""
        return self._names.real(field, value)

    def items(self, change: FieldChange) -> list[str]:
        """Return the items of a change as the record has them."""
        return undone.items(change, self._names)

    def exists(self, field: str, ref: Ref) -> bool:
        """Whether a tag, performer, studio or gallery still exists."""
        kind = KINDS[field]
        if kind not in self._ids:
            self._ids[kind] = names.NameIndex(self._connection, [kind]).ids(kind)
        return ref.id in self._ids[kind]


class _Page:
    """The reverse of one page of images: collects its notes, and the state of each value that the run wrote."""

    def __init__(self, planner: UndoPlanner, later: dict[Value, LaterWrite], settled: set[Value]) -> None:
        self._planner = planner
        self._later = later
        self._settled = settled
        self.notes: list[PlanNote] = []
        self.states: dict[Value, str] = {}

    def reverse(self, image: ImageChange, server_image: dict[str, Any] | None) -> ImageChange | None:
        """Return the reverse changes of an image; None if nothing of it can be reverted."""
        todo = [(change, items) for change in image.changes if (items := self._open_items(image, change))]
        if not todo:
            return None
        if server_image is None:
            self._keep(image, todo, "the image no longer exists")
            return None
        if (reason := _skip_reason(image, server_image)) is not None:
            self._keep(image, todo, reason)
            return None
        changes = []
        for change, items in todo:
            now = current(server_image, change.field)
            reverse = self._list if change.field in LIST_FIELDS else self._single
            if (back := reverse(change, now, image, items)) is not None:
                changes.append(back)
        if not changes:
            return None
        return ImageChange(image.image_id, image.path, image.md5, server_image["organized"], tuple(changes))

    def _keep(self, image: ImageChange, todo: list[tuple[FieldChange, list[Value]]], reason: str) -> None:
        self._note(image, reason)
        self.states |= {item: KEPT for _, items in todo for item in items}

    def _open_items(self, image: ImageChange, change: FieldChange) -> list[Value]:
        values = [Value(image.image_id, change.field, item) for item in self._planner.items(change)]
        return [value for value in values if value not in self._settled]

    def _single(self, change: FieldChange, now: Any, image: ImageChange, items: list[Value]) -> FieldChange | None:
        reason = self._kept_reason(change, now, items[0])
        if reason is not None:
            self._note(image, reason)
            self.states[items[0]] = KEPT
            return None
        if same(change.field, now, change.before):
            self.states[items[0]] = GONE
            return None
        self.states[items[0]] = PLANNED
        return FieldChange(change.field, now, change.before, change.rules)

    def _kept_reason(self, change: FieldChange, now: Any, value: Value) -> str | None:
        """Return why a single value isn't reverted; None if it is, or needn't be."""
        if later := self._later.get(value):
            # The undo of that run restores what another user wrote in between.
            return f"{change.field} was {_written_again(later)}"
        if same(change.field, now, change.before):
            return None
        if not same(change.field, now, self._planner.real(change.field, change.after)):
            return f"{change.field} was changed since"
        if isinstance(change.before, Ref) and not self._planner.exists(change.field, change.before):
            return f"the studio {change.before.name} no longer exists"
        return None

    def _list(
        self, change: FieldChange, now: tuple[Any, ...], image: ImageChange, items: list[Value]
    ) -> FieldChange | None:
        added = self._planner.real(change.field, change.add)
        pending = {value.item: value for value in items}
        blocked = {item: self._later[value] for item, value in pending.items() if value in self._later}
        if blocked:
            self._note(image, f"{change.field} were {_written_again(max(blocked.values()))}")
            self.states |= {pending[item]: KEPT for item in blocked}
        is_whole = change.field == "urls" and not blocked and len(pending) == len(self._planner.items(change))
        if is_whole and now != change.before and now in (change.after, *_halfway(change, added)):
            self.states |= dict.fromkeys(items, PLANNED)
            return FieldChange("urls", now, change.before, change.rules, change.remove, change.add)
        return self._items_back(change, now, image, {item: pending[item] for item in pending.keys() - blocked.keys()})

    def _items_back(
        self, change: FieldChange, now: tuple[Any, ...], image: ImageChange, pending: dict[str, Value]
    ) -> FieldChange | None:
        added = self._planner.real(change.field, change.add)
        present = {key(item) for item in now}
        off = tuple(item for item in added if key(item) in present and key(item) in pending)
        missing = tuple(item for item in change.remove if key(item) not in present and key(item) in pending)
        deleted = [item for item in missing if isinstance(item, Ref) and not self._planner.exists(change.field, item)]
        on = tuple(item for item in missing if item not in deleted)
        for item in deleted:
            self._note(image, f"{item.name} ({change.field}) no longer exists")
        planned, skipped = {key(item) for item in (*off, *on)}, {key(item) for item in deleted}
        off_keys = {key(item) for item in off}  # an item may be renamed since
        back = (*(item for item in now if key(item) not in off_keys), *on)
        # An item that never arrived is missing, too. Then the list is as before.
        if len(planned) + len(skipped) < len(pending) and not same(change.field, (*back, *deleted), change.before):
            self._note(image, f"{change.field} were changed since")
        for id_, value in pending.items():
            self.states[value] = PLANNED if id_ in planned else KEPT if id_ in skipped else GONE
        return FieldChange(change.field, now, back, change.rules, on, off) if planned else None

    def _note(self, image: ImageChange, text: str) -> None:
        self.notes.append(PlanNote(image.image_id, f"{image.path}: {text}"))


def delete_created_names(connection: Connection, db: Database, plan_id: int) -> tuple[str, ...]:
    """Delete the tags, performers and studios that a plan created, if they are unedited and unused; returns their names.

    Those of runs that were undone before go as well: a run that used them may have been the last.
    """
    deleted: list[str] = []
    for kind, created in plan_names.created(db, [plan_id, *History(db).undone_plans()]):
        unused = name_usage.unused(connection, kind, list(created))
        if unused:
            name_usage.destroy(connection, kind, unused)
            plan_names.set_deleted(db, kind, unused)
            deleted += [created[id_] for id_ in unused]
    return tuple(deleted)


def _written_again(later: LaterWrite) -> str:
    remedy = ", and the undo of that run skipped it" if later.is_skipped else "; undo that one first"
    return f"written again by run {later.run}{remedy}"


def _skip_reason(image: ImageChange, server_image: dict[str, Any]) -> str | None:
    """Return why an image isn't reverted at all; None if it may be."""
    if image.md5 and image.md5 not in _md5s(server_image):
        return "this id is another image now"
    wrote = next((change.after for change in image.changes if change.field == "organized"), image.organized)
    return "it was organized since" if server_image["organized"] and not wrote else None


def _md5s(server_image: dict[str, Any]) -> set[str]:
    prints: Iterator[dict[str, str]] = (
        fingerprint for file in server_image["visual_files"] for fingerprint in file["fingerprints"]
    )
    return {fingerprint["value"] for fingerprint in prints if fingerprint["type"] == "md5"}


def _halfway(change: FieldChange, added: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Return the URLs after only one of the two requests: those of both, or of neither."""
    both = (*change.before, *(url for url in added if url not in change.before))
    neither = tuple(url for url in change.before if url not in change.remove)
    return both, neither
