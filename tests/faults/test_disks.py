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

from lib.runs import database
from lib.tasks import Context
from lib.tasks import process_new_images as new_images
from lib.tasks.import_images import import_images
from lib.tasks.process_new_images import process_new_images
from lib.tasks.rules_apply import rules_apply
from lib.tasks.setup import setup
from lib.tasks.undo_resume import resume, undo
from tests.faults.conftest import WIDE
from tests.faults.environment import Stage, open_context
from tests.faults.invariants import Bench, Outcome, outcome
from tests.faults.proxy import FaultProxy, pass_on
from tests.faults.scenarios import WORKS, table
from tests.support.scripted_server import Heard
from tests.support.server import ROOT

JOURNALLED = [name for name, work in WORKS.items() if work.journalled]
KILOBYTE = 1024
SPACE = 192
"""Kilobytes: more than any of these tasks writes."""


@contextlib.contextmanager
def mounted(place: Path) -> Iterator[None]:
    """A small file system of its own on this folder; skips where that is not allowed."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={4 * SPACE}k", "tmpfs", str(place)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here; the limit on a file's size is tried instead")
    try:
        yield
    finally:
        subprocess.run(["umount", str(place)], check=True)


@pytest.fixture
def small_disk(bench: Bench, tmp_path: Path) -> Iterator[Bench]:
    """A bench whose `Dir` is a file system of a megabyte."""
    with mounted(tmp_path):
        yield Bench(Stage(bench.stage.stash, bench.stage.proxy, str(tmp_path)))


def steps(number: int) -> range:
    """Kilobytes that are left: every twelfth, or a few."""
    return range(0, SPACE, 12) if WIDE else range(8 + 4 * (number % 4), 120, 60)


def judge(bench: Bench, work: str, room: contextlib.AbstractContextManager[None]) -> Outcome:
    """Run a work with as much room as there is, and judge it once there is enough again."""
    end, _ = bench.undisturbed(work)
    bench.prepare(WORKS[work])
    before = bench.stage.state()
    with room:
        ended = bench.run(WORKS[work])
    bench.judge(WORKS[work], before, end, ended)
    return ended


@pytest.mark.timeout(600)
@pytest.mark.parametrize("work", JOURNALLED)
def test_a_full_disk(small_disk: Bench, tried: Callable[[str, int], None], work: str) -> None:
    ballast = Path(small_disk.stage.directory, "ballast")

    @contextlib.contextmanager
    def room(left: int) -> Iterator[None]:
        with ballast.open("wb") as file, contextlib.suppress(OSError):
            while True:
                os.write(file.fileno(), bytes(4 * KILOBYTE))
        os.truncate(ballast, ballast.stat().st_size - left * KILOBYTE)
        yield
        ballast.unlink()

    ended = [judge(small_disk, work, room(left)) for left in steps(JOURNALLED.index(work))]
    assert any(each.error for each in ended)
    tried("full disks", len(ended))


@pytest.mark.timeout(600)
@pytest.mark.parametrize("work", JOURNALLED)
def test_a_limit_on_the_size_of_files(bench: Bench, tried: Callable[[str, int], None], work: str) -> None:
    @contextlib.contextmanager
    def room(left: int) -> Iterator[None]:
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (left * KILOBYTE, before[1]))
        yield
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    ended = [judge(bench, work, room(left)) for left in steps(JOURNALLED.index(work) + 1)]
    assert any(each.error for each in ended)
    tried("limits on files", len(ended))


@pytest.mark.parametrize("work", JOURNALLED)
def test_a_folder_that_cannot_be_written(small_disk: Bench, tried: Callable[[str, int], None], work: str) -> None:
    @contextlib.contextmanager
    def room() -> Iterator[None]:
        subprocess.run(["mount", "-o", "remount,ro", small_disk.stage.directory], check=True)
        try:
            yield
        finally:
            subprocess.run(["mount", "-o", "remount,rw", small_disk.stage.directory], check=True)

    assert "read" in judge(small_disk, work, room()).error.lower()
    tried("read-only folders", 1)


OTHERS: dict[str, Callable[[Context], object]] = {
    "rules_apply": rules_apply,
    "undo": undo,
    "resume": lambda context: resume(context, 1),
    "import_images": lambda context: import_images(context, apply=True, create=True),
    "process_new_images": process_new_images,
}


@pytest.mark.parametrize("name", OTHERS)
def test_two_tasks_at_once(bench: Bench, tried: Callable[[str, int], None], name: str) -> None:
    """The second says that another runs and does nothing, and the first does not notice it."""
    others: list[Outcome] = []

    def meanwhile(proxy: FaultProxy, request: Heard, connection: socket.socket) -> None:
        with bench.stage.context(calm=True) as context:
            others.append(outcome(lambda: OTHERS[name](context)))
        pass_on(proxy, request, connection)

    end, _ = bench.undisturbed("rules_apply")
    bench.prepare(WORKS["rules_apply"])
    table(bench.stage)
    bench.stage.proxy.disturb(6, meanwhile)
    with open_context(bench.stage.proxy.url, bench.stage.directory, 20) as context:
        assert outcome(lambda: rules_apply(context)).complete
    assert "nother run" in others[0].error or others[0].answer["text"] == "another run is under way"
    assert bench.stage.state().comparable() == end.comparable()
    tried("two at once", 1)


def test_a_flag_that_cannot_be_taken_away_does_not_stop_the_task(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(new_images, "FLAG", str(tmp_path))  # a folder, which no `remove` takes
    bench.prepare(WORKS["process_new_images"])
    assert bench.run(WORKS["process_new_images"]).complete


def test_many_may_open_a_new_history_at_once(tmp_path: Path) -> None:
    program = f"from lib.runs.database import open_database; open_database({str(tmp_path / 'new')!r}).close()"
    started = [subprocess.Popen([sys.executable, "-c", program], cwd=ROOT) for _ in range(8)]
    assert [process.wait() for process in started] == [0] * 8


def test_a_history_that_somebody_holds_is_said(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_BUSY_SECONDS", 0.2)
    bench.prepare(WORKS["undo"])
    before = bench.stage.state()
    with contextlib.closing(sqlite3.connect(bench.stage.history, isolation_level=None)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        assert "database is locked" in bench.run(WORKS["undo"]).error
        holder.execute("ROLLBACK")
    assert bench.stage.state() == before
    assert bench.run(WORKS["undo"]).complete


@pytest.mark.parametrize("layout", [0, database.SCHEMA_VERSION - 1, database.SCHEMA_VERSION + 1, 99])
def test_a_history_of_another_layout_is_refused_and_kept(bench: Bench, layout: int) -> None:
    bench.prepare(WORKS["undo"])
    before = bench.stage.state()
    with contextlib.closing(sqlite3.connect(bench.stage.history)) as connection:
        connection.execute(f"PRAGMA user_version = {layout}")
    kept = Path(bench.stage.history).read_bytes()
    for work in ("undo", "rules_apply", "process_new_images"):
        assert f"has layout {layout}" in bench.run(WORKS[work]).error
    assert Path(bench.stage.history).read_bytes() == kept
    assert bench.stage.state() == before


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


@pytest.mark.timeout(600)
def test_a_damaged_history_is_never_followed_blindly(bench: Bench, tried: Callable[[str, int], None]) -> None:
    """Undo changes nothing but what the run had changed, or says that the file is damaged."""
    bench.prepare(WORKS["undo"])
    whole = Path(bench.stage.history).read_bytes()
    shown = bench.stage.state()
    seeds = range(400 if WIDE else 15)
    for seed in seeds:
        Path(bench.stage.history).write_bytes(damage(whole, seed))
        bench.run(WORKS["undo"])
        now = bench.stage.state()
        assert now.changed_since(shown) <= bench.stage.begin.changed_since(shown), f"seed {seed}"
        if now != shown:
            bench.prepare(WORKS["undo"])
            whole, shown = Path(bench.stage.history).read_bytes(), bench.stage.state()
    tried("damaged histories", len(seeds))


def test_after_a_damaged_history_a_new_one_is_begun_by_hand(bench: Bench) -> None:
    bench.prepare(WORKS["undo"])
    Path(bench.stage.history).write_bytes(b"no database" * 500)
    for said in ("was put aside", "is kept as"):
        assert said in bench.run(WORKS["rules_apply"]).error
    with bench.stage.context(calm=True) as context:
        setup(context)
    assert bench.run(WORKS["rules_apply"]).complete
