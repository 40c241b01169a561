"""A history of 0.2.0, made by its own code: migrated at once, and undone, resumed and applied as before."""

from __future__ import annotations

import json
import os
import resource
import signal
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from lib.errors import DataError, StoreError
from lib.runs import migration, schema
from lib.runs.opening import open_database
from lib.runs.run import now
from lib.tasks import Context
from lib.tasks.rules_apply import rules_apply
from lib.tasks.undo_resume import list_runs, resume, undo
from lib.util.lock import file_lock
from tests.faults.environment import open_context
from tests.support.server import ROOT, Server, serve

DATA = ROOT / "tests" / "data" / "history"
SQL = (DATA / "runs-0.2.0.sql").read_text(encoding="utf-8")
LIBRARY: dict[str, Any] = json.loads((DATA / "library-0.2.0.json").read_text(encoding="utf-8"))
ROLES = LIBRARY["roles"]


def write_history(folder: Path) -> Path:
    """Write the history of 0.2.0, with its preview made just now."""
    folder.mkdir(exist_ok=True)
    path = folder / "runs.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(SQL)
        connection.execute("UPDATE runs SET started = ? WHERE id = ?", (now(), ROLES["preview"]["run"]))
        connection.commit()
    return path


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [f"layout {connection.execute('PRAGMA user_version').fetchone()[0]}", *connection.iterdump()]


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What an undisturbed migration comes to, the moment of the preview aside."""
    path = write_history(tmp_path_factory.mktemp("whole"))
    open_database(str(path.parent)).close()
    return without_moment(dump(path))


def without_moment(lines: list[str]) -> list[str]:
    return [line for line in lines if f'"runs" VALUES({ROLES["preview"]["run"]},' not in line]


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Context]:
    """The library as the runs of 0.2.0 left it, and their history."""
    with serve(plugin=False) as stash:
        restore(stash)
        folder = tmp_path / "image_tools"
        write_history(folder)
        (folder / "rules.yaml").write_text(LIBRARY["rules"], encoding="utf-8")
        with open_context(stash.url, str(tmp_path), 60.0) as opened:
            yield opened


def restore(stash: Server) -> None:
    """Give a new server the tags, by their ids, and the images."""
    tags = {tag["id"]: tag["name"] for tag in LIBRARY["tags"]}
    for number in range(1, max(map(int, tags)) + 1):
        created = stash.create("tag", tags.get(str(number), f"filler {number}"))
        assert created == str(number)
        if created not in tags:
            stash.ask("mutation($ids: [ID!]!) { tagsDestroy(ids: $ids) }", {"ids": [created]})
    for id_, values in LIBRARY["images"].items():
        stash.update(id_, **values)


def titles(context: Context, role: str) -> list[str]:
    """The titles of the images of a role, their ids left out."""
    shown = context.connection.execute("{ findImages(filter: {per_page: -1}) { images { id title tags { name } } } }")
    images = {image["id"]: image for image in shown["findImages"]["images"]}
    return [images[id_]["title"].removesuffix(f" {id_}") for id_ in ROLES[role]["images"]]


def statuses(context: Context) -> dict[int, str]:
    return {run["id"]: run["status"] for run in list_runs(context, previews=True)}


def target(role: str, key: str = "run") -> int:
    return int(ROLES[role][key])


Action = Callable[[Context], object]
AFTER: dict[str, tuple[str, Action, set[str], dict[str, str]]] = {
    # the role, what is done, the titles of its images then, and the status of its runs
    "an applied run is undone": ("applied", lambda c: undo(c, target("applied")), {"before"}, {"run": "undone"}),
    "an undone run is redone": (
        "undone",
        lambda c: undo(c, target("undone", "undo")),
        {"undone"},
        {"undo": "undone"},
    ),
    "a redone run is undone": ("redone", lambda c: undo(c, target("redone")), {"before"}, {"run": "undone"}),
    "an edited one is undone again": (
        "edited",
        lambda c: undo(c, target("edited")),
        {"mine", "before"},
        {"run": "undone"},
    ),
    "a stopped run is resumed": ("stopped", lambda c: resume(c, target("stopped")), {"stopped"}, {"run": "done"}),
    "a stopped run is undone": ("stopped", lambda c: undo(c, target("stopped")), {"before"}, {"run": "undone"}),
    "a failed run is resumed": ("failed", lambda c: resume(c, target("failed")), {"failed"}, {"run": "done"}),
    "a failed undo is resumed": (
        "undo interrupted",
        lambda c: resume(c, target("undo interrupted", "undo")),
        {"before"},
        {"run": "done", "undo": "done"},  # of one image a part had arrived, which only a second undo checks
    ),
    "a failed undo is repeated": (
        "undo interrupted",
        lambda c: undo(c, target("undo interrupted")),
        {"before"},
        {"run": "undone"},
    ),
    "an import is undone": ("import", lambda c: undo(c, target("import")), {"before"}, {"run": "undone"}),
    "a scan's run is undone": ("new images", lambda c: undo(c, target("new images")), {"before"}, {"run": "undone"}),
    "a preview is applied": (
        "preview",
        lambda c: rules_apply(c, plan=target("preview")),
        {"previewed"},
        {"run": "done"},
    ),
}


@pytest.mark.parametrize(("role", "action", "shown", "status"), AFTER.values(), ids=AFTER)
def test_the_history_works_after_it(
    context: Context, role: str, action: Action, shown: set[str], status: dict[str, str]
) -> None:
    action(context)
    assert set(titles(context, role)) == shown
    assert {key: statuses(context)[target(role, key)] for key in status} == status


def test_all_runs_keep_status_and_counts(context: Context) -> None:
    with closing(sqlite3.connect(":memory:")) as old:
        old.executescript(SQL)
        before = dict(old.execute("SELECT id, status FROM runs").fetchall())
        counts = {id_: json.loads(text) for id_, text in old.execute("SELECT id, counts FROM runs")}
    runs = {run["id"]: run for run in list_runs(context, previews=True)}
    assert {id_: run["status"] for id_, run in runs.items()} == before
    assert all(counts[id_].items() <= run["counts"].items() for id_, run in runs.items())
    with pytest.raises(DataError, match="is undone already"):
        undo(context, target("undone"))


def test_undoing_all_restores_the_library(context: Context) -> None:
    runs = sorted(statuses(context), reverse=True)
    targets = {target(role) for role in ROLES if role != "preview"}
    for run in [run for run in runs if run in targets] * 2:
        with suppress(DataError):  # undone already
            undo(context, run)
    for role in ROLES:
        assert set(titles(context, role)) - {"mine"} == {"before"}
    tags = context.connection.execute("{ allTags { name image_count } }")["allTags"]
    assert [tag["name"] for tag in tags] == ["Old"]
    assert tags[0]["image_count"] == len(LIBRARY["before"])


def test_a_copy_is_kept_private(tmp_path: Path) -> None:
    path = write_history(tmp_path)
    before = dump(path)
    open_database(str(tmp_path)).close()
    copy = tmp_path / f"runs.sqlite{migration.COPY}"
    assert dump(copy) == before
    assert stat.S_IMODE(copy.stat().st_mode) == stat.S_IRUSR | stat.S_IWUSR
    assert dump(path)[0] == f"layout {schema.SCHEMA_VERSION}"
    copy.unlink()
    open_database(str(tmp_path)).close()
    assert not copy.exists(), "it is migrated once"


def test_a_history_of_a_run_under_way_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_history(tmp_path)
    before = dump(path)
    monkeypatch.setattr(migration, "PATIENCE", 0)
    with file_lock(str(tmp_path / "runs.lock")), pytest.raises(StoreError, match="while another run is under way"):
        open_database(str(tmp_path))
    assert dump(path) == before
    assert not (tmp_path / f"runs.sqlite{migration.COPY}").exists()


def killed_at(statement: int, folder: Path) -> bool:
    """Whether a process that migrates is killed at this statement; False if it ended before."""
    child = os.fork()
    if child == 0:
        seen = 0

        def trace(_: str) -> None:
            nonlocal seen
            seen += 1
            if seen == statement:
                os.kill(os.getpid(), signal.SIGKILL)

        class Traced(sqlite3.Connection):
            def __init__(self, *args: Any, **options: Any) -> None:
                super().__init__(*args, **options)
                self.set_trace_callback(trace)

        connect = sqlite3.connect
        vars(sqlite3)["connect"] = lambda *args, **options: connect(*args, factory=Traced, **options)
        open_database(str(folder)).close()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


@pytest.mark.timeout(300)
def test_a_kill_at_any_statement_loses_nothing(tmp_path: Path, migrated: list[str]) -> None:
    number, step = 1, 1 if os.environ.get("TORTURE") else 7
    while True:
        folder = tmp_path / str(number)
        path = write_history(folder)
        old = dump(path)
        if not killed_at(number, folder):
            break
        assert dump(path) == old or without_moment(dump(path)) == migrated
        open_database(str(folder)).close()
        assert without_moment(dump(path)) == migrated
        number += step
    assert number > 50


@contextmanager
def limited(size: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("free", [0, 4096, 20_000, 60_000])
def test_a_full_disk_leaves_the_old_file(tmp_path: Path, migrated: list[str], free: int) -> None:
    path = write_history(tmp_path)
    before = dump(path)
    with limited(free), pytest.raises(StoreError, match=r"can't be updated from 0\.2\.0: .* It is unchanged"):
        open_database(str(tmp_path))
    assert dump(path) == before
    open_database(str(tmp_path)).close()
    assert without_moment(dump(path)) == migrated
