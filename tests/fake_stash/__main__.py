"""Starts the fake server: prints its URL as the first line and serves until it is told to stop."""

from __future__ import annotations

import argparse
import signal
import threading
from typing import Any

from tests.fake_stash.server.options import Options
from tests.fake_stash.stash import FakeStash

DEFAULTS = Options(library="")


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser("python -m tests.fake_stash", description="A fake Stash server, for tests only.")
    add = parser.add_argument
    add("--library", required=True, metavar="FOLDER", help="the pictures; they are scanned on request")
    add("--plugin", metavar="FOLDER", help="a plugin's folder, with its manifest")
    add("--config", metavar="FOLDER", help="what plugins get as Dir; its plugins/ is loaded, too")
    add("--host", default=DEFAULTS.host, help="the address to listen on (%(default)s)")
    add("--port", type=int, default=DEFAULTS.port, metavar="N", help="the port to listen on; 0 takes a free one")
    add("--images", type=int, default=DEFAULTS.images, metavar="N", help="put so many images without files in")
    add("--username", metavar="U", help="with --password: users must log in")
    add("--password", metavar="P")
    add("--version", default=DEFAULTS.version, metavar="V", help="the version of Stash to play (%(default)s)")
    add("--session-age", type=int, default=DEFAULTS.session_age, metavar="S", help="seconds that a cookie is good for")
    add("--parallel-tasks", type=int, default=DEFAULTS.parallel_tasks, metavar="N", help="workers of a scan")
    return parser.parse_args()


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    options: dict[str, Any] = vars(arguments())
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with FakeStash(**options) as stash:
        print(stash.url, flush=True)
        stop.wait()


if __name__ == "__main__":
    main()
