"""A server that answers what a test wrote down: each request gets the script's next line, on a real socket."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, TypeAlias

Line: TypeAlias = Callable[["ScriptedServer", socket.socket], None]
"""What happens after a request was read."""


@dataclass(frozen=True)
class Heard:
    """A request as it came: header names in lower case with all of their values."""

    target: str
    headers: dict[str, list[str]]
    body: bytes


class ScriptedServer:
    """Answers on loopback while its `with` block lasts. Past the script's end the last line is repeated."""

    def __init__(self, *script: Line, host: str = "127.0.0.1", certificate: str | None = None) -> None:
        self._script = list(script)
        self._tls = None
        if certificate:
            self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._tls.load_cert_chain(certificate)
        self._socket = socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
        self._threads: list[threading.Thread] = []
        self._open: list[socket.socket] = []
        self.ended = threading.Event()
        self.heard: list[Heard] = []
        self.connections = 0
        self.port: int = self._socket.getsockname()[1]
        scheme = "https" if certificate else "http"
        self.url = f"{scheme}://[{host}]:{self.port}" if ":" in host else f"{scheme}://{host}:{self.port}"

    def __enter__(self) -> ScriptedServer:
        self._start(self._accept)
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.ended.set()
        for open_socket in (self._socket, *self._open):
            with contextlib.suppress(OSError):
                open_socket.shutdown(socket.SHUT_RDWR)
            open_socket.close()
        for thread in self._threads:
            thread.join(5)

    def _start(self, work: Callable[..., None], *args: Any) -> None:
        thread = threading.Thread(target=work, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                plain, _ = self._socket.accept()
                self.connections += 1
                self._start(self._serve, plain)

    def _serve(self, plain: socket.socket) -> None:
        with contextlib.suppress(OSError), self._wrapped(plain) as connection, connection.makefile("rb") as stream:
            self._open.append(connection)
            while request := _read(stream):
                self.heard.append(request)
                self._line_for(request)(self, connection)

    def _line_for(self, _request: Heard) -> Line:
        """What happens after this request."""
        return self._script[0] if len(self._script) == 1 else self._script.pop(0)

    def _wrapped(self, plain: socket.socket) -> socket.socket:
        return self._tls.wrap_socket(plain, server_side=True) if self._tls else plain


def _read(stream: Any) -> Heard | None:
    first = stream.readline().decode("latin-1").split()
    if not first:
        return None
    headers: dict[str, list[str]] = {}
    while (line := stream.readline().decode("latin-1").strip()) != "":
        name, _, value = line.partition(":")
        headers.setdefault(name.lower(), []).append(value.strip())
    length = int(headers.get("content-length", ["0"])[0])
    return Heard(first[1], headers, stream.read(length))


def http(status: str, body: bytes = b"", *headers: str) -> Line:
    """An HTTP answer, whole."""
    head = "\r\n".join((f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers))
    return lambda _server, connection: connection.sendall(head.encode() + b"\r\n\r\n" + body)


def answer(data: Any, *headers: str) -> Line:
    """GraphQL data."""
    return http("200 OK", json.dumps({"data": data}).encode(), "Content-Type: application/json", *headers)


def errors(*messages: str, status: str = "200 OK") -> Line:
    """GraphQL errors."""
    body = {"errors": [{"message": message, "path": ["findImage"]} for message in messages], "data": None}
    return http(status, json.dumps(body).encode(), "Content-Type: application/json")


def hang_up(_server: ScriptedServer, connection: socket.socket) -> None:
    """Close without a word."""
    connection.shutdown(socket.SHUT_RDWR)


def reset(_server: ScriptedServer, connection: socket.socket) -> None:
    """Reset the connection, as a process does that is killed."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    raise ConnectionResetError  # leaves the server's `with`, which closes it


def stall(sent: bytes = b"") -> Line:
    """Send this much, then nothing more."""

    def line(server: ScriptedServer, connection: socket.socket) -> None:
        connection.sendall(sent)
        server.ended.wait(30)

    return line


def cut(body: bytes) -> Line:
    """Promise more than is sent, then hang up."""

    def line(server: ScriptedServer, connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + body)
        hang_up(server, connection)

    return line


def closed_port() -> int:
    """Return a free port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port
