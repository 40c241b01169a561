"""What reading a file costs: in a process of its own, so that the memory is that of this one file."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.support.server import ROOT

MOST_STEPS, MOST_MEGABYTES = 60_000_000, 200
"""Lines of Python, and memory."""
_MEASURE = f"""
import sys
from importlib import import_module
from tests.support.steps import steps_at_most
module, name, path, said = sys.argv[1:]
work = getattr(import_module(module), name)
with steps_at_most({MOST_STEPS}):
    problems = work(path)
status = dict(line.split(":", 1) for line in open("/proc/self/status").read().splitlines())
megabytes = int(status["VmHWM"].split()[0]) / 1024  # getrusage counts what the parent had before
assert megabytes < {MOST_MEGABYTES}, megabytes
assert any(said in problem for problem in problems) if said else not problems, problems
"""


def costs_little(work: Callable[[str], list[str]], path: Path, said: str) -> None:
    """An AssertionError's process where `work`, a function of a module, costs too much for this file, or where none of
    the problems that it returns has `said`; without `said` there must be none.
    """
    command = [sys.executable, "-c", _MEASURE, work.__module__, work.__name__, str(path), said]
    subprocess.run(command, check=True, timeout=60, cwd=ROOT)
