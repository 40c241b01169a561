"""A reverse proxy that serves a Stash below a path, as people do it: the prefix comes off, and a header tells it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import requests

PREFIX = "/stash"
HOP = {"connection", "content-encoding", "content-length", "transfer-encoding", "date", "server"}


@contextlib.contextmanager
def below_a_path(url: str, stalls: Callable[[bytes], bool] = lambda _body: False) -> Iterator[str]:
    """The address, without a slash at its end, at which the server at `url` is found meanwhile.

    Of the answer to a request that `stalls` picks by its body, nothing comes but the head.
    """
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {**dict(self.headers), "X-Forwarded-Prefix": PREFIX}
            target = url + self.path.removeprefix(PREFIX)
            inside = self.path.startswith(PREFIX)
            method = self.command if inside else "OPTIONS"
            answer = requests.request(method, target, headers=headers, data=body, timeout=60, allow_redirects=False)
            self.send_response(answer.status_code if inside else 404)
            for name, value in answer.headers.items():
                if name.lower() not in HOP:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            if stalls(body):
                over.wait(60)
                self.close_connection = True
            else:
                self.wfile.write(answer.content)

        def do_GET(self) -> None:
            self._pass_on()

        def do_POST(self) -> None:
            self._pass_on()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
            """Nothing is printed."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}{PREFIX}"
        over.set()
        server.shutdown()
