"""Measure the start: the time to a task's first log line, and the cost of a hook's process."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator

from tests.support.real_stash import link_plugin
from tests.support.server import ROOT, Server
from tools.bench.contenders import Contender, Group, Run
from tools.bench.rules import connection, plugin_of

HOOKS = 31
MODES = ("setup", "statistics", "rules_preview")


def groups(server: Server) -> Iterator[Group]:
    """Return the comparisons, plain Python first."""
    bare = ["-c", "import sys, requests, stashapi.stashapp; print('here', file=sys.stderr)"]
    plugin = ["-S", os.path.join(plugin_of(server.folder), "image_tools.py")]
    yield Group(
        "start: the first log line",
        [
            Contender("Python with requests and stashapp-tools", first_line, (server.folder, bare, "")),
            *(Contender(f"the task {mode}", first_line, (server.folder, plugin, mode)) for mode in MODES),
        ],
    )
    for name, cpu in (("elapsed", False), ("CPU", True)):
        yield Group(
            f"a hook's process, {name}",
            [
                Contender("python -S -c pass", bare_process, (cpu,)),
                Contender("the hook, its task queued", hook, (cpu,)),
            ],
        )


def first_line(url: str, folder: str, options: list[str], mode: str) -> Run:
    """Return the seconds from the start of a process to its first line on stderr."""
    stdin = json.dumps({"server_connection": connection(url, folder), "args": {"mode": mode}}).encode()
    pipe = subprocess.PIPE

    def run() -> float:
        start = time.perf_counter()
        command = [sys.executable, *options]
        with subprocess.Popen(command, stdin=pipe, stdout=subprocess.DEVNULL, stderr=pipe, cwd="/") as process:
            assert process.stdin
            assert process.stderr
            process.stdin.write(stdin)
            process.stdin.close()
            process.stderr.readline()
            seconds = time.perf_counter() - start
            process.kill()  # these tasks don't change anything
            return seconds

    return run


def bare_process(url: str, cpu: bool) -> Run:
    """Start Python without a program."""
    return lambda: _measure([sys.executable, "-S", "-c", "pass"], _hook_input(url), cpu=cpu)


def hook(url: str, cpu: bool) -> Run:
    """Start the plugin for a new image while its task is queued."""
    folder = tempfile.TemporaryDirectory(prefix="bench-")
    plugin = os.path.join(folder.name, "plugin")
    link_plugin(str(ROOT), plugin)

    def run() -> float:
        with folder:
            with open(os.path.join(plugin, ".new-images-queued"), "wb") as flag:
                flag.write(b"queued\n")
            return _measure([sys.executable, "-S", os.path.join(plugin, "image_tools.py")], _hook_input(url), cpu=cpu)

    return run


def _hook_input(url: str) -> bytes:
    context = {"id": 7, "type": "Image.Create.Post", "input": None}
    return json.dumps({"server_connection": connection(url, "/"), "args": {"hookContext": context}}).encode()


def _measure(command: list[str], stdin: bytes, *, cpu: bool) -> float:
    """Return the seconds of a process, elapsed or of the processor."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    subprocess.run(command, input=stdin, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    seconds = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime if cpu else seconds
