"""A plan: what is to change, image by image, and how far it is carried out. Kept in the store, never in a list.

An image of a plan is `planned`, `left_out` by the user, `sent` (journalled, its request under way), and then
`changed`, `failed`, or `skipped` where somebody changed it since. One that failed after a part of it was done is kept
as `partly`, so that undo knows of it, and shown as failed. What a rule on preview would do, by itself, stands beside it
and is never carried out; an image with nothing else is `preview`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from lib.changes import FieldChange, ImageChange
from lib.errors import DataError
from lib.runs.database import Database

STATES = ("planned", "preview", "left_out", "sent", "changed", "skipped", "failed")
"""As they are shown."""
PARTLY = "partly"
_SHOWN = {PARTLY: "failed"}
MAY_BE_CHANGED = ("changed", "sent", PARTLY)
PAGE = 50
_ROOM = 2_000_000
"""Characters of changes that are held at once."""
_FEW = 20


class PlanNote(NamedTuple):
    """Something remarked while planning, about an image or about the run."""

    image_id: str | None
    text: str


@dataclass(frozen=True)
class PlanEntry:
    """An image of a plan: what is to change, and what each rule on preview would change by itself."""

    image: ImageChange
    previewed: Mapping[str, Sequence[FieldChange]] = field(default_factory=dict)


def add(store: Database, plan: int, entries: Iterable[PlanEntry], notes: Iterable[PlanNote] = ()) -> None:
    """Write images with their changes, and notes, in one transaction."""
    rows, changes = [], []
    for entry in entries:
        image = entry.image
        state = "planned" if image.changes else "preview"
        rows.append((plan, int(image.image_id), image.path, image.md5, image.organized, state))
        changes += [_row(plan, image, "", change) for change in image.changes]
        for rule, previewed in entry.previewed.items():
            changes += [_row(plan, image, rule, change) for change in previewed]
    with store.write() as connection:
        sql = "INSERT INTO images (plan, image, path, md5, organized, state) VALUES (?, ?, ?, ?, ?, ?)"
        connection.executemany(sql, rows)
        connection.executemany("INSERT INTO changes VALUES (?, ?, ?, ?, ?, ?)", changes)
        connection.executemany("INSERT INTO notes VALUES (?, ?, ?)", [(plan, *note) for note in notes])


def _row(plan: int, image: ImageChange, previewed: str, change: FieldChange) -> tuple[Any, ...]:
    return plan, int(image.image_id), change.field, previewed, json.dumps(change.rules), change.stored()


def page(
    store: Database, plan: int, number: int, rule: str | None = None, field_name: str | None = None
) -> list[dict[str, Any]]:
    """50 images of a plan by id, page 1 first: id, path, state, reason, changes; those that a rule or a field is in."""
    if number < 1:
        raise DataError(f"page: {number} is not allowed; pages begin with 1.")
    where, values = _having(rule, field_name)
    rows = store.read(
        f"SELECT * FROM images WHERE plan = ?{where} ORDER BY image LIMIT ? OFFSET ?",  # noqa: S608 - fixed text
        (plan, *values, PAGE, (number - 1) * PAGE),
    )
    return _shown(store, plan, rows)


def after(store: Database, plan: int, above: int, limit: int) -> list[dict[str, Any]]:
    """The next images of a plan with an id above `above`, as `page` shows them."""
    sql = "SELECT * FROM images WHERE plan = ? AND image > ? ORDER BY image LIMIT ?"
    return _shown(store, plan, store.read(sql, (plan, above, limit)))


def matching(store: Database, plan: int, rule: str | None = None, field_name: str | None = None) -> int:
    """How many images all pages of `page` have together."""
    where, values = _having(rule, field_name)
    sql = f"SELECT COUNT(*) AS count FROM images WHERE plan = ?{where}"  # noqa: S608 - fixed text
    return int(store.read(sql, (plan, *values))[0]["count"])


def fields(store: Database, plan: int) -> dict[str, int]:
    """For how many images each field would change, or changed."""
    sql = "SELECT field, COUNT(DISTINCT image) AS images FROM changes WHERE plan = ? GROUP BY field"
    return {row["field"]: row["images"] for row in store.read(sql, (plan,))}


def _shown(store: Database, plan: int, rows: Sequence[Any]) -> list[dict[str, Any]]:
    changes = _changes(store, plan, [row["image"] for row in rows])
    return [
        {
            "id": str(row["image"]),
            "path": row["path"],
            "state": _SHOWN.get(row["state"], row["state"]),
            "reason": row["reason"],
            "changes": [change.to_json() | {"preview": bool(by)} for by, change in changes[row["image"]]],
        }
        for row in rows
    ]


def _having(rule: str | None, field_name: str | None) -> tuple[str, list[str]]:
    tests, values = [], []
    if rule is not None:
        tests.append("EXISTS (SELECT 1 FROM json_each(changes.rules) WHERE json_each.value = ?)")
        values.append(rule)
    if field_name is not None:
        tests.append("changes.field = ?")
        values.append(field_name)
    if not tests:
        return "", []
    same = "changes.plan = images.plan AND changes.image = images.image"
    return f" AND EXISTS (SELECT 1 FROM changes WHERE {same} AND {' AND '.join(tests)})", values  # noqa: S608 - fixed


def _changes(store: Database, plan: int, images: Sequence[int]) -> dict[int, list[tuple[str, FieldChange]]]:
    """Per image its changes, each with the rule on preview that it belongs to, or nothing."""
    found: dict[int, list[tuple[str, FieldChange]]] = {image: [] for image in images}
    if images:
        sql = (
            "SELECT plan, image, previewed, field, rules, change FROM changes WHERE plan = ? AND image BETWEEN ? AND ? "
            "ORDER BY image, previewed, field"
        )
        for row in store.read(sql, (plan, min(images), max(images))):
            if row["image"] in found:
                found[row["image"]].append((row["previewed"], _restored(store, row)))
    return found


def _restored(store: Database, row: Any) -> FieldChange:
    try:
        return FieldChange.restored(row["field"], tuple(json.loads(row["rules"])), row["change"])
    except (ValueError, TypeError) as error:
        what = f"what run {row['plan']} changed of image {row['image']} cannot be read, and nothing more is changed"
        raise store.corrupted(what) from error


def _fitting(store: Database, plan: int, rows: Sequence[Any]) -> Sequence[Any]:
    """The first of these rows, at least one, whose changes fit into memory together: a value may have 100,000 characters."""
    sql = (
        "SELECT image, SUM(LENGTH(change)) AS size FROM changes WHERE plan = ? AND image BETWEEN ? AND ? GROUP BY image"
    )
    room, at, step = _ROOM, 0, _FEW
    while at < len(rows):  # more and more of them: to learn a length is to read the text
        some = rows[at : at + step]
        sizes = {row["image"]: row["size"] for row in store.read(sql, (plan, some[0]["image"], some[-1]["image"]))}
        for row in some:
            room -= sizes.get(row["image"], 0)
            if room < 0:
                return rows[: max(1, at)]
            at += 1
        step *= 2
    return rows


def images(store: Database, plan: int, states: Sequence[str], above: int, limit: int) -> list[ImageChange]:
    """The next images of a plan in these states with an id above `above`, with all their changes; fewer of long texts."""
    marks = ", ".join("?" * len(states))
    rows = store.read(
        f"SELECT * FROM images WHERE plan = ? AND state IN ({marks}) AND image > ? ORDER BY image LIMIT ?",  # noqa: S608 - marks
        (plan, *states, above, limit),
    )
    rows = list(_fitting(store, plan, rows))
    changes = _changes(store, plan, [row["image"] for row in rows])
    return [
        ImageChange(
            str(row["image"]),
            row["path"],
            row["md5"],
            bool(row["organized"]),
            tuple(change for by, change in changes[row["image"]] if not by),
        )
        for row in rows
    ]


def states(store: Database, plan: int, ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """The state of each of these images that the plan has, and the reason for it."""
    sql = "SELECT image, state, reason FROM images WHERE plan = ? AND image IN (SELECT value FROM json_each(?))"
    wanted = json.dumps([int(id_) for id_ in ids])
    rows = store.read(sql, (plan, wanted))
    return {str(row["image"]): (_SHOWN.get(row["state"], row["state"]), row["reason"]) for row in rows}


def set_state(store: Database, plan: int, states: Iterable[tuple[str, str, str]]) -> None:
    """Write (image id, state, reason) of images; on the disk when this returns."""
    rows = [(state, reason, plan, int(image)) for image, state, reason in states]
    with store.write() as connection:
        connection.executemany("UPDATE images SET state = ?, reason = ? WHERE plan = ? AND image = ?", rows)


def everything(store: Database, plan: int) -> Iterator[tuple[str, str, str, FieldChange]]:
    """Every change of a plan in the order of the ids: image id, path, the rule on preview or nothing, the change."""
    above = 0
    while True:
        sql = "SELECT image, path FROM images WHERE plan = ? AND image > ? ORDER BY image LIMIT 500"
        rows = _fitting(store, plan, store.read(sql, (plan, above)))
        if not rows:
            return
        above = rows[-1]["image"]
        changes = _changes(store, plan, [row["image"] for row in rows])
        for row in rows:
            for by, change in changes[row["image"]]:
                yield str(row["image"]), row["path"], by, change


def add_names(store: Database, plan: int, names: Iterable[tuple[str, str, int, bool]]) -> None:
    """Note the names that a plan would create: kind, name, for how many images, whether only a preview asks for it."""
    rows = [(plan, kind, name, count, "preview" if previewed else "planned") for kind, name, count, previewed in names]
    sql = (
        "INSERT INTO names (plan, kind, name, images, state) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (plan, kind, name) DO UPDATE SET images = excluded.images"
    )
    with store.write() as connection:
        connection.executemany(sql, rows)


def names(store: Database, plan: int) -> list[dict[str, Any]]:
    """The names that a plan creates, those for most images first."""
    sql = "SELECT kind, name, images, id, state FROM names WHERE plan = ? ORDER BY images DESC, kind, name"
    return [dict(row) for row in store.read(sql, (plan,))]


def leave_out(store: Database, plan: int, ids: Sequence[str], *, back: bool = False) -> int:
    """Take images out of a plan that is not applied yet, or `back` into it; returns how many were taken."""
    states = ("planned", "left_out") if back else ("left_out", "planned")
    with store.write() as connection:
        sql = "UPDATE images SET state = ? WHERE plan = ? AND image = ? AND state = ?"
        return sum(connection.execute(sql, (states[0], plan, int(image), states[1])).rowcount for image in ids)


def counts(store: Database, plan: int) -> dict[str, int]:
    """How many images of the plan are in each state."""
    found = dict.fromkeys(STATES, 0)
    for row in store.read("SELECT state, COUNT(*) AS count FROM images WHERE plan = ? GROUP BY state", (plan,)):
        found[_SHOWN.get(row["state"], row["state"])] += row["count"]
    return found


def many(store: Database, plan: int, states: Sequence[str]) -> int:
    """How many images of the plan are in these states."""
    marks = ", ".join("?" * len(states))
    sql = f"SELECT COUNT(*) AS count FROM images WHERE plan = ? AND state IN ({marks})"  # noqa: S608 - marks
    return int(store.read(sql, (plan, *states))[0]["count"])


def failures(store: Database, plan: int, limit: int = PAGE) -> list[dict[str, str]]:
    """The images that failed or were skipped, with the reason of each."""
    sql = "SELECT * FROM images WHERE plan = ? AND state IN ('failed', 'partly', 'skipped') ORDER BY image LIMIT ?"
    return [
        {
            "id": str(row["image"]),
            "path": row["path"],
            "state": _SHOWN.get(row["state"], row["state"]),
            "reason": row["reason"],
        }
        for row in store.read(sql, (plan, limit))
    ]


def notes(store: Database, plan: int, limit: int = PAGE) -> list[dict[str, str | None]]:
    """What was remarked while planning: image id or None, and the text."""
    rows = store.read("SELECT image, text FROM notes WHERE plan = ? LIMIT ?", (plan, limit))
    return [{"id": None if row["image"] is None else str(row["image"]), "text": row["text"]} for row in rows]
