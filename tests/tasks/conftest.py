"""What the tests of tasks share: a server of each test's own, driven as Stash drives the plugin."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.server import Server, serve
from tests.support.table_tasks import confirm_above_2, many, name, requests_of, tables

__all__ = ["confirm_above_2", "many", "name", "requests_of", "tables"]

FIELDS = "title code date rating100 details photographer organized urls studio{name} tags{name} performers{name}"


@dataclass(frozen=True)
class Plugin:
    """The plugin in a running server, its rules, and what images look like."""

    stash: Server

    def rules(self, text: str) -> None:
        """Write the user's rules."""
        folder = Path(self.stash.folder, "image_tools")
        folder.mkdir(exist_ok=True)
        (folder / "rules.yaml").write_text(text, encoding="utf-8")

    def run(self, mode: str, **args: Any) -> Any:
        """The output of an operation."""
        return self.stash.run_operation(mode=mode, **args)

    def error(self, mode: str, **args: Any) -> str:
        """The error of an operation that must fail."""
        answer = self.stash.operation(mode=mode, **args)
        message: str = answer["errors"][0]["message"]
        return message

    def images(self) -> dict[str, dict[str, Any]]:
        """What every image holds, by path; what is empty is left out."""
        found = {}
        for path, id_ in self.stash.ids().items():
            shown = self.stash.image(id_, FIELDS)
            named = {
                key: sorted(each["name"] for each in value) if key in ("tags", "performers") else value
                for key, value in shown.items()
            }
            # Before v0.28 Stash shows the file's name as the title of an image that has none.
            named["title"] = "" if shown["title"] == path.rpartition("/")[2] else shown["title"]
            named["studio"] = shown["studio"] and shown["studio"]["name"]
            found[path] = {key: value for key, value in named.items() if value}
        return found


@contextmanager
def nothing_noted_of_runs(history: Path) -> Iterator[None]:
    """A run begins and ends at its next step, as if it were killed there: its row cannot be written any more."""
    stop = "CREATE TRIGGER stop BEFORE UPDATE ON runs BEGIN SELECT RAISE(ABORT, 'killed'); END"
    with closing(sqlite3.connect(history)) as connection:
        connection.execute(stop)
        yield
        connection.execute("DROP TRIGGER stop")


@pytest.fixture
def plugin() -> Iterator[Plugin]:
    """The plugin on a freshly scanned server without rules."""
    with serve() as stash:
        yield Plugin(stash)
