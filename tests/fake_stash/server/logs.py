"""The server's log: everything for tests, the newest thirty lines for clients."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from tests.fake_stash.store.clock import now_exactly

SHOWN = 30
LEVELS = ("Trace", "Debug", "Info", "Warning", "Error")


@dataclass(frozen=True)
class LogEntry:
    """One line; `level` is one of LEVELS."""

    time: str
    level: str
    message: str


class Logs(list[LogEntry]):
    """All lines, the oldest first."""

    def __init__(self, level: str = "Info") -> None:
        super().__init__()
        self.level = level
        self._lock = threading.Lock()

    def shown(self) -> list[LogEntry]:
        """What the server shows: the newest lines from its level up, newest first."""
        least = LEVELS.index(self.level)
        with self._lock:
            return [entry for entry in reversed(self) if LEVELS.index(entry.level) >= least][:SHOWN]

    def messages(self, level: str) -> list[str]:
        """The texts of one level, the oldest first."""
        return [entry.message for entry in list(self) if entry.level == level]

    def add(self, level: str, message: str) -> None:
        """Another line."""
        with self._lock:
            self.append(LogEntry(now_exactly(), level, message))
