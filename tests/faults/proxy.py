"""A proxy between plugin and server on a real socket: every request is passed on, but for the one that meets a fault."""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading
import time
from collections.abc import Callable
from typing import TypeAlias
from urllib.parse import urlsplit

from tests.support.scripted_server import Heard, Line, ScriptedServer, hang_up

Fault: TypeAlias = Callable[["FaultProxy", Heard, socket.socket], None]
"""What happens to a request: it may be passed on with `proxy.ask`, and answered on the socket or not."""

_HOP = ("content-length", "connection", "transfer-encoding")


class FaultProxy(ScriptedServer):
    """Stands before the server at `url` while its `with` block lasts; `seen` counts the requests since `disturb`."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.target = urlsplit(url)
        self._turn = threading.RLock()
        self._busy = 0
        self.heal()

    def heal(self) -> None:
        """From now on pass on everything."""
        self.disturb(0, None)

    def disturb(self, at: int, fault: Fault | None, *, lasting: bool = False) -> None:
        """The request number `at` from now on meets the fault, and with `lasting` all that follow it."""
        with self._turn:
            self.seen = 0
            self._at, self._fault, self.lasts = at, fault, lasting
        self.open_door()
        if fault is refuse and at == 1:
            self.close_door()

    def wait_idle(self) -> None:
        """Wait until every request that came was dealt with."""
        while self._busy:
            time.sleep(0.01)

    def ask(self, request: Heard) -> bytes:
        """The server's whole answer to this request, as bytes for the socket."""
        connection = http.client.HTTPConnection(self.target.hostname or "", self.target.port, timeout=60)
        with contextlib.closing(connection):
            headers = {name: values[0] for name, values in request.headers.items() if name not in _HOP}
            connection.request("POST", request.target, request.body, headers)
            answer = connection.getresponse()
            body = answer.read()
        kept = [f"{name}: {value}" for name, value in answer.getheaders() if name.lower() not in _HOP]
        head = "\r\n".join([f"HTTP/1.1 {answer.status} {answer.reason}", *kept, f"Content-Length: {len(body)}"])
        return head.encode("latin-1") + b"\r\n\r\n" + body

    def close_door(self) -> None:
        """Refuse connections from now on."""
        with self._turn, contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)  # ends `accept`
            self._socket.close()

    def open_door(self) -> None:
        """Take connections again, at the same port."""
        with self._turn:
            if self._socket.fileno() == -1 and not self.ended.is_set():
                self._socket = socket.create_server(("127.0.0.1", self.port))
                self._start(self._accept)

    def _line_for(self, request: Heard) -> Line:
        with self._turn:
            self.seen += 1
            number = self.seen
        fault = self._fault_of(number) or pass_on

        def line(_server: ScriptedServer, connection: socket.socket) -> None:
            with self._turn:
                self._busy += 1
            try:
                fault(self, request, connection)
            finally:
                with self._turn:
                    self._busy -= 1

        return line

    def _fault_of(self, number: int) -> Fault | None:
        if self._fault is refuse and number == self._at - 1:
            return last_before_the_door_closes
        met = number == self._at or (self.lasts and number > self._at)
        return self._fault if met else None


def pass_on(proxy: FaultProxy, request: Heard, connection: socket.socket) -> None:
    """No fault."""
    connection.sendall(proxy.ask(request))


def refuse(proxy: FaultProxy, request: Heard, connection: socket.socket) -> None:
    """Nobody listens: the request before this one closed the door. What comes by a connection still open, ends there."""
    if proxy.lasts:
        hang_up(proxy, connection)
    else:
        pass_on(proxy, request, connection)


def last_before_the_door_closes(proxy: FaultProxy, request: Heard, connection: socket.socket) -> None:
    """The answer, after which the connection ends and nobody listens any more; unless it lasts, for a moment only."""
    answer = proxy.ask(request)
    proxy.close_door()
    if not proxy.lasts:
        threading.Timer(0.1, proxy.open_door).start()
    connection.sendall(answer.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
    hang_up(proxy, connection)
