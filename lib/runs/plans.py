"""A plan: what changes, image by image, and how far it is applied. It is kept in the database, never in memory.

Changes of rules in preview mode are listed with the others and are never applied. All SQL on images, changes and folders
is here.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from lib.changes import FieldChange, ImageChange
from lib.runs import plan_items, plan_notes
from lib.runs.counts import Counts
from lib.runs.database import Database
from lib.runs.image_states import MAY_BE_CHANGED, OPEN, STATES, image_json, public, texts
from lib.runs.plan_notes import PlanNote
from lib.runs.planned_change import ALL, Decided, PlannedChange, planned_change

PAGE = 50
MAX_CHARS = 2_000_000
"""Characters of changes that are in memory at once."""
_FIRST_STEP = 20

_CHANGED_STATES = texts(MAY_BE_CHANGED)
HAS_CHANGES = f"EXISTS (SELECT 1 FROM images WHERE images.plan = runs.plan AND state IN ({_CHANGED_STATES}))"  # noqa: S608 - fixed
"""SQL: whether a run of the table `runs` changed an image, or may have."""
HAS_PLANNED = "EXISTS (SELECT 1 FROM images WHERE images.plan = runs.plan AND state = 'planned')"
"""SQL: whether its plan has images that aren't applied yet."""
CHANGED_FIELDS = (
    "SELECT 1 FROM images JOIN changes ON changes.plan = images.plan AND changes.image = images.image "  # noqa: S608 - fixed
    f"AND changes.previewed = '' AND changes.left_out IS NOT '{ALL}' WHERE images.plan = runs.plan AND images.state IN ({_CHANGED_STATES})"
)
"""SQL: the fields that a run of the table `runs` changed, to be narrowed with AND."""
FOLDERS = "SELECT id FROM folders WHERE plan = ? AND path IN (SELECT value FROM json_each(?))"
FOLDER_PATH = "(SELECT path FROM folders WHERE id = folder)"
FOLDER_OF_IMAGE = "images ON images.plan = ? AND images.image = of_images.image"
"""SQL: to be joined to `of_images`, whose images it gives a folder."""
_OF_IMAGE = "SELECT 1 FROM changes WHERE changes.plan = images.plan AND changes.image = images.image"
_IMAGES = "SELECT images.*, folders.path || images.name AS path FROM images JOIN folders ON folders.id = images.folder"


@dataclass(frozen=True)
class PlanEntry:
    """An image of a plan: what changes, and what each rule in preview mode would change on its side."""

    image: ImageChange
    previewed: Mapping[str, Sequence[FieldChange]] = field(default_factory=dict)
    edited: frozenset[str] = frozenset()
    """The fields that were edited by hand."""


class Applied(NamedTuple):
    """A change that was sent, or may have been, and when: a later one has a larger sequence."""

    plan: int
    image_id: str
    sequence: int
    change: FieldChange


