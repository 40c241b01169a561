"""One disturbed run and what must be true of it: as if nothing had been, or said and mended by the next run."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from lib.client.create.copy import PART
from lib.errors import KNOWN
from lib.tasks.undo_resume import undo
from tests.faults.environment import Environment, State
from tests.faults.faults import FAULTS, SLOW
from tests.faults.scenarios import SCENARIOS, Scenario

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


class Runner:
    """Runs scenarios in an environment. The result of an undisturbed run is computed once per scenario."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self._ends: dict[str, tuple[State, int]] = {}

    def baseline(self, name: str) -> tuple[State, int]:
        """The library after an undisturbed run, and how many requests that took."""
        if name not in self._ends:
            scenario = SCENARIOS[name]
            self.prepare(scenario)
            self.environment.proxy.heal()
            ended = self.run(scenario)
            assert ended.complete, ended
            self._ends[name] = self.environment.state(), self.environment.proxy.seen
            scenario.check(self.environment, self._ends[name][0])
        return self._ends[name]

    def prepare(self, scenario: Scenario) -> None:
        """Reset the environment, then prepare the scenario."""
        self.environment.proxy.heal()
        self.environment.reset()
        scenario.prepare(self.environment)

    def run(self, scenario: Scenario, *, impatient: bool = False) -> Outcome:
        """Run the scenario through the proxy. Foreign errors are not caught: they fail the test."""
        with self.environment.context(impatient=impatient) as context:
            return outcome(lambda: scenario.run(self.environment, context))

    def check_fault(self, name: str, fault: str, at: int, *, lasting: bool) -> None:
        """Request number `at` meets a fault; an AssertionError says what was not as promised."""
        scenario = SCENARIOS[name]
        end, _ = self.baseline(name)
        self.prepare(scenario)
        before = self.environment.state()
        self.environment.proxy.disturb(at, FAULTS[fault], lasting=lasting)
        ended = self.run(scenario, impatient=FAULTS[fault] in SLOW)
        self.environment.proxy.heal()
        self.environment.wait_idle()
        self.check(scenario, before, end, ended)

    def check(self, scenario: Scenario, before: State, end: State, ended: Outcome) -> None:
        """What must be true after a disturbed run, now and after what the user does next."""
        now = self.environment.state()
        if scenario.journalled:
            self.check_journal(before, now)
        if ended.complete:
            assert now.comparable() == end.comparable(), "it says that all was done"
        if scenario.counted and ended.answer:
            check_counts(ended.answer["counts"], len({image for image, _ in now.changed_since(before)}))
        if name_of(scenario) == "image_increment_o":
            check_o_counter(before, now)
        elif name_of(scenario) == "create_image":
            self.check_creation(scenario, ended)
        else:
            self.check_recovery(scenario, end)
        if scenario.back:
            self.check_undo()

    def check_creation(self, scenario: Scenario, ended: Outcome) -> None:
        """The next run makes of the picture one image and no second copy; if it lacks its fields, the error said so."""
        with self.environment.context(direct=True) as context:
            assert outcome(lambda: scenario.again(self.environment, context)).complete
        now = self.environment.state()
        (new,) = [image for id_, image in now.images.items() if id_ not in self.environment.begin.images]
        assert new["file"] == files(os.path.join(self.environment.stash.library, "image_tools"))
        told = ended is KILLED or f"{new['file'][0]}, and its image is incomplete" in ended.error
        assert new["title"] == "Made" or told

    def check_journal(self, before: State, now: State) -> None:
        """Whatever changed is in the journal."""
        journal = self.environment.journal()
        assert now.changed_since(before) <= journal.sent, "changed behind the journal's back"
        assert now.names - before.names <= journal.names, "names made behind the journal's back"

    def check_recovery(self, scenario: Scenario, end: State) -> None:
        """The next run, or one of the next few, ends as the undisturbed one does."""
        for _ in range(TRIES):
            with self.environment.context(direct=True) as context:
                done = outcome(lambda: scenario.again(self.environment, context))
            if done.complete and self.environment.state().comparable() == end.comparable():
                return
        assert done.complete, done
        assert self.environment.state().comparable() == end.comparable(), "the next runs end otherwise"

    def check_undo(self) -> None:
        """Undo of every run leaves what was there in the beginning, but for names that were made in doubt."""
        with self.environment.context(direct=True) as context:
            for run in reversed(self.environment.journal().runs):
                if run["undoes"] is None and run["status"] != "undone":
                    done = undo(context, run["id"])
                    assert done["run"] is None or self.environment.journal().status(run["id"]) == "undone"
        now, doubtful = self.environment.state(), self.environment.journal().doubtful
        assert now.images == self.environment.begin.images, "undo leaves something behind"
        assert now.names - self.environment.begin.names <= doubtful, "undo leaves names behind"


def outcome(call: Callable[[], Any]) -> Outcome:
    try:
        return Outcome(call())
    except KNOWN as error:
        return Outcome(error=str(error) or repr(error))


def check_counts(counts: dict[str, Any], really: int) -> None:
    """What it says that it changed was changed; a failed image may have been, in part."""
    assert counts["changed"] <= really <= counts["changed"] + counts["failed"], (
        f"{really} images were changed: {counts}"
    )


def name_of(scenario: Scenario) -> str:
    return next(name for name, each in SCENARIOS.items() if each is scenario)


def check_o_counter(before: State, now: State) -> None:
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
