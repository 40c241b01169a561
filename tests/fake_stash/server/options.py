"""What a fake server can be started with."""

from __future__ import annotations

from dataclasses import dataclass

PARTIAL_VERSION = 'a version such as "v0.30.1"'


@dataclass(frozen=True)
class Options:
    """The command line's options, by the same names."""

    library: str
    plugin: str | None = None
    config: str | None = None
    host: str = "127.0.0.1"
    port: int = 0
    images: int = 0
    username: str | None = None
    password: str | None = None
    version: str = "v0.30.1"
    session_age: int = 3600
    parallel_tasks: int = 1
