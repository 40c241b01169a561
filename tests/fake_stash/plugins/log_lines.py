"""A plugin's stderr: lines with a level in front, and progress."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO

from tests.fake_stash.server.logs import Logs

LEVELS = {b"t": "Trace", b"d": "Debug", b"i": "Info", b"w": "Warning", b"e": "Error"}
NAMES = {"trace": "Trace", "debug": "Debug", "info": "Info", "warning": "Warning", "error": "Error", "none": None}
LONGEST = 64 * 1024  # a line of this length ends the reading, and with it the pipe


class LogReader:
    """Puts a plugin's lines into the log. A line without a level has the one that the manifest's errLog names."""

    def __init__(self, name: str, level: str, logs: Logs, progress: Callable[[float], None] | None) -> None:
        self._prefix = f"[Plugin / {name}] "
        self._level = NAMES.get(level, "Error")
        self._logs = logs
        self._progress = progress

    def read(self, stream: IO[bytes]) -> None:
        """Read to the end, or to a line that is too long; closes the stream."""
        with stream:
            while line := stream.readline(LONGEST):
                if len(line) == LONGEST and not line.endswith(b"\n"):
                    return
                content = line.removesuffix(b"\n").removesuffix(b"\r")
                if content:
                    self._take(content)

    def _take(self, line: bytes) -> None:
        if len(line) >= 4 and line[:1] == b"\x01" and line[2:3] == b"\x02":
            text = line[3:].decode("utf-8", "replace").strip()
            if line[1:2] == b"p":
                self._take_progress(text)
                return
            if line[1:2] in LEVELS:
                self._logs.add(LEVELS[line[1:2]], self._prefix + text)
                return
        if self._level:
            self._logs.add(self._level, self._prefix + line.decode("utf-8", "replace"))

    def _take_progress(self, text: str) -> None:
        try:
            part = float(text)
        except ValueError:
            self._logs.add(
                "Error",
                f"Error parsing progress value '{text}': strconv.ParseFloat: parsing \"{text}\": invalid syntax",
            )
            return
        if self._progress:
            self._progress(part)
