"""A proxy that counts requests and bytes, and records the bodies so that they can be sent again."""

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
class Traffic:
    """Requests by the names of their documents (`-` without a name), bytes in both directions, and the request bodies."""

    names: Counter[str] = field(default_factory=Counter)
    size: int = 0
    bodies: list[bytes] = field(default_factory=list)

    @property
    def requests(self) -> int:
        return self.names.total()


@contextlib.contextmanager
def counting_proxy(url: str) -> Iterator[tuple[str, Traffic]]:
    """Start a proxy of `url`. Yield its address and its traffic."""
    traffic, lock, session = Traffic(), threading.Lock(), requests.Session()
    session.trust_env = False

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {
                name: self.headers[name] for name in ("Content-Type", "Accept", "ApiKey") if name in self.headers
            }
            answer = session.post(f"{url}{self.path}", data=body, headers=headers, timeout=600)
            name = _NAME.search(body)
            with lock:
                traffic.names[name[1].decode() if name else "-"] += 1
                traffic.size += len(body) + len(answer.content)
                traffic.bodies.append(body)
            self.send_response(answer.status_code)
            self.send_header("Content-Type", answer.headers["Content-Type"])
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
            """Log nothing: the output is a table."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", traffic
        finally:
            server.shutdown()
