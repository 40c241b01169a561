"""A proxy that counts what goes through it, and keeps the bodies so that they can be sent again."""

from __future__ import annotations

import contextlib
import re
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import requests

_NAME = re.compile(rb'"query":\s*"\s*(?:query|mutation)\s+(\w+)')


@dataclass
class Counted:
    """Requests by the names of their documents (`-` has none), bytes of both directions, and the bodies sent."""

    names: Counter[str] = field(default_factory=Counter)
    size: int = 0
    bodies: list[bytes] = field(default_factory=list)

    @property
    def requests(self) -> int:
        return self.names.total()


@contextlib.contextmanager
def counting(url: str) -> Iterator[tuple[str, Counted]]:
    """An address that passes everything on to `url`, and what it has counted."""
    counted, lock, session = Counted(), threading.Lock(), requests.Session()
    session.trust_env = False

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {
                name: self.headers[name] for name in ("Content-Type", "Accept", "ApiKey") if name in self.headers
            }
            answer = session.post(f"{url}{self.path}", data=body, headers=headers, timeout=600)
            named = _NAME.search(body)
            with lock:
                counted.names[named[1].decode() if named else "-"] += 1
                counted.size += len(body) + len(answer.content)
                counted.bodies.append(body)
            self.send_response(answer.status_code)
            self.send_header("Content-Type", answer.headers["Content-Type"])
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
            """A line for every request would be in the way of the table."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", counted
        finally:
            server.shutdown()
