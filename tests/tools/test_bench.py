"""The benchmark runs, compares its contenders, and counts their requests."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from tests.support.server import ROOT
from tools.bench.contenders import Cost, Result
from tools.bench.counting import Traffic

LINE = re.compile(
    r"\| (?P<group>[^|]+) \| (?P<contender>[^|]+) \| (?P<median>[^|]+) \| (?P<ratio>[\d.]+) \| (?P<requests>\d+) \|"
)


@pytest.fixture(scope="module")
def lines() -> dict[tuple[str, str], re.Match[str]]:
    """Return the lines of a small run by group and contender."""
    command = [sys.executable, "-m", "tools.bench", "--images", "40", "--pairs", "1", "write"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("STASH_")}
    process = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True, timeout=120
    )
    return {(match["group"], match["contender"]): match for match in LINE.finditer(process.stdout)}


REQUESTS = {
    "a value for all: ids, then one batch": ("the same value for 40", "this client", 2),
    "one by one: ids, then each image": (
        "different values for 40",
        "stashapp-tools, the first 100 one by one",
        41,
    ),
}


@pytest.mark.parametrize(("group", "contender", "requests"), REQUESTS.values(), ids=REQUESTS)
def test_requests_are_counted(
    lines: dict[tuple[str, str], re.Match[str]], group: str, contender: str, requests: int
) -> None:
    assert int(lines[group, contender]["requests"]) == requests


def test_a_ratio_is_the_median_of_the_rounds() -> None:
    raw = Result("raw", tuple(Cost(seconds, 1) for seconds in (1.0, 2.0, 10.0)), Traffic())
    ours = Result("ours", tuple(Cost(seconds, 1) for seconds in (1.1, 4.0, 10.0)), Traffic())
    assert ours.against(raw) == pytest.approx(1.1)
    assert (ours.seconds, raw.seconds) == (4.0, 2.0)
