"""What these tests share: one environment a module, how wide to go, and the number of cases at the end."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from lib.stash import connection
from tests.faults.environment import open_environment
from tests.faults.invariants import Runner

WIDE = bool(os.environ.get("TORTURE"))
"""`make torture`: every request of every task meets every fault. Otherwise a part of them, the same each time."""
PROPERTY = "cases of "


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """How many cases there were of each kind, over all processes."""
    cases: Counter[str] = Counter()
    for report in (report for ended in ("passed", "failed") for report in terminalreporter.stats.get(ended, ())):
        for name, count in report.user_properties:
            if name.startswith(PROPERTY) and report.when == "call":
                cases[name.removeprefix(PROPERTY)] += count
    if cases:
        told = ", ".join(f"{count} {kind}" for kind, count in sorted(cases.items()))
        terminalreporter.write_line(f"Reliability: {sum(cases.values())} cases: {told}")


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    """A server with the sample library behind a proxy that can misbehave."""
    patched = pytest.MonkeyPatch()
    # What an image may take is a second; in these tests nobody waits that long for an answer that is lost.
    patched.setattr(connection, "SECONDS_PER_IMAGE", 0.0)
    with open_environment() as environment:
        yield Runner(environment)
    patched.undo()


@pytest.fixture
def count_cases(record_property: Callable[[str, object], None]) -> Callable[[str, int], None]:
    """Notes how many cases of a kind a test went through."""
    return lambda kind, count: record_property(f"{PROPERTY}{kind}", count)
