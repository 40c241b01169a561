"""Applies a plan batch by batch: each is read again, journalled, sent and marked, in that order.

The disk always shows what was done: an image is `sent` before its request and `changed` after its answer. `reconcile`
compares those that a killed run left in between with the server.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from lib.changes import LIST_FIELDS, SELECTIONS, FieldChange, ImageChange, current, keys, same
from lib.errors import TransportQueryError
from lib.log import Progress, logger
from lib.runs import mutations, undone
from lib.runs.database import Database
from lib.runs.history import History
from lib.runs.image_states import PARTLY
from lib.runs.mutations import MutationPart
from lib.runs.new_names import NameCreator
from lib.runs.plan_parts import Relatives
from lib.runs.plans import Plan
from lib.runs.undone import Value
from lib.stash import paging
from lib.stash.connection import Connection

MIN_BATCH, MAX_BATCH = 20, 500
SECONDS = 0.25
"""How long a batch may hold the server's one writer: a click in Stash's UI waits for it."""


class Applier:
    """Applies one plan over one connection."""

    def __init__(self, connection: Connection, db: Database, plan_id: int) -> None:
        self._connection = connection
        self._db = db
        self._plan = Plan(db, plan_id)
        self._history = History(db)
        self._sequence = self._history.sequence(plan_id)
        self._undo = self._history.undo_record(plan_id)
        self._names = NameCreator(connection, db, plan_id)
        self._relatives = Relatives(db, plan_id, self._history.relatives(plan_id))
        self._size = MIN_BATCH

    def run(self, progress: Progress) -> None:
        """Apply everything that is still planned. Raises on an error of the connection; what was done stays done."""
        for done, total, _ in self.batches():
            progress(done, total)

    def batches(self) -> Iterator[tuple[int, int, list[ImageChange]]]:
        """Apply as `run` does; yield after each batch how many images are done, of how many, and the batch."""
        self.reconcile()
        total = self._plan.count_states()["planned"]
        done = after_id = 0
        while batch := self._plan.images(["planned"], after_id, self._size):
            after_id = int(batch[-1].image_id)
            self._batch(batch)
            done += len(batch)
            yield done, total, batch

    def reconcile(self) -> None:
        """Settle the images whose request was sent without an answer, by the server's values."""
        while unconfirmed := self._plan.images(["sent"], 0, MAX_BATCH):
            now = refetch(self._connection, unconfirmed)
            states = {image.image_id: self._result(image, now.get(image.image_id)) for image in unconfirmed}
            self._mark(unconfirmed, states, written_later=self._written_later(unconfirmed))

    def _written_later(self, images: Iterable[ImageChange]) -> Collection[Value]:
        """Return the values of an undo that a later run wrote: its undo brings back what was there before."""
        if not self._undo.is_undo:
            return ()
        ids = [image.image_id for image in images]
        runs = self._history.applied_plans(min(self._plan.sequences(ids).values()))
        return undone.later_writes(self._db, self._plan.id, runs, ids, {}).keys()

    def _result(self, image: ImageChange, server_image: dict[str, Any] | None) -> tuple[str, str]:
        """Return the state of an unconfirmed image, and why. Undo checks each value of one that failed."""
        if server_image is None:
            return "failed", "deleted since it was sent"
        if _is_as_before(image, server_image):
            return "planned", ""
        lacking = [change.field for change in image.changes if not self._has_arrived(change, server_image)]
        if not lacking:
            return "changed", ""
        return PARTLY, f"{', '.join(lacking)} did not arrive, or were changed since"

    def _has_arrived(self, change: FieldChange, server_image: dict[str, Any]) -> bool:
        """Whether the server has what was sent; of a list, what was added and removed: other users may have added too."""
        now = current(server_image, change.field)
        if change.field not in LIST_FIELDS:
            return same(change.field, now, self._names.real(change.field, change.after))
        present = keys(now)
        return keys(self._names.real(change.field, change.add)) <= present and not keys(change.remove) & present

    def _batch(self, batch: list[ImageChange]) -> None:
        now = refetch(self._connection, batch)
        batch = self._relatives.rebase(batch, now)
        states = {image.image_id: ("skipped", reason) for image in batch if (reason := _changed_since(image, now))}
        todo = [image for image in batch if image.image_id not in states]
        states |= {id_: ("failed", reason) for id_, reason in self._names.create(todo).items()}
        todo = [image for image in todo if image.image_id not in states]
        self._mark(batch, {**states, **{image.image_id: ("sent", "") for image in todo}})
        if not todo:
            return
        began = time.monotonic()
        first, second = mutations.build_parts(todo, self._names.id_of)
        failed = self._send(first)
        if rest := mutations.exclude(second, failed):
            failed |= self._send(rest)
        self._tune_batch_size(time.monotonic() - began)
        self._mark(todo, {image.image_id: ("changed", "") for image in todo} | self._failures(todo, failed))

    def _failures(self, images: Iterable[ImageChange], reasons: dict[str, str]) -> dict[str, tuple[str, str]]:
        """Return the state of each image that the server refused: one of its parts may have been done."""
        refused = [image for image in images if image.image_id in reasons]
        now = refetch(self._connection, refused)
        states = {}
        for image in refused:
            server_image = now.get(image.image_id)
            is_changed = server_image is not None and not _is_as_before(image, server_image)
            reason = reasons[image.image_id]
            states[image.image_id] = (PARTLY, f"done in part: {reason}") if is_changed else ("failed", reason)
        return states

    def _mark(
        self,
        images: Iterable[ImageChange],
        states: dict[str, tuple[str, str]],
        *,
        written_later: Collection[Value] = (),
    ) -> None:
        """Write the states of images, and of an undo what it reverts, in one transaction."""
        for image_id, (state, reason) in states.items():
            if reason:
                logger.debug("Image %s: %s: %s", image_id, state, reason)
        by_id = {image.image_id: image for image in images}
        sent, changed = (
            [by_id[id_] for id_, (name, _) in states.items() if name == state] for state in ("sent", "changed")
        )
        with self._db.write() as connection:
            rows = [(id_, state, reason) for id_, (state, reason) in states.items()]
            self._plan.set_states(connection, rows, self._sequence)
            undone.forget(connection, self._plan.id, [image.image_id for image in sent])
            self._undo.mark_sent(connection, self._undo.values(sent, self._names))
            reverted = self._undo.values(changed, self._names)
            self._undo.mark_changed(connection, (value for value in reverted if value not in written_later))

    def _send(self, batch: list[MutationPart]) -> dict[str, str]:
        """Send the parts; one that fails is halved until the image at fault is found. Returns image id -> reason."""
        text, variables = mutations.build_document(batch)
        try:
            answer = self._connection.execute(text, variables, images=sum(len(part.images) for part in batch))
        except TransportQueryError as error:
            if error.temporary:
                raise  # no image is to blame; resume continues when the database is free again
            reasons = _reasons(error, len(batch))
        else:
            for number in range(len(batch)):
                _ = answer[f"p{number}"]  # a part that is not answered was not done
            return {}
        failed: dict[str, str] = {}
        again: list[MutationPart] = []
        for number, reason in reasons.items():
            part = batch[number]
            if len(part.images) > 1:
                again += mutations.bisect(part)
            else:
                failed[part.images[0]] = reason
        return failed | (self._send(again) if again else {})

    def _tune_batch_size(self, seconds: float) -> None:
        factor = min(2.0, max(0.5, SECONDS / max(seconds, 0.001)))
        self._size = min(MAX_BATCH, max(MIN_BATCH, int(self._size * factor)))


