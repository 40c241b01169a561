"""What the tests of plan, apply and undo share: a store of their own, and changes as a plan would hold them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lib.changes import SELECTIONS, FieldChange, ImageChange, current
from lib.client import StashClient
from lib.log import Progress
from lib.planning.undo import UndoPlanner, delete_created_names
from lib.runs.apply import Applier
from lib.runs.counts import Counts
from lib.runs.database import Database
from lib.runs.history import History
from lib.runs.opening import open_database
from lib.runs.plans import Plan, PlanEntry
from lib.stash.connection import Connection
from tests.support.server import Server

FILE = "organized visual_files{... on BaseFile{path fingerprints{type value}}}"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    """An empty history."""
    opened = open_database(str(tmp_path))
    yield opened
    opened.close()


@dataclass
class Desk:
    """Plans, applies and undoes by hand, with what a task would do around it left out."""

    stash: Server
    connection: Connection
    store: Database

    def image(self, id_: str, *changes: FieldChange) -> ImageChange:
        """A plan's entry for an image as the server shows it."""
        shown = self.stash.image(id_, FILE)
        file = shown["visual_files"][0]
        md5 = next(each["value"] for each in file["fingerprints"] if each["type"] == "md5")
        return ImageChange(id_, file["path"], md5, shown["organized"], changes)

    def planned(self, *images: ImageChange) -> int:
        """A run whose plan these images are."""
        run = History(self.store).begin("rules_apply")
        Plan(self.store, run).add(map(PlanEntry, images))
        return run

    def apply(self, run: int) -> dict[str, int]:
        """Carry out its plan; how many images are in each state then, those in none left out."""
        Applier(self.connection, self.store, run).run(Progress())
        History(self.store).end(run, "done", Counts())
        return {state: count for state, count in Plan(self.store, run).count_states().items() if count}

    def undo(self, run: int) -> list[str]:
        """Take a run back, the names that it made too; what was left alone, and why."""
        own = History(self.store).begin("undo", undoes=run)
        UndoPlanner(self.connection, self.store, run).plan(own)
        self.apply(own)
        delete_created_names(self.connection, self.store, run)
        History(self.store).refresh_undone(run)
        return [str(note["text"]).rpartition(": ")[2] for note in Plan(self.store, own).notes()]

    def set_state(self, run: int, image: str, state: str) -> None:
        """Put an image of its plan into a state, as a run that was killed leaves it."""
        with self.store.write() as connection:
            Plan(self.store, run).set_states(connection, [(image, state, "")], 0)

    def shown(self, id_: str, field: str) -> Any:
        """A field as the server shows it, in the form of plans, without ids."""
        return bare(current(self.stash.image(id_, SELECTIONS[field]), field))


def bare(value: Any) -> Any:
    """Names instead of Refs; a list without its order, but URLs."""
    if isinstance(value, tuple) and not hasattr(value, "name"):
        return [bare(item) for item in value]
    return getattr(value, "name", value)


@pytest.fixture
def desk(stash: Server, client: StashClient, store: Database) -> Desk:
    return Desk(stash, client.connection, store)


@pytest.fixture
def name(request: pytest.FixtureRequest) -> Callable[[str], str]:
    """A name that no other test of the module uses."""
    return lambda word: f"{word} {request.node.name}"
