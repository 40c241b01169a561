"""Carries out a plan: batch by batch, each re-read, journalled, sent and marked, in that order.

What is on the disk at any moment tells what was done: an image is `sent` before its request and `changed` after its
answer. `settle` looks at the server for those that a killed run left in between.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from lib.changes import LIST_FIELDS, SELECTIONS, FieldChange, ImageChange, current, keys, same
from lib.errors import TransportQueryError
from lib.log import Progress, logger
from lib.runs import mutations, plans
from lib.runs.database import Database
from lib.runs.mutations import MutationPart
from lib.runs.new_names import NameCreator
from lib.stash import paging
from lib.stash.connection import Connection

FIRST, MOST = 20, 500
SECONDS = 0.25
"""How long a batch may hold the server's one writer: a click in Stash's own page waits behind it."""


class Applier:
    """Carries out one plan over one connection."""

    def __init__(self, connection: Connection, store: Database, plan_id: int) -> None:
        self._connection = connection
        self._store = store
        self._plan = plan_id
        self._names = NameCreator(connection, store, plan_id)
        self._size = FIRST

    def run(self, progress: Progress) -> None:
        """Carry out everything that is still planned. Raises on an error of the connection; what was done stands."""
        self.reconcile()
        total = plans.counts(self._store, self._plan)["planned"]
        done = above = 0
        while batch := plans.images(self._store, self._plan, ["planned"], above, self._size):
            above = int(batch[-1].image_id)
            self._batch(batch)
            done += len(batch)
            progress(done, total)

    def reconcile(self) -> None:
        """Decide by the server's values about images whose request was sent and whose answer was never noted."""
        while doubtful := plans.images(self._store, self._plan, ["sent"], 0, MOST):
            now = refetch(self._connection, doubtful)
            states = [(image.image_id, *self._found(image, now.get(image.image_id))) for image in doubtful]
            plans.set_state(self._store, self._plan, states)

    def _found(self, image: ImageChange, shown: dict[str, Any] | None) -> tuple[str, str]:
        """The state of an image in doubt, and why. Undo looks at each value of one that failed by itself."""
        if shown is None:
            return "failed", "gone since it was sent"
        if _is_as_before(image, shown):
            return "planned", ""
        lacking = [change.field for change in image.changes if not self._has_arrived(change, shown)]
        if not lacking:
            return "changed", ""
        return plans.PARTLY, f"{', '.join(lacking)} did not arrive, or were changed since"

    def _has_arrived(self, change: FieldChange, shown: dict[str, Any]) -> bool:
        """Whether the server shows what was sent; of a list, what was added and taken off: others may have added too."""
        now = current(shown, change.field)
        if change.field not in LIST_FIELDS:
            return same(change.field, now, self._names.real(change.field, change.after))
        there = keys(now)
        return keys(self._names.real(change.field, change.add)) <= there and not keys(change.remove) & there

    def _batch(self, batch: list[ImageChange]) -> None:
        now = refetch(self._connection, batch)
        states = {image.image_id: ("skipped", why) for image in batch if (why := _changed_since(image, now))}
        todo = [image for image in batch if image.image_id not in states]
        states |= {id_: ("failed", why) for id_, why in self._names.create(todo).items()}
        todo = [image for image in todo if image.image_id not in states]
        self._note({**states, **{image.image_id: ("sent", "") for image in todo}})
        if not todo:
            return
        began = time.monotonic()
        first, second = mutations.build_parts(todo, self._names.id_of)
        failed = self._send(first)
        if left := mutations.exclude(second, failed):
            failed |= self._send(left)
        self._tune_batch_size(time.monotonic() - began)
        self._note({image.image_id: ("changed", "") for image in todo} | self._failures(todo, failed))

    def _failures(self, images: Iterable[ImageChange], reasons: dict[str, str]) -> dict[str, tuple[str, str]]:
        """The state of each image that the server refused: one of its parts may have been done."""
        refused = [image for image in images if image.image_id in reasons]
        now = refetch(self._connection, refused)
        found = {}
        for image in refused:
            shown = now.get(image.image_id)
            done = shown is not None and not _is_as_before(image, shown)
            reason = reasons[image.image_id]
            found[image.image_id] = (plans.PARTLY, f"done in part: {reason}") if done else ("failed", reason)
        return found

    def _note(self, states: dict[str, tuple[str, str]]) -> None:
        for image_id, (state, reason) in states.items():
            if reason:
                logger.debug("Image %s: %s: %s", image_id, state, reason)
        plans.set_state(self._store, self._plan, [(id_, state, why) for id_, (state, why) in states.items()])

    def _send(self, batch: list[MutationPart]) -> dict[str, str]:
        """Send the parts; those that fail are halved until what fails is alone. Returns image id -> reason."""
        text, variables = mutations.build_document(batch)
        try:
            answer = self._connection.execute(text, variables, images=sum(len(part.images) for part in batch))
        except TransportQueryError as error:
            if error.temporary:
                raise  # no image is to blame; resume goes on when the database is free again
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
        self._size = min(MOST, max(FIRST, int(self._size * factor)))


def refetch(connection: Connection, images: Iterable[ImageChange], *more: str) -> dict[str, dict[str, Any]]:
    """The planned fields of these images as the server has them now, by id; one that is gone is absent.

    `more`: further fields to ask for.
    """
    wanted = list(images)
    fields = dict.fromkeys(["id", "organized", *more])
    fields |= dict.fromkeys(SELECTIONS[change.field] for image in wanted for change in image.changes)
    return paging.get_many(connection, (image.image_id for image in wanted), " ".join(fields))


def _is_as_before(image: ImageChange, shown: dict[str, Any]) -> bool:
    return all(same(change.field, current(shown, change.field), change.before) for change in image.changes)


def _changed_since(image: ImageChange, now: dict[str, dict[str, Any]]) -> str:
    shown = now.get(image.image_id)
    if shown is None:
        return "gone since the plan was made"
    if shown["organized"] != image.organized:
        return "organized was changed since the plan was made"
    changed = [
        change.field for change in image.changes if not same(change.field, current(shown, change.field), change.before)
    ]
    return f"{', '.join(changed)} changed since the plan was made" if changed else ""


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
