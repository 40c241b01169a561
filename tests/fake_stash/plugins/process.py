"""A plugin's process: one JSON object in, log lines and progress on stderr, the answer on stdout."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.fake_stash.language.numbers import as_double
from tests.fake_stash.plugins.log_lines import LogReader
from tests.fake_stash.plugins.manifest import Operation, Plugin
from tests.fake_stash.plugins.warm_python import WarmProcess, WarmPython
from tests.fake_stash.server.logs import Logs

CHECK_SECONDS = 0.05  # how often it is asked whether the client still waits


class StartError(Exception):
    """The process could not be started."""


class Cancelled(Exception):  # noqa: N818 - an outcome
    """Nobody waits for the process any more; it was killed."""


@dataclass(frozen=True)
class Output:
    """What the plugin answered; `error` where it failed."""

    error: str | None
    output: Any = None


class PluginProcess:
    """One run of a plugin. Killing it kills the process itself, not what it started."""

    def __init__(
        self,
        plugin: Plugin,
        operation: Operation | None,
        plugin_input: dict[str, Any],
        logs: Logs,
        progress: Callable[[float], None] | None = None,
        warm: WarmPython | None = None,
    ) -> None:
        command, environment = _command(plugin, operation)
        if warm and command[:2] == [sys.executable, "-S"]:
            self._process: subprocess.Popen[bytes] | WarmProcess = warm.start(command[2], environment)
        else:
            self._process = _start(command, environment)
        self.output = Output(None)
        self._done = threading.Event()
        assert self._process.stderr, "stderr is a pipe"
        reader = LogReader(plugin.name, plugin.manifest.get("errLog") or "error", logs, progress)
        threads = (
            threading.Thread(target=self._write, args=[plugin_input], daemon=True),
            threading.Thread(target=reader.read, args=[self._process.stderr], daemon=True),
        )
        for thread in threads:
            thread.start()
        threading.Thread(target=self._finish, args=threads, daemon=True).start()

    def wait(self, gone: Callable[[], bool] = lambda: False) -> Output:
        """Its answer; Cancelled if it was killed meanwhile, because `gone` said so or from another thread."""
        while not self._done.wait(CHECK_SECONDS):
            if gone():
                self.kill()
                raise Cancelled
        return self.output

    def kill(self) -> None:
        """End it at once, and do not wait for it."""
        self._process.kill()
        self._done.set()

    def _write(self, plugin_input: dict[str, Any]) -> None:
        assert self._process.stdin, "stdin is a pipe"
        data = json.dumps(plugin_input, ensure_ascii=False, separators=(",", ":")).encode()
        try:
            with self._process.stdin as stdin:
                stdin.write(data)
        except BrokenPipeError:
            return  # it does not want to know

    def _finish(self, *threads: threading.Thread) -> None:
        assert self._process.stdout, "stdout is a pipe"
        with self._process.stdout as stdout:
            text = stdout.read().decode("utf-8", "replace")
        code = self._process.wait()
        for thread in threads:
            thread.join(1)
        output = parse_output(text)
        if code != 0 and output.error is None:
            output = Output(f"exit status {code}" if code > 0 else "signal: killed", output.output)
        if not self._done.is_set():
            self.output = output
            self._done.set()


def _start(command: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    pipe = subprocess.PIPE
    try:  # the server's own working directory is not the plugin's
        return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env=environment, cwd=os.sep)
    except OSError as error:
        raise StartError(f'error running plugin: exec: "{command[0]}": {error.strerror}') from error


def parse_output(text: str) -> Output:
    """The answer in what the plugin printed: an object with `error` or `output`, else the text as it is."""
    try:
        answer = json.loads(text, parse_int=as_double, parse_float=as_double, parse_constant=_no_json)
    except ValueError:
        return Output(None, text)
    if answer is None:
        return Output(None)
    if not isinstance(answer, dict):
        return Output(None, text)
    found = {key.lower(): value for key, value in answer.items()}
    error = found.get("error")
    if error is not None and not isinstance(error, str):
        return Output(None, text)
    return Output(error, found.get("output"))


def _no_json(name: str) -> None:
    raise ValueError(name)  # NaN and Infinity, which Python writes and Go does not read


def _command(plugin: Plugin, operation: Operation | None) -> tuple[list[str], dict[str, str]]:
    command = [*plugin.command, *(operation.exec_args if operation else ())]
    if not command:
        raise StartError("empty exec value")
    environment = dict(os.environ)
    if command[0] in ("python", "python3"):
        command[0] = sys.executable
        below = os.path.dirname(os.path.abspath(plugin.folder))
        known = environment.get("PYTHONPATH")
        environment["PYTHONPATH"] = f"{known}{os.pathsep}{below}" if known else below
    elif shutil.which(command[0]) is None:
        command[0] = os.path.join(plugin.folder, command[0])
    arguments = [part.replace("{pluginDir}", plugin.folder) for part in command[1:]]
    return [command[0], *arguments], environment
