"""The socket: HTTP/1.1 on loopback, a thread for each connection."""

from __future__ import annotations

import gzip
import select
import socket
import sys
from email.utils import formatdate
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.fake_stash.web.messages import HttpAnswer, HttpRequest
from tests.fake_stash.web.routes import Routes

COMPRESSED = ("application/json", "text/", "application/javascript")
NO_BODY = (204, 304)


class Server(ThreadingHTTPServer):
    """Serves the routes until it is shut down."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], routes: Routes) -> None:
        self.routes = routes
        super().__init__(address, Handler)

    def handle_error(self, _request: Any, _address: Any) -> None:
        """A client that went away is nothing to print about; anything else is."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(_request, _address)


class Handler(BaseHTTPRequestHandler):
    """Reads requests and writes answers; each goes out in one piece."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        request = HttpRequest(self.command, self.path, self.headers, body, lambda: connection_lost(self.connection))
        self._write(self.server.routes.serve(request))

    do_GET = do_POST = do_HEAD = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = _serve  # noqa: N815 - named by the base class

    def _write(self, answer: HttpAnswer) -> None:
        headers = [("Vary", "Origin"), *answer.headers]
        body = answer.body
        if self._compresses(answer):
            body = gzip.compress(body, compresslevel=4)
            headers += [("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding")]
        headers.append(("Date", formatdate(usegmt=True)))
        if answer.status not in NO_BODY:
            headers.append(("Content-Length", str(len(body))))
        lines = [f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}"]
        lines += [f"{name}: {value}" for name, value in headers]
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
        self.wfile.write(head if self.command == "HEAD" else head + body)

    def _compresses(self, answer: HttpAnswer) -> bool:
        accepted = "gzip" in self.headers.get("Accept-Encoding", "")
        accepted = accepted and "no-transform" not in answer.header("Cache-Control")
        return accepted and bool(answer.body) and answer.header("Content-Type").startswith(COMPRESSED)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
        """Nothing is printed: the fake server's output is its URL."""


def connection_lost(connection: socket.socket) -> bool:
    """Has the client closed the connection while it should wait for an answer?"""
    readable, _, _ = select.select([connection], [], [], 0)
    if not readable:
        return False
    try:
        return connection.recv(1, socket.MSG_PEEK) == b""
    except ConnectionError:
        return True