class Plan:
    """One plan by its id, which is that of the run that made it."""

    def __init__(self, db: Database, plan_id: int) -> None:
        self._db = db
        self.id = plan_id

    def add(self, entries: Iterable[PlanEntry], notes: Iterable[PlanNote] = ()) -> None:
        """Write images with their changes, and notes, in one transaction."""
        entries = list(entries)  # before the transaction: a planner may ask the server while it yields them
        with self._db.write() as connection:
            self.insert(connection, entries, notes)

    def insert(
        self, connection: sqlite3.Connection, entries: Iterable[PlanEntry], notes: Iterable[PlanNote] = ()
    ) -> None:
        """Write images with their changes, and notes, in a transaction of the caller's."""
        images, changes, items = [], [], []
        for entry in entries:
            image, id_ = entry.image, int(entry.image.image_id)
            images.append((image, *plan_items.split_path(image.path)))
            for rule, planned in (("", image.changes), *entry.previewed.items()):
                for change in planned:
                    rules = json.dumps(change.rules)
                    edited = not rule and change.field in entry.edited
                    changes.append((self.id, id_, change.field, rule, rules, change.stored(), edited))
                    items += [(item, id_) for item in plan_items.items_of(change, rule)]
        folders = self._folder_ids(connection, {folder for _, folder, _ in images})
        rows = [
            (self.id, int(image.image_id), folders[folder], name, image.md5, image.organized, _state(image))
            for image, folder, name in images
        ]
        sql = "INSERT INTO images (plan, image, folder, name, md5, organized, state) VALUES (?, ?, ?, ?, ?, ?, ?)"
        connection.executemany(sql, rows)
        sql = "INSERT INTO changes (plan, image, field, previewed, rules, change, edited) VALUES (?, ?, ?, ?, ?, ?, ?)"
        connection.executemany(sql, changes)
        plan_items.insert(connection, self.id, items)
        plan_notes.insert(connection, self.id, notes)

    def _folder_ids(self, connection: sqlite3.Connection, folders: Iterable[str]) -> dict[str, int]:
        rows = [(self.id, folder) for folder in sorted(folders)]
        connection.executemany("INSERT OR IGNORE INTO folders (plan, path) VALUES (?, ?)", rows)
        sql = "SELECT id FROM folders WHERE plan = ? AND path = ?"
        return {row[1]: connection.execute(sql, row).fetchone()["id"] for row in rows}

    def remove(self, connection: sqlite3.Connection, ids: str) -> list[Decided]:
        """Remove images, whose ids are JSON, in a transaction. Returns their changes that were excluded or edited."""
        fitting = "plan = ? AND image IN (SELECT value FROM json_each(?))"
        decided = "FROM changes JOIN images USING (plan, image) WHERE (edited OR left_out IS NOT NULL)"
        rows = connection.execute(f"SELECT * {decided} AND {fitting}", (self.id, ids)).fetchall()
        for table in ("changes", "images"):
            connection.execute(f"DELETE FROM {table} WHERE {fitting}", (self.id, ids))  # noqa: S608 - fixed
        return [Decided(row["image"], row["state"] == "left_out", planned_change(self._db, row)) for row in rows]

    def fields(self) -> dict[str, int]:
        """Count for each field the images in which it is written."""
        return plan_items.count_by(self._db.read, self.id, "field", written=True)

    def images(self, states: Sequence[str], after_id: int, limit: int) -> list[ImageChange]:
        """Return the next images in these states with all that is written; fewer where the texts are long."""
        where = f"AND state IN ({texts(states)}) AND image > ? ORDER BY image LIMIT ?"
        rows = self._fit_in_memory(self.rows(where, (after_id, limit)))
        changes = self.changes([row["image"] for row in rows])
        return [
            ImageChange(
                str(row["image"]),
                row["path"],
                row["md5"],
                bool(row["organized"]),
                tuple(each.written for each in changes[row["image"]] if each.written and not each.previewed),
            )
            for row in rows
        ]

    def iter_changes(self) -> Iterator[tuple[str, str, str, FieldChange]]:
        """Yield what is written by image id: image id, path, its rule in preview mode or nothing, the change."""
        for batch in self._batches("", ()):
            for row, changes in batch:
                for each in changes:
                    if each.written:
                        yield str(row["image"]), row["path"], each.previewed, each.written

    def states(self, ids: Sequence[str]) -> dict[str, tuple[str, str]]:
        """Return state and reason of those of these images that the plan has."""
        sql = "SELECT image, state, reason FROM images WHERE plan = ? AND image IN (SELECT value FROM json_each(?))"
        rows = self._db.read(sql, (self.id, _numbers(ids)))
        return {str(row["image"]): (public(row["state"]), row["reason"]) for row in rows}

    def set_states(self, connection: sqlite3.Connection, states: Iterable[tuple[str, str, str]], sequence: int) -> None:
        """Write (image id, state, reason) of images; `sequence` of those that are sent now."""
        rows = [(state, reason, state, sequence, self.id, int(image)) for image, state, reason in states]
        sql = (
            "UPDATE images SET state = ?, reason = ?, sequence = CASE ? WHEN 'sent' THEN ? ELSE sequence END "
            "WHERE plan = ? AND image = ?"
        )
        connection.executemany(sql, rows)

    def count_states(self) -> dict[str, int]:
        """Count the images in each state."""
        counts = dict.fromkeys(STATES, 0)
        sql = "SELECT state, COUNT(*) AS count FROM images WHERE plan = ? GROUP BY state"
        for row in self._db.read(sql, (self.id,)):
            counts[public(row["state"])] += row["count"]
        return counts

    def outcome_counts(self, counts: Counts) -> Counts:
        """Return counts with the images that are changed, skipped, failed, left out, and `in_doubt` if any were sent."""
        states = self.count_states()
        outcome = {name: states[name] for name in ("changed", "skipped", "failed", "left_out")}
        return counts.updated(**outcome, in_doubt=states["sent"] or None)

    def failures(self, limit: int = PAGE) -> list[dict[str, str]]:
        """Return the images that failed or were skipped, with the reason of each."""
        sql = f"{_IMAGES} WHERE images.plan = ? AND state IN ('failed', 'partly', 'skipped') ORDER BY image LIMIT ?"
        return [image_json(row) for row in self._db.read(sql, (self.id, limit))]

    def notes(self, limit: int = PAGE) -> list[dict[str, str | None]]:
        """Return what was noted while planning: image id or None, and the text."""
        return plan_notes.as_json(self._db, self.id, limit)

    def image_ids(self) -> list[int]:
        """Return the ids of all images."""
        return [row["image"] for row in self._db.read("SELECT image FROM images WHERE plan = ?", (self.id,))]

    def decided_ids(self) -> list[int]:
        """Return the ids of the images of which a change was excluded or edited."""
        sql = "SELECT DISTINCT image FROM changes WHERE plan = ? AND (edited OR left_out IS NOT NULL)"
        return [row["image"] for row in self._db.read(sql, (self.id,))]

    def sequences(self, ids: Sequence[str]) -> dict[str, int]:
        """Return when each of these images was sent."""
        sql = "SELECT image, sequence FROM images WHERE plan = ? AND image IN (SELECT value FROM json_each(?))"
        return {str(row["image"]): row["sequence"] for row in self._db.read(sql, (self.id, _numbers(ids)))}

    def rows(self, where: str, values: Sequence[Any]) -> list[sqlite3.Row]:
        """Return rows of images, with their paths, that fit the SQL behind the plan's own condition."""
        return self._db.read(f"{_IMAGES} WHERE images.plan = ? {where}", (self.id, *values))

    def count(self, where: str, values: Sequence[Any]) -> int:
        """Count the images that fit the SQL behind the plan's own condition."""
        sql = f"SELECT COUNT(*) AS count FROM images WHERE images.plan = ? {where}"  # noqa: S608 - fixed text
        return int(self._db.read(sql, (self.id, *values))[0]["count"])

    def changes(self, images: Sequence[int]) -> dict[int, list[PlannedChange]]:
        """Return all changes of each image, those of rules in preview mode and excluded ones among them."""
        changes: dict[int, list[PlannedChange]] = {image: [] for image in images}
        if images:
            sql = "SELECT * FROM changes WHERE plan = ? AND image BETWEEN ? AND ? ORDER BY image, previewed, field"
            for row in self._db.read(sql, (self.id, min(images), max(images))):
                if row["image"] in changes:
                    changes[row["image"]].append(planned_change(self._db, row))
        return changes

    def open_batches(self, where: str, values: Sequence[Any]) -> Iterator[list[tuple[Any, list[PlannedChange]]]]:
        """Yield the rows of images that aren't applied yet and fit the SQL, with their changes, as many as fit in memory."""
        yield from self._batches(f"{where} AND images.state IN ({texts(OPEN)})", values)

    def _batches(self, where: str, values: Sequence[Any]) -> Iterator[list[tuple[Any, list[PlannedChange]]]]:
        after_id = 0
        where += " AND images.image > ? ORDER BY images.image LIMIT 500"
        while rows := self._fit_in_memory(self.rows(where, (*values, after_id))):
            after_id = rows[-1]["image"]
            changes = self.changes([row["image"] for row in rows])
            yield [(row, changes[row["image"]]) for row in rows]

    def replace(self, connection: sqlite3.Connection, changes: Sequence[tuple[int, PlannedChange]]) -> None:
        """Save changes of images; an image of which nothing is written is excluded."""
        sql = "UPDATE changes SET change = ?, edited = ?, left_out = ? WHERE plan = ? AND image = ? AND field = ? AND previewed = ''"
        rows = [
            (each.change.stored(), each.is_edited, each.left_out_text, self.id, image, each.change.field)
            for image, each in changes
        ]
        connection.executemany(sql, rows)
        self.refresh_states(connection, {image for image, _ in changes})

    def remove_changes(self, connection: sqlite3.Connection, changes: Collection[tuple[int, str]]) -> None:
        """Remove changes by image and field, and the images that have none left."""
        sql = "DELETE FROM changes WHERE plan = ? AND image = ? AND field = ? AND previewed = ''"
        connection.executemany(sql, [(self.id, *change) for change in changes])
        images = {image for image, _ in changes}
        sql = f"DELETE FROM images WHERE plan = ? AND image = ? AND NOT EXISTS ({_OF_IMAGE})"  # noqa: S608 - fixed
        connection.executemany(sql, [(self.id, image) for image in images])
        self.refresh_states(connection, images)

    def set_organized(self, connection: sqlite3.Connection, images: Mapping[str, bool]) -> None:
        """Save whether images are organized now, by id."""
        rows = [(organized, self.id, int(id_)) for id_, organized in images.items()]
        connection.executemany("UPDATE images SET organized = ? WHERE plan = ? AND image = ?", rows)

    def refresh_states(self, connection: sqlite3.Connection, images: Iterable[int]) -> None:
        """Exclude the images of which nothing is written, and include the others, of those that aren't applied yet."""
        applicable = f"EXISTS ({_OF_IMAGE} AND previewed = '')"
        written = f"EXISTS ({_OF_IMAGE} AND previewed = '' AND left_out IS NOT '{ALL}')"
        sql = (
            f"UPDATE images SET state = CASE WHEN {written} THEN 'planned' WHEN {applicable} THEN 'left_out' ELSE 'preview' END "  # noqa: S608 - fixed
            f"WHERE plan = ? AND image = ? AND state IN ({texts(OPEN)})"
        )
        connection.executemany(sql, [(self.id, image) for image in images])

    def _fit_in_memory(self, rows: Sequence[Any]) -> Sequence[Any]:
        """Return the first rows, at least one, whose changes fit into memory: a value may have 100,000 characters."""
        sql = "SELECT image, SUM(LENGTH(change)) AS size FROM changes WHERE plan = ? AND image BETWEEN ? AND ? GROUP BY image"
        budget_chars, index, step = MAX_CHARS, 0, _FIRST_STEP
        while index < len(rows):  # more and more of them: to learn a length is to read the text
            some = rows[index : index + step]
            sizes = dict(map(tuple, self._db.read(sql, (self.id, some[0]["image"], some[-1]["image"]))))
            for row in some:
                budget_chars -= sizes.get(row["image"], 0)
                if budget_chars < 0:
                    return rows[: max(1, index)]
                index += 1
            step *= 2
        return rows


def applied_changes(db: Database, plan_id: int, plans: Iterable[int], ids: Sequence[str]) -> list[Applied]:
    """Return what these plans changed, or may have, in these images after the plan `plan_id` was applied to them."""
    sql = f"""SELECT images.*, changes.* FROM images AS target CROSS JOIN images ON images.image = target.image
        AND images.plan IN (SELECT value FROM json_each(?)) AND images.sequence > target.sequence
        AND images.state IN ({_CHANGED_STATES}) CROSS JOIN changes ON (changes.plan, changes.image) = (images.plan, images.image)
      WHERE changes.previewed = '' AND target.plan = ? AND target.image IN (SELECT value FROM json_each(?))"""  # noqa: S608 - fixed
    rows = db.read(sql, (json.dumps(list(plans)), plan_id, _numbers(ids)))
    return [
        Applied(row["plan"], str(row["image"]), row["sequence"], change)
        for row in rows
        if (change := planned_change(db, row).written)
    ]


def _state(image: ImageChange) -> str:
    return "planned" if image.changes else "preview"


def _numbers(ids: Iterable[str]) -> str:
    return json.dumps([int(id_) for id_ in ids])
