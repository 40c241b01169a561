"""Fixtures for tests of exports and imports: their tasks on a running server, and a hundred images to edit."""

from __future__ import annotations

import csv
import itertools
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lib.client import StashClient
from lib.log import Progress
from lib.plugin import PluginInput
from lib.tasks import Context
from lib.tasks.export_images import export_images
from lib.tasks.import_images import import_images
from lib.tasks.undo_resume import resume, undo
from tests.client.create.pictures import draw
from tests.support.server import Server

IMAGES = 100
FIELDS = (
    "title code date rating100 organized photographer details studio{name} performers{name disambiguation} "
    "tags{name} galleries{title} urls"
)
_NUMBERS = itertools.count(1)


@dataclass
class TableTasks:
    """Exports and imports tables with the plugin's tasks."""

    stash: Server
    context: Context

    def export(self, **arguments: Any) -> Path:
        """Export a table, and move it to the imports."""
        path = Path(export_images(self.context, **arguments)["path"])
        return path.rename(self.imports / f"{next(_NUMBERS)}{path.suffix}")

    @property
    def imports(self) -> Path:
        """The folder of the imports."""
        folder = Path(self.context.plugin_input.user_folder, "imports")
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def save(self, *rows: dict[str, Any]) -> Path:
        """Save these rows as CSV, with the columns of the first row."""
        path = self.imports / f"{next(_NUMBERS)}.csv"
        write_csv(path, list(rows))
        return path

    def preview(self, path: Path | None = None, **arguments: Any) -> dict[str, Any]:
        return import_images(self.context, apply=False, path=None if path is None else str(path), **arguments)

    def apply(self, path: Path | None = None, **arguments: Any) -> dict[str, Any]:
        return import_images(self.context, apply=True, path=None if path is None else str(path), **arguments)

    def undo(self, run: int | None = None) -> dict[str, Any]:
        return undo(self.context, run)

    def resume(self, run: int) -> dict[str, Any]:
        return resume(self.context, run)

    def state(self) -> dict[str, Any]:
        """Return the fields of every image by id."""
        document = f"{{ findImages(filter: {{per_page: -1}}) {{ images {{ id {FIELDS} }} }} }}"
        images = self.stash.ask(document)["findImages"]["images"]
        return {image.pop("id"): image for image in images}


def read_csv(path: Path | str) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write_csv(path: Path, lines: list[dict[str, Any]]) -> None:
    """Write rows as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, lines[0])
        writer.writeheader()
        writer.writerows(lines)


@pytest.fixture(scope="module")
def many(stash: Server) -> list[str]:
    """The ids of a hundred new images."""
    folder = os.path.join(stash.library, "many")
    for number in range(IMAGES):
        draw(folder, f"{number:03}.png")
    stash.scan()
    return [id_ for path, id_ in sorted(stash.ids().items()) if path.startswith("many/")]


@pytest.fixture
def confirm_above_2(stash: Server) -> Iterator[None]:
    """The setting `confirmAbove` is 2."""
    stash.configure(confirmAbove=2)
    yield
    stash.configure()


@pytest.fixture
def tables(stash: Server) -> Iterator[TableTasks]:
    """The tasks, with a folder and a history for each test."""
    with StashClient.connect(stash.url) as client:
        folder = os.path.join(stash.folder, f"tables-{next(_NUMBERS)}")
        yield TableTasks(stash, Context(client, PluginInput({"Dir": folder}, {}), Progress()))
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def name(request: pytest.FixtureRequest) -> Callable[[str], str]:
    """A function that makes a text unique to this test."""
    number = next(_NUMBERS)
    return lambda text: f"{text} of {request.node.name[:40]} {number}"


@pytest.fixture
def requests_of(tables: TableTasks) -> list[str]:
    """The names of the GraphQL documents that the tasks send from now on."""
    names: list[str] = []

    def note(response: Any, *_args: Any, **_kwargs: Any) -> None:
        query = json.loads(response.request.body)["query"]
        names.append(query.split()[1].partition("(")[0])

    tables.context.client.connection.session.hooks["response"].append(note)
    return names
