"""What reading a file costs: in a process of its own, so that processor time and memory are those of this one file."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.support.server import ROOT

MOST_SECONDS, MOST_MEGABYTES = 2, 200
_MEASURE = f"""
import sys, time
from importlib import import_module
module, name, path, said = sys.argv[1:]
work = getattr(import_module(module), name)
begin = time.process_time()  # what a busy machine does meanwhile is not the reader's
problems = work(path)
seconds = time.process_time() - begin
status = dict(line.split(":", 1) for line in open("/proc/self/status").read().splitlines())
megabytes = int(status["VmHWM"].split()[0]) / 1024  # getrusage counts what the parent had before
assert seconds < {MOST_SECONDS}, seconds
assert megabytes < {MOST_MEGABYTES}, megabytes
assert any(said in problem for problem in problems) if said else not problems, problems
"""


def costs_little(work: Callable[[str], list[str]], path: Path, said: str) -> None:
    """An AssertionError's process where `work`, a function of a module, costs too much for this file, or where none of
    the problems that it returns has `said`; without `said` there must be none.
    """
    command = [sys.executable, "-c", _MEASURE, work.__module__, work.__name__, str(path), said]
    subprocess.run(command, check=True, timeout=60, cwd=ROOT)
