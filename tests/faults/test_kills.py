"""SIGKILL, which is what Stash's Stop button is: at every statement of runs.sqlite and at every request."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator

import pytest

from tests.faults.conftest import WIDE
from tests.faults.invariants import KILLED, Outcome, Runner, numbers
from tests.faults.proxy import Fault, FaultProxy
from tests.faults.scenarios import SCENARIOS
from tests.support.scripted_server import Heard, reset
from tests.support.server import ROOT

pytestmark = pytest.mark.timeout(600)

NARROW = 23
"""Outside of `make torture` one moment in so many is taken."""
FOLLOW_UP = "create_image, after the scan"
"""The part of create_image that is entered in the history."""
LAST = 500
"""Far more statements than any of these tasks has."""


class KillableWorker:
    """Starts tasks in processes of their own."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        command = [sys.executable, "-m", "tests.faults.killable_worker"]
        self._starter = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._process = 0
        self._started = threading.Event()

    def close(self) -> None:
        self._starter.communicate("")

    def run(self, scenario: str, statement: int = 0) -> int:
        """The exit code of a task, which dies at this statement; negative where a signal ended it."""
        assert self._starter.stdin
        assert self._starter.stdout
        self._started.clear()
        stash = self._runner.environment.stash
        places = {"stash": stash.url, "library": stash.library, "folder": stash.folder}
        case = {"scenario": scenario, "statement": statement, "url": self._runner.environment.proxy.url, **places}
        print(json.dumps(case), file=self._starter.stdin, flush=True)
        self._process = int(self._starter.stdout.readline())
        self._started.set()
        return int(self._starter.stdout.readline())

    def kill(self) -> None:
        assert self._started.wait(60)  # without an id, `kill` would end the tests themselves
        os.kill(self._process, signal.SIGKILL)

    def dying(self, *, after: bool) -> Fault:
        """The process dies at this request: before the server sees it, or after it acted."""

        def fault(proxy: FaultProxy, request: Heard, connection: socket.socket) -> None:
            if after:
                proxy.ask(request)
            self.kill()
            reset(proxy, connection)

        return fault


@pytest.fixture(scope="module")
def worker(runner: Runner) -> Iterator[KillableWorker]:
    started = KillableWorker(runner)
    yield started
    started.close()


def begin(runner: Runner, scenario: str) -> Callable[[int], bool]:
    """Prepare a case; what is returned judges it by the exit code, and says whether the process was killed."""
    end, _ = runner.baseline(scenario)
    runner.prepare(SCENARIOS[scenario])
    before = runner.environment.state()

    def judge(code: int) -> bool:
        runner.environment.proxy.heal()
        runner.environment.wait_idle()
        assert code in (0, -signal.SIGKILL)
        killed = code != 0
        runner.check(SCENARIOS[scenario], before, end, KILLED if killed else Outcome({}))
        return killed

    return judge


@pytest.mark.parametrize("scenario", [name for name, each in SCENARIOS.items() if each.journalled or name == FOLLOW_UP])
def test_killed_at_a_statement(
    runner: Runner, worker: KillableWorker, count_cases: Callable[[str, int], None], scenario: str
) -> None:
    count = 0
    for at in numbers(LAST, 1 if WIDE else NARROW, list(SCENARIOS).index(scenario) * 5):
        judge = begin(runner, scenario)
        if not judge(worker.run(scenario, at)):
            break
        count += 1
    assert count > 0
    count_cases("kills at a statement", count)


@pytest.mark.parametrize("after", [False, True], ids=["before the server acted", "after the server acted"])
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_killed_at_a_request(
    runner: Runner, worker: KillableWorker, count_cases: Callable[[str, int], None], scenario: str, after: bool
) -> None:
    _, requests = runner.baseline(scenario)
    killed = 0
    for at in numbers(requests, 1 if WIDE else NARROW, list(SCENARIOS).index(scenario) * 2 + after):
        judge = begin(runner, scenario)
        runner.environment.proxy.disturb(at, worker.dying(after=after))
        killed += judge(worker.run(scenario))  # where a job is waited for, one request more or less is sent
    assert killed
    count_cases("kills at a request", killed)
