"""A Python that has already imported the common packages, and forks for each run of a plugin.

The tests start thousands of short runs, and importing requests and the standard library is most of one. A run is a process with
its own pipes, environment, path and modules, as it is without this; only `-S` has no effect, so tests of the package do without.
"""

from __future__ import annotations

import json
import os
import runpy
import signal
import socket
import subprocess
import sys
from typing import IO

COMMON = (
    "requests",
    "yaml",
    "defusedxml.ElementTree",
    "concurrent.futures",
    "http.client",
    "secrets",
    "sqlite3",
    "uuid",
)
"""What a task of the plugin imports of others; the plugin's own modules are imported by each run."""
PIPES = 4
"""stdin, stdout and stderr of a run, and the socket on which its process id and exit code are sent."""


class WarmPython:
    """The process that forks. It ends with the process that made it."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            command = [sys.executable, "-S", os.path.abspath(__file__), str(theirs.fileno())]
            self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()], cwd=os.sep, stdin=subprocess.DEVNULL)

    def start(self, script: str, environment: dict[str, str]) -> WarmProcess:
        """Run a script, as `python script` does."""
        (stdin, ours_in), (ours_out, stdout), (ours_err, stderr) = os.pipe(), os.pipe(), os.pipe()
        state, theirs = socket.socketpair()
        given = [stdin, stdout, stderr, theirs.detach()]
        try:
            socket.send_fds(self._socket, [json.dumps([script, environment]).encode()], given)
        finally:
            for number in given:
                os.close(number)
        return WarmProcess(state, ours_in, ours_out, ours_err)


class WarmProcess:
    """One run: what the fake server uses of a `subprocess.Popen`."""

    def __init__(self, state: socket.socket, stdin: int, stdout: int, stderr: int) -> None:
        self.stdin: IO[bytes] = open(stdin, "wb")  # noqa: SIM115 - closed by who writes and reads
        self.stdout: IO[bytes] = open(stdout, "rb")  # noqa: SIM115 - likewise
        self.stderr: IO[bytes] = open(stderr, "rb")  # noqa: SIM115 - likewise
        self._state = state.makefile("r")
        state.close()  # the file keeps it
        self.pid = int(self._state.readline())

    def kill(self) -> None:
        """End it at once."""
        try:
            os.kill(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            return  # it has ended

    def wait(self) -> int:
        """Its exit code, once it has ended; negative for a signal."""
        with self._state:
            return int(self._state.readline())


def _serve(number: int) -> tuple[str, dict[str, str]]:
    """Fork for each run. Return its script and environment in the process of the run, and never in the one that forks."""
    control = socket.socket(fileno=number)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system buries those that watch
    while True:
        message, pipes, _flags, _address = socket.recv_fds(control, 1 << 20, PIPES)
        if not message:
            os._exit(0)
        if os.fork() == 0:
            control.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _fork_and_watch(pipes)
            script, environment = json.loads(message)
            return script, environment
        for pipe in pipes:
            os.close(pipe)


def _fork_and_watch(pipes: list[int]) -> None:
    """Return in the process of the run only. The other tells its process id and exit code."""
    *standard, state = pipes
    pid = os.fork()
    if pid == 0:
        os.close(state)
        for number, pipe in enumerate(standard):
            os.dup2(pipe, number)
            os.close(pipe)
        return
    for pipe in standard:
        os.close(pipe)
    os.write(state, b"%d\n" % pid)
    os.write(state, b"%d\n" % os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    os._exit(0)


def _main() -> None:
    import gc
    import importlib
    import site

    plain = sys.path[1:]
    sys.path[:] = plain  # not this script's folder
    site.main()
    for name in COMMON:
        importlib.import_module(name)
    gc.freeze()
    script, environment = _serve(int(sys.argv[1]))
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = [script]
    sys.path[:] = [
        os.path.dirname(os.path.realpath(script)),
        *filter(None, environment.get("PYTHONPATH", "").split(os.pathsep)),
        *plain,
    ]
    runpy.run_path(script, run_name="__main__")


if __name__ == "__main__":
    _main()
