"""Logging in Stash's plugin log protocol: one line a message on stderr, `SOH level STX text`.

Stash reads stderr line by line; a line of 64 KiB closes the pipe for good, a line without its prefix counts as an
error, and an empty message isn't recognized (measured on v0.30.1).
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import time
from typing import BinaryIO

TRACE = 5
MAX_LINE = 16_000
"""Bytes of text in a line, far below the 64 KiB that close the pipe."""

_LEVELS = ((logging.ERROR, b"e"), (logging.WARNING, b"w"), (logging.INFO, b"i"), (logging.DEBUG, b"d"))

logger = logging.getLogger("image_tools")


def format_line(level: bytes, message: str) -> bytes:
    """Return a message as bytes: each line with its prefix, in UTF-8, cut at `MAX_LINE` bytes, never empty."""
    lines = message.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return b"".join(b"\x01" + level + b"\x02" + _cut(line or " ") + b"\n" for line in lines)


def _cut(line: str) -> bytes:
    data = line.encode("utf-8", "backslashreplace")
    if len(data) <= MAX_LINE:
        return data
    return data[:MAX_LINE].decode("utf-8", "ignore").encode() + " … (cut)".encode()


class StashHandler(logging.Handler):
    """Writes log records to Stash. If the pipe is closed, the task continues without its log."""

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__()
        self._stream: BinaryIO | None = stream

    def emit(self, record: logging.LogRecord) -> None:
        level = next((letter for number, letter in _LEVELS if record.levelno >= number), b"t")
        self.write(format_line(level, self.format(record)))

    def write(self, data: bytes) -> None:
        stream = self._stream
        if stream is None:
            return
        try:
            stream.write(data)
            stream.flush()
        except (OSError, ValueError):
            # Stash closed the pipe: a library wrote a long line, or Stash is shutting down.
            self._stream = None
            _redirect_to_null(stream)


def _redirect_to_null(stream: BinaryIO) -> None:
    """Redirect the stream to the null device: Python flushes it at its end, and exits with status 120 if that fails."""
    with contextlib.suppress(OSError, ValueError), open(os.devnull, "wb") as null:
        os.dup2(null.fileno(), stream.fileno())


class Progress:
    """Reports a task's progress to Stash: from 0 to 1, never backwards, at most ten times a second."""

    INTERVAL = 0.1

    def __init__(self, handler: StashHandler | None = None) -> None:
        self._handler = handler
        self._value = 0.0
        self._reported_at = float("-inf")

    def __call__(self, done: float, total: float = 1.0) -> None:
        """Report `done` of `total`. A total of 0 counts as finished."""
        value = min(1.0, done / total) if total else 1.0
        now = time.monotonic()
        if value <= self._value or (value < 1.0 and now - self._reported_at < self.INTERVAL):
            return
        self._value, self._reported_at = value, now
        if self._handler is not None:
            self._handler.write(format_line(b"p", f"{value:.4f}"))


def configure_logging() -> StashHandler:
    """Send all logging to Stash: ours from trace up, warnings of other libraries.

    urllib3's warnings are off: one about unreadable headers quotes all of them, a new cookie included.
    """
    handler = StashHandler(sys.stderr.buffer)
    handler.setFormatter(logging.Formatter("%(message)s"))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.captureWarnings(capture=True)
    logging.getLogger("urllib3").setLevel(logging.ERROR)
    logger.setLevel(TRACE)
    return handler
