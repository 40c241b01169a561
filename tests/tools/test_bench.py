"""The bench runs, compares what it says, and counts what is asked."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from tests.support.server import ROOT
from tools.bench.contenders import Cost, Result
from tools.bench.counting import Counted

LINE = re.compile(
    r"\| (?P<what>[^|]+) \| (?P<how>[^|]+) \| (?P<median>[^|]+) \| (?P<ratio>[\d.]+) \| (?P<asked>\d+) \|"
)


@pytest.fixture(scope="module")
def lines() -> dict[tuple[str, str], re.Match[str]]:
    """Every line of a small run, by what was done and how."""
    command = [sys.executable, "-m", "tools.bench", "--images", "40", "--pairs", "1", "write"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("STASH_")}
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True, timeout=120)
    return {(found["what"], found["how"]): found for found in LINE.finditer(ended.stdout)}


ASKED = {
    "a value for all: ids, then one batch": ("the same value for 40", "this client", 2),
    "one by one: ids, then each image": (
        "different values for 40",
        "stashapp-tools, the first 100 one by one",
        41,
    ),
}


@pytest.mark.parametrize(("what", "how", "asked"), ASKED.values(), ids=ASKED)
def test_what_is_compared(lines: dict[tuple[str, str], re.Match[str]], what: str, how: str, asked: int) -> None:
    assert int(lines[what, how]["asked"]) == asked


def test_a_ratio_is_the_median_of_the_rounds() -> None:
    raw = Result("raw", tuple(Cost(seconds, 1) for seconds in (1.0, 2.0, 10.0)), Counted())
    ours = Result("ours", tuple(Cost(seconds, 1) for seconds in (1.1, 4.0, 10.0)), Counted())
    assert ours.against(raw) == pytest.approx(1.1)
    assert (ours.seconds, raw.seconds) == (4.0, 2.0)
