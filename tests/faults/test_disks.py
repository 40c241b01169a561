"""A disk that is full or cannot be written, two tasks at once, and a runs.sqlite that is not as it should be."""

from __future__ import annotations

import contextlib
import os
import random
import resource
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lib.runs import database, schema
from lib.tasks import Context
from lib.tasks import process_new_images as new_images
from lib.tasks.import_images import import_images
from lib.tasks.process_new_images import process_new_images
from lib.tasks.rules_apply import rules_apply
from lib.tasks.setup import setup
from lib.tasks.undo_resume import resume, undo
from tests.faults.conftest import WIDE
from tests.faults.environment import Environment, open_context
from tests.faults.invariants import Outcome, Runner, outcome
from tests.faults.proxy import FaultProxy, pass_on
from tests.faults.scenarios import SCENARIOS, table
from tests.support.scripted_server import Heard
from tests.support.server import ROOT

pytestmark = pytest.mark.timeout(600)

JOURNALLED = [name for name, scenario in SCENARIOS.items() if scenario.journalled]
KILOBYTE = 1024
SPACE = 192
"""Kilobytes: more than any of these tasks writes."""


@contextlib.contextmanager
def mounted(place: Path) -> Iterator[None]:
    """A small file system of its own on this folder; skips where that is not allowed."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={4 * SPACE}k", "tmpfs", str(place)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here; the limit on a file's size is count_cases instead")
    try:
        yield
    finally:
        subprocess.run(["umount", str(place)], check=True)


@pytest.fixture
def small_disk(runner: Runner, tmp_path: Path) -> Iterator[Runner]:
    """A runner whose `Dir` is a file system of a megabyte."""
    with mounted(tmp_path):
        yield Runner(Environment(runner.environment.stash, runner.environment.proxy, str(tmp_path)))


def steps(number: int) -> range:
    """Kilobytes that are left: every twelfth, or a few."""
    return range(0, SPACE, 12) if WIDE else range(8 + 4 * (number % 4), 120, 60)


def judge(runner: Runner, scenario: str, room: contextlib.AbstractContextManager[None]) -> Outcome:
    """Run a scenario with as much room as there is, and judge it once there is enough again."""
    end, _ = runner.baseline(scenario)
    runner.prepare(SCENARIOS[scenario])
    before = runner.environment.state()
    with room:
        ended = runner.run(SCENARIOS[scenario])
    runner.check(SCENARIOS[scenario], before, end, ended)
    return ended


@pytest.mark.parametrize("scenario", JOURNALLED)
def test_a_full_disk(small_disk: Runner, count_cases: Callable[[str, int], None], scenario: str) -> None:
    ballast = Path(small_disk.environment.directory, "ballast")

    @contextlib.contextmanager
    def room(left: int) -> Iterator[None]:
        with ballast.open("wb") as file, contextlib.suppress(OSError):
            while True:
                os.write(file.fileno(), bytes(4 * KILOBYTE))
        os.truncate(ballast, ballast.stat().st_size - left * KILOBYTE)
        yield
        ballast.unlink()

    ended = [judge(small_disk, scenario, room(left)) for left in steps(JOURNALLED.index(scenario))]
    assert any(each.error for each in ended)
    count_cases("full disks", len(ended))


@pytest.mark.parametrize("scenario", JOURNALLED)
def test_a_limit_on_the_size_of_files(runner: Runner, count_cases: Callable[[str, int], None], scenario: str) -> None:
    @contextlib.contextmanager
    def room(left: int) -> Iterator[None]:
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (left * KILOBYTE, before[1]))
        yield
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    ended = [judge(runner, scenario, room(left)) for left in steps(JOURNALLED.index(scenario) + 1)]
    assert any(each.error for each in ended)
    count_cases("limits on files", len(ended))


@pytest.mark.parametrize("scenario", JOURNALLED)
def test_a_folder_that_cannot_be_written(
    small_disk: Runner, count_cases: Callable[[str, int], None], scenario: str
) -> None:
    @contextlib.contextmanager
    def room() -> Iterator[None]:
        subprocess.run(["mount", "-o", "remount,ro", small_disk.environment.directory], check=True)
        try:
            yield
        finally:
            subprocess.run(["mount", "-o", "remount,rw", small_disk.environment.directory], check=True)

    assert "read" in judge(small_disk, scenario, room()).error.lower()
    count_cases("read-only folders", 1)


OTHERS: dict[str, Callable[[Context], object]] = {
    "rules_apply": rules_apply,
    "undo": undo,
    "resume": lambda context: resume(context, 1),
    "import_images": lambda context: import_images(context, apply=True, create=True),
    "process_new_images": process_new_images,
}


@pytest.mark.parametrize("name", OTHERS)
def test_two_tasks_at_once(runner: Runner, count_cases: Callable[[str, int], None], name: str) -> None:
    """The second says that another runs and does nothing, and the first does not notice it."""
    others: list[Outcome] = []

    def meanwhile(proxy: FaultProxy, request: Heard, connection: socket.socket) -> None:
        with runner.environment.context(direct=True) as context:
            others.append(outcome(lambda: OTHERS[name](context)))
        pass_on(proxy, request, connection)

    end, _ = runner.baseline("rules_apply")
    runner.prepare(SCENARIOS["rules_apply"])
    table(runner.environment)
    runner.environment.proxy.disturb(6, meanwhile)
    with open_context(runner.environment.proxy.url, runner.environment.directory, 60) as context:
        assert outcome(lambda: rules_apply(context)).complete
    assert "nother run" in others[0].error or others[0].answer["text"] == "another run is under way"
    assert runner.environment.state().comparable() == end.comparable()
    count_cases("two at once", 1)


def test_a_flag_that_cannot_be_taken_away_does_not_stop_the_task(
    runner: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(new_images, "FLAG", str(tmp_path))  # a folder, which no `remove` takes
    runner.prepare(SCENARIOS["process_new_images"])
    assert runner.run(SCENARIOS["process_new_images"]).complete


def test_many_may_open_a_new_history_at_once(tmp_path: Path) -> None:
    program = f"from lib.runs.opening import open_database; open_database({str(tmp_path / 'new')!r}).close()"
    started = [subprocess.Popen([sys.executable, "-c", program], cwd=ROOT) for _ in range(8)]
    assert [process.wait() for process in started] == [0] * 8


def test_a_history_that_somebody_holds_is_said(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_BUSY_SECONDS", 0.2)
    runner.prepare(SCENARIOS["undo"])
    before = runner.environment.state()
    with contextlib.closing(sqlite3.connect(runner.environment.history, isolation_level=None)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        assert "database is locked" in runner.run(SCENARIOS["undo"]).error
        holder.execute("ROLLBACK")
    assert runner.environment.state() == before
    assert runner.run(SCENARIOS["undo"]).complete


@pytest.mark.parametrize("layout", [0, schema.SCHEMA_VERSION + 1, 99])
def test_a_history_of_another_layout_is_refused_and_kept(runner: Runner, layout: int) -> None:
    runner.prepare(SCENARIOS["undo"])
    before = runner.environment.state()
    with contextlib.closing(sqlite3.connect(runner.environment.history)) as connection:
        connection.execute(f"PRAGMA user_version = {layout}")
    kept = Path(runner.environment.history).read_bytes()
    for scenario in ("undo", "rules_apply", "process_new_images"):
        assert f"has layout {layout}" in runner.run(SCENARIOS[scenario]).error
    assert Path(runner.environment.history).read_bytes() == kept
    assert runner.environment.state() == before


def damage(data: bytes, seed: int) -> bytes:
    """The file with some of its bytes changed, zeroed, cut off or put elsewhere."""
    chance = random.Random(seed)
    changed = bytearray(data)
    at = chance.randrange(len(data)) if seed % 2 else chance.randrange(200)
    length = chance.choice([1, 4, 100, 4096])
    match seed % 5:
        case 0:
            changed[at : at + length] = chance.randbytes(len(changed[at : at + length]))
        case 1:
            changed[at : at + length] = bytes(len(changed[at : at + length]))
        case 2:
            del changed[at:]
        case 3:
            changed[at] ^= 1 << chance.randrange(8)
        case _:
            changed[at:at] = chance.randbytes(length)
    return bytes(changed)


def test_a_damaged_history_is_never_followed_blindly(runner: Runner, count_cases: Callable[[str, int], None]) -> None:
    """Undo changes nothing but what the run had changed, or says that the file is damaged."""
    runner.prepare(SCENARIOS["undo"])
    whole = Path(runner.environment.history).read_bytes()
    shown = runner.environment.state()
    seeds = range(400 if WIDE else 15)
    for seed in seeds:
        Path(runner.environment.history).write_bytes(damage(whole, seed))
        runner.run(SCENARIOS["undo"])
        now = runner.environment.state()
        assert now.changed_since(shown) <= runner.environment.begin.changed_since(shown), f"seed {seed}"
        if now != shown:
            runner.prepare(SCENARIOS["undo"])
            whole, shown = Path(runner.environment.history).read_bytes(), runner.environment.state()
    count_cases("damaged histories", len(seeds))


def test_a_history_with_invalid_table_names_is_renamed(runner: Runner) -> None:
    """SQLite's error quotes the text, which isn't UTF-8 any more."""
    runner.prepare(SCENARIOS["undo"])
    history = Path(runner.environment.history)
    damaged = (
        history.read_bytes()
        .replace(b"tablerunsruns", b"table\xf6unsruns")
        .replace(b"CREATE TABLE runs", b"CREATE TABEL runs")
    )
    assert damaged != history.read_bytes()
    history.write_bytes(damaged)
    assert "was renamed to" in runner.run(SCENARIOS["undo"]).error


def test_after_a_damaged_history_a_new_one_is_begun_by_hand(runner: Runner) -> None:
    runner.prepare(SCENARIOS["undo"])
    Path(runner.environment.history).write_bytes(b"no database" * 500)
    for said in ("is corrupted (", "is corrupted and"):
        assert said in runner.run(SCENARIOS["rules_apply"]).error
    with runner.environment.context(direct=True) as context:
        setup(context)
    assert runner.run(SCENARIOS["rules_apply"]).complete
