"""`make serve`: run the fake server with the scanned sample library and the plugin, and print its URL."""

from __future__ import annotations

import argparse
import signal
import threading

from tools.demo.environment import start_environment


def main() -> None:
    """Serve until Ctrl-C or SIGTERM."""
    parser = argparse.ArgumentParser(description="Run a fake Stash server with the sample library.")
    parser.add_argument("--port", type=int, default=9999, help="0 for a free port (default: %(default)s)")
    options = parser.parse_args()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with start_environment(port=options.port) as environment:
        environment.server.scan()
        print(f"Fake Stash server: {environment.server.url}", flush=True)
        print(f"Library: {environment.server.library}. Press Ctrl-C to stop.", flush=True)
        stop.wait()


if __name__ == "__main__":
    main()