def refetch(connection: Connection, images: Iterable[ImageChange], *more: str) -> dict[str, dict[str, Any]]:
    """Return the planned fields of these images as the server has them now, by id; a deleted one is absent.

    more: further fields to request.
    """
    planned = list(images)
    fields = dict.fromkeys(["id", "organized", *more])
    fields |= dict.fromkeys(SELECTIONS[change.field] for image in planned for change in image.changes)
    return paging.get_many(connection, (image.image_id for image in planned), " ".join(fields))


def _is_as_before(image: ImageChange, server_image: dict[str, Any]) -> bool:
    return all(same(change.field, current(server_image, change.field), change.before) for change in image.changes)


def _changed_since(image: ImageChange, now: dict[str, dict[str, Any]]) -> str | None:
    """Return why an image isn't as the plan saw it; None if it is."""
    server_image = now.get(image.image_id)
    if server_image is None:
        return "deleted since the plan was made"
    if server_image["organized"] != image.organized:
        return "organized was changed since the plan was made"
    changed = [
        change.field
        for change in image.changes
        if not same(change.field, current(server_image, change.field), change.before)
    ]
    return f"{', '.join(changed)} changed since the plan was made" if changed else None


def _reasons(error: TransportQueryError, count: int) -> dict[int, str]:
    """Which parts failed and why, by the alias in each error's path; an error without one stops the run."""
    reasons: dict[int, str] = {}
    for item in error.errors:
        path = item.get("path") or [""]
        number = str(path[0])[1:]
        if not number.isdigit() or int(number) >= count:
            raise error
        reasons[int(number)] = str(item.get("message", ""))
    return reasons
