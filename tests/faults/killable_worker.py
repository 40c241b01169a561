"""`python -m tests.faults.killable_worker`: runs one task after the other, each in a process of its own that may be killed.

Reads a case a line, as JSON, and writes the id of its process, then how that ended. What a process needs is imported
once, and each is a fork of this one: 20 ms instead of 400.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import signal
import sqlite3
import sys
from typing import Any

from lib.stash import connection
from tests.faults.environment import Environment, open_context
from tests.faults.faults import TIMEOUT
from tests.faults.proxy import FaultProxy
from tests.faults.scenarios import SCENARIOS
from tests.support.server import Server

GRACE = 50 * TIMEOUT
"""Nothing is late in these cases, and the machine may be."""


class KillableConnection(sqlite3.Connection):
    """Dies at the n-th statement: before each commit, after it, and in the midst of each transaction."""

    dies_at = 0

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._seen, self._last = 0, ""
        self.set_trace_callback(self._count)

    def _count(self, statement: str) -> None:
        kind = " ".join(statement.split()[:3])
        if kind == self._last:
            return  # the rows of one `executemany`
        self._seen, self._last = self._seen + 1, kind
        if self._seen == self.dies_at:
            os.kill(os.getpid(), signal.SIGKILL)


def run_scenario(case: dict[str, Any]) -> int:
    """Run one task; 0 when it comes to its end."""
    connection.SECONDS_PER_IMAGE = 0.0
    KillableConnection.dies_at = case["statement"]
    vars(sqlite3)["connect"] = functools.partial(sqlite3.connect, factory=KillableConnection)
    environment = Environment(Server(case["stash"], case["library"], case["folder"]), FaultProxy(case["stash"]))
    with open_context(case["url"], case["folder"], GRACE) as context:
        SCENARIOS[case["scenario"]].run(environment, context)
    return 0


def main() -> None:
    for line in sys.stdin:
        process = os.fork()
        if process == 0:
            code = 1
            with contextlib.suppress(KeyboardInterrupt):
                code = run_scenario(json.loads(line))
            os._exit(code)
        print(process, flush=True)
        _, status = os.waitpid(process, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
