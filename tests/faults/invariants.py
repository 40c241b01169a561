"""One disturbed run and what must be true of it: as if nothing had been, or said and mended by the next run."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from lib.client.create.copy import PART
from lib.errors import KNOWN
from lib.tasks.undo_resume import undo
from tests.faults.environment import Stage, State
from tests.faults.faults import FAULTS, SLOW
from tests.faults.scenarios import WORKS, Work

TRIES = 3
"""Runs after the disturbance by which everything must be as it would have been."""


@dataclass(frozen=True)
class Outcome:
    """How a disturbed run ended: its answer, or the text of an error of ours."""

    answer: Any = None
    error: str = ""

    @property
    def complete(self) -> bool:
        """Whether the answer says that everything was done."""
        if isinstance(self.answer, list):
            return not self.error and None not in self.answer  # which images_update answers for one that failed
        counts = self.answer.get("counts", {}) if isinstance(self.answer, dict) else {}
        return not self.error and not counts.get("failed") and not counts.get("skipped")


KILLED = Outcome(error="killed")


class Bench:
    """Runs cases on a stage; what an undisturbed run comes to is found out once per work."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self._ends: dict[str, tuple[State, int]] = {}

    def undisturbed(self, name: str) -> tuple[State, int]:
        """The library after an undisturbed run, and how many requests that took."""
        if name not in self._ends:
            work = WORKS[name]
            self.prepare(work)
            self.stage.proxy.heal()
            ended = self.run(work)
            assert ended.complete, ended
            self._ends[name] = self.stage.state(), self.stage.proxy.seen
            work.check(self.stage, self._ends[name][0])
        return self._ends[name]

    def prepare(self, work: Work) -> None:
        """Put everything back, and do what the work begins with."""
        self.stage.proxy.heal()
        self.stage.put_back()
        work.prepare(self.stage)

    def run(self, work: Work, *, hasty: bool = False) -> Outcome:
        """The work by way of the proxy. An error that is none of ours is not caught: it would be no clear failure."""
        with self.stage.context(hasty=hasty) as context:
            return outcome(lambda: work.run(self.stage, context))

    def disturbed(self, name: str, fault: str, at: int, *, lasting: bool) -> None:
        """Request number `at` meets a fault; an AssertionError says what was not as promised."""
        work = WORKS[name]
        end, _ = self.undisturbed(name)
        self.prepare(work)
        before = self.stage.state()
        self.stage.proxy.disturb(at, FAULTS[fault], lasting=lasting)
        ended = self.run(work, hasty=FAULTS[fault] in SLOW)
        self.stage.proxy.heal()
        self.stage.settle_down()
        self.judge(work, before, end, ended)

    def judge(self, work: Work, before: State, end: State, ended: Outcome) -> None:
        """What must be true after a disturbed run, now and after what the user does next."""
        now = self.stage.state()
        if work.journalled:
            self.journal_knows(before, now)
        if ended.complete:
            assert now.comparable() == end.comparable(), "it says that all was done"
        if work.counted and ended.answer:
            judge_told(ended.answer["counts"], len({image for image, _ in now.changed_since(before)}))
        if name_of(work) == "image_increment_o":
            judge_count(before, now)
        elif name_of(work) == "create_image":
            self.judge_creation(work, ended)
        else:
            self.mend(work, end)
        if work.back:
            self.take_back()

    def judge_creation(self, work: Work, ended: Outcome) -> None:
        """The next run makes of the picture one image and no second copy; if it lacks its fields, the error said so."""
        with self.stage.context(calm=True) as context:
            assert outcome(lambda: work.again(self.stage, context)).complete
        now = self.stage.state()
        (new,) = [image for id_, image in now.images.items() if id_ not in self.stage.begin.images]
        assert new["file"] == files(os.path.join(self.stage.stash.library, "image_tools"))
        told = ended is KILLED or f"{new['file'][0]} and is not finished" in ended.error
        assert new["title"] == "Made" or told

    def journal_knows(self, before: State, now: State) -> None:
        """Whatever changed is in the journal."""
        journal = self.stage.journal()
        assert now.changed_since(before) <= journal.sent, "changed behind the journal's back"
        assert now.names - before.names <= journal.names, "names made behind the journal's back"

    def mend(self, work: Work, end: State) -> None:
        """The next run, or one of the next few, ends as the undisturbed one does."""
        for _ in range(TRIES):
            with self.stage.context(calm=True) as context:
                done = outcome(lambda: work.again(self.stage, context))
            if done.complete and self.stage.state().comparable() == end.comparable():
                return
        assert done.complete, done
        assert self.stage.state().comparable() == end.comparable(), "the next runs end otherwise"

    def take_back(self) -> None:
        """Undo of every run leaves what was there in the beginning, but for names that were made in doubt."""
        with self.stage.context(calm=True) as context:
            for run in reversed(self.stage.journal().runs):
                if run["undoes"] is None and run["status"] != "undone":
                    done = undo(context, run["id"])
                    assert done["run"] is None or self.stage.journal().status(run["id"]) == "undone"
        now, doubtful = self.stage.state(), self.stage.journal().doubtful
        assert now.images == self.stage.begin.images, "undo leaves something behind"
        assert now.names - self.stage.begin.names <= doubtful, "undo leaves names behind"


def outcome(work: Callable[[], Any]) -> Outcome:
    try:
        return Outcome(work())
    except KNOWN as error:
        return Outcome(error=str(error) or repr(error))


def judge_told(counts: dict[str, Any], really: int) -> None:
    """What it says that it changed was changed; a failed image may have been, in part."""
    assert counts["changed"] <= really <= counts["changed"] + counts["failed"], (
        f"{really} images were changed: {counts}"
    )


def name_of(work: Work) -> str:
    return next(name for name, each in WORKS.items() if each is work)


def judge_count(before: State, now: State) -> None:
    """A step is counted once, or not at all, or in doubt, and then there is an error: never twice."""
    (image, old), *_ = before.images.items()
    assert now.images[image]["o_counter"] - old["o_counter"] in (0, 1)


def numbers(count: int, step: int, first: int) -> Iterator[int]:
    """Every `step`th number from 1 to `count`, beginning at a `first` that differs from case to case."""
    yield from range(1 + first % min(step, count), count + 1, step)


def files(folder: str) -> list[str]:
    """All files below a folder, but for the beginnings of copies that a kill leaves behind, which no scan takes."""
    return sorted(
        os.path.join(place, name) for place, _, names in os.walk(folder) for name in names if not name.endswith(PART)
    )
