"""The names that rules of a plan want and Stash doesn't have, and the images that lack them.

A name is missing or ambiguous, created by the plan, or created only by rules in preview mode. One row holds a name with
the rules that want it, in any case, so that the rows of images stay short. All SQL on these tables is here.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from lib.changes import MissingName, Ref
from lib.runs.database import Database

MISSING, CREATED, PREVIEW = "missing", "created", "preview"
MAX_NAMES = 1_000
"""Names in an answer."""
SAMPLE = 9
"""Images of each name in an answer."""
MAX_NAME = 255
"""Characters that are saved of a name; Stash's own are shorter."""


class MissingOfImage(NamedTuple):
    """The names that one image lacks, each with its state, and its outcome as text."""

    image_id: str
    names: Sequence[tuple[str, MissingName]]
    outcome: str


class PlanMissing:
    """The names that the images of one plan lack."""

    def __init__(self, db: Database, plan_id: int) -> None:
        self._db = db
        self._plan = plan_id

    def insert(self, connection: sqlite3.Connection, images: Iterable[MissingOfImage]) -> None:
        """Add images with the names they lack, in a transaction of the caller's."""
        names: dict[tuple[str, ...], int] = {}
        outcomes: dict[str, int] = {}
        rows = []
        for image in images:
            if image.outcome not in outcomes:
                outcomes[image.outcome] = self._outcome_id(connection, image.outcome)
            for state, name in image.names:
                key = (name.kind, _fold(name.name), state, json.dumps(name.rules))
                if key not in names:
                    names[key] = self._name_id(connection, key, name)
                rows.append((names[key], int(image.image_id), outcomes[image.outcome]))
        connection.executemany("INSERT OR IGNORE INTO missing_images (name, image, outcome) VALUES (?, ?, ?)", rows)

    def _name_id(self, connection: sqlite3.Connection, key: tuple[str, ...], name: MissingName) -> int:
        sql = (
            "INSERT OR IGNORE INTO missing_names (plan, kind, folded, state, rules, name, candidates) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)"
        )
        connection.execute(sql, (self._plan, *key, name.name[:MAX_NAME], _dumped(name.candidates)))
        sql = "SELECT id FROM missing_names WHERE plan = ? AND (kind, folded, state, rules) = (?, ?, ?, ?)"
        return int(connection.execute(sql, (self._plan, *key)).fetchone()["id"])

    def _outcome_id(self, connection: sqlite3.Connection, outcome: str) -> int:
        connection.execute("INSERT OR IGNORE INTO outcomes (plan, outcome) VALUES (?, ?)", (self._plan, outcome))
        sql = "SELECT id FROM outcomes WHERE plan = ? AND outcome = ?"
        return int(connection.execute(sql, (self._plan, outcome)).fetchone()["id"])

    def remove(self, connection: sqlite3.Connection, ids: str) -> list[str]:
        """Remove images, whose ids are JSON, in a transaction of the caller's. Returns their outcomes."""
        of_images = (
            "FROM missing_images WHERE name IN (SELECT id FROM missing_names WHERE plan = ?) "
            "AND image IN (SELECT value FROM json_each(?))"
        )
        sql = (
            "SELECT outcomes.outcome FROM (SELECT image, MIN(outcome) AS id "  # noqa: S608 - fixed
            f"{of_images} GROUP BY image) JOIN outcomes USING (id)"
        )
        outcomes = [row["outcome"] for row in connection.execute(sql, (self._plan, ids))]
        connection.execute(f"DELETE {of_images}", (self._plan, ids))
        sql = "DELETE FROM missing_names WHERE plan = ? AND NOT EXISTS (SELECT 1 FROM missing_images WHERE name = missing_names.id)"
        connection.execute(sql, (self._plan,))
        return outcomes

    def count(self) -> int:
        """Count the names that `as_json` lists without its limit."""
        sql = "SELECT COUNT(*) AS count FROM (SELECT DISTINCT kind, folded FROM missing_names WHERE plan = ? AND state != ?)"
        return int(self._db.read(sql, (self._plan, PREVIEW))[0]["count"])

    def as_json(self, limit: int = MAX_NAMES) -> list[dict[str, Any]]:
        """Return the names, those of most images first: kind, name, images, rules, sample, nearest, candidates, created."""
        return [self._name_json(row) for row in self._names(limit)]

    def unmatched(self, limit: int = MAX_NAMES) -> list[tuple[str, str]]:
        """Return kind and name of those that `as_json` lists whose nearest names aren't saved yet."""
        return [(row["kind"], row["name"]) for row in self._names(limit) if row["nearest"] is None]

    def save_nearest(self, nearest: Iterable[tuple[str, str, Sequence[Ref]]]) -> None:
        """Save for each kind and name the names in Stash that are nearest to it."""
        rows = [(_dumped(refs), self._plan, kind, _fold(name)) for kind, name, refs in nearest]
        with self._db.write() as connection:
            sql = "UPDATE missing_names SET nearest = ? WHERE plan = ? AND kind = ? AND folded = ?"
            connection.executemany(sql, rows)

    def images(self, kind: str, name: str) -> list[int]:
        """Return the ids of the images that lack a name, or for which the plan creates it, in order."""
        sql = (
            "SELECT DISTINCT image FROM missing_images JOIN missing_names ON missing_names.id = missing_images.name "
            "WHERE plan = ? AND kind = ? AND folded = ? ORDER BY image"
        )
        return [row["image"] for row in self._db.read(sql, (self._plan, kind, _fold(name)))]

    def to_create(self) -> Iterator[tuple[str, str, int, bool]]:
        """Yield each name that the plan creates: kind, name, number of images, whether only rules in preview mode need it."""
        sql = (
            "SELECT kind, MIN(missing_names.name) AS name, COUNT(DISTINCT image) AS images, "
            "MIN(state = ?) AS previewed FROM missing_names JOIN missing_images ON missing_images.name = missing_names.id "
            "WHERE plan = ? AND state != ? GROUP BY kind, folded"
        )
        for row in self._db.read(sql, (PREVIEW, self._plan, MISSING)):
            yield row["kind"], row["name"], row["images"], bool(row["previewed"])

    def _names(self, limit: int) -> list[Any]:
        sql = (
            "SELECT kind, MIN(name) AS name, MIN(state = ?) AS created, SUM(images) AS images, MAX(candidates) AS candidates, "
            "MAX(nearest) AS nearest, json_group_array(id) AS ids, json_group_array(json(rules)) AS rules "
            "FROM (SELECT *, (SELECT COUNT(*) FROM missing_images WHERE missing_images.name = missing_names.id) AS images "
            "FROM missing_names WHERE plan = ? AND state != ?) GROUP BY kind, folded "
            "ORDER BY images DESC, kind, folded LIMIT ?"
        )
        return self._db.read(sql, (CREATED, self._plan, PREVIEW, limit))

    def _name_json(self, row: Any) -> dict[str, Any]:
        sql = "SELECT image FROM missing_images WHERE name IN (SELECT value FROM json_each(?)) ORDER BY image LIMIT ?"
        sample = [str(image["image"]) for image in self._db.read(sql, (row["ids"], SAMPLE))]
        rules = dict.fromkeys(rule for rules in json.loads(row["rules"]) for rule in rules)
        return {
            "kind": row["kind"],
            "name": row["name"],
            "images": row["images"],
            "rules": list(rules),
            "sample": sample,
            "nearest": _loaded(row["nearest"]),
            "candidates": _loaded(row["candidates"]),
            "created": bool(row["created"]),
        }


def _fold(name: str) -> str:
    return name[:MAX_NAME].strip().casefold()


def _dumped(refs: Sequence[Ref]) -> str:
    return json.dumps(refs) if refs else ""


def _loaded(text: str | None) -> list[dict[str, str]]:
    return [{"id": id_, "name": name} for id_, name in json.loads(text)] if text else []
