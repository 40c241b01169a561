"""What may happen to a request, by name: before the server saw it, after the server acted, or instead of its answer."""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.faults.proxy import Fault, FaultProxy, pass_on, refuse
from tests.support.scripted_server import Heard, Line, errors, http, reset

TIMEOUT = 0.4
"""Seconds that the plugin waits for an answer in these tests."""
LATE = TIMEOUT + 0.15
GONE = "99999999"
"""An id that nothing has."""
LOCKED = "database is locked"


def instead(line: Line) -> Fault:
    """The server sees nothing of it."""
    return lambda proxy, _request, connection: line(proxy, connection)


def afterwards(line: Line) -> Fault:
    """The server acts, and its answer is lost."""

    def fault(proxy: FaultProxy, request: Heard, connection: socket.socket) -> None:
        proxy.ask(request)
        line(proxy, connection)

    return fault


def acts_late(proxy: FaultProxy, request: Heard, connection: socket.socket) -> None:
    """Nothing is heard in time, and then the server does it after all."""
    time.sleep(LATE)
    pass_on(proxy, request, connection)


def answers_late(proxy: FaultProxy, request: Heard, connection: socket.socket) -> None:
    """The server acts at once, and nothing is heard in time."""
    answer = proxy.ask(request)
    time.sleep(LATE)
    connection.sendall(answer)


def breaks_off(proxy: FaultProxy, request: Heard, connection: socket.socket) -> None:
    """Half of the answer, then a reset."""
    answer = proxy.ask(request)
    connection.sendall(answer[: len(answer) - 1 - len(answer) // 4])
    reset(proxy, connection)


def cuts_the_json(proxy: FaultProxy, request: Heard, connection: socket.socket) -> None:
    """Half of the JSON, as if that were all."""
    _, _, body = proxy.ask(request).partition(b"\r\n\r\n")
    http("200 OK", body[: len(body) // 2], "Content-Type: application/json")(proxy, connection)


def beginning_with(name: bytes, fault: Fault) -> Fault:
    """The fault from the first request on in which this stands; for all requests."""
    met = False

    def late(proxy: FaultProxy, request: Heard, connection: socket.socket) -> None:
        nonlocal met
        met = met or name in request.body
        (fault if met else pass_on)(proxy, request, connection)

    return late


def of_items(which: Callable[[list[str]], list[str]], message: str | None = None, *, lost: bool = False) -> Fault:
    """Some of a document's parts fail, the others are done; a document of one part fails whole.

    `message`: what the server says of them instead of its own words. `lost`: the connection is reset instead, as when
    the server ends in the midst of it.
    """

    def fault(proxy: FaultProxy, request: Heard, connection: socket.socket) -> None:
        asked = json.loads(request.body)
        items = [name for name in asked["variables"] if re.fullmatch(r"[pn]\d+", name)]
        if "mutation" not in asked["query"] or not items:
            errors(message or "out of order")(proxy, connection)
            return
        for name in which(items):
            asked["variables"][name] = spoilt(asked["variables"][name])
        body = proxy.ask(replace(request, body=json.dumps(asked).encode())).partition(b"\r\n\r\n")[2]
        answer = json.loads(body)
        if lost:
            reset(proxy, connection)
            return
        for error in answer.get("errors", ()) if message else ():
            error["message"] = message
        http("200 OK", json.dumps(answer).encode(), "Content-Type: application/json")(proxy, connection)

    return fault


def spoilt(given: Any) -> Any:
    """An input that the server refuses: something that is not there, or a name that is none."""
    if isinstance(given, list):
        return [*given[:-1], {**given[-1], "studio_id": GONE}]
    if "name" in given:
        return {**given, "name": ""}
    return {**given, "studio_id": GONE}


LOGIN = b"<!DOCTYPE html><html><title>Login</title></html>"

FAULTS: dict[str, Fault] = {
    "refused": refuse,
    "reset before the server acted": instead(reset),
    "reset after the server acted": afterwards(reset),
    "the server acts too late": acts_late,
    "the server answers too late": answers_late,
    "the answer breaks off": breaks_off,
    "the JSON is cut": cuts_the_json,
    "HTML": instead(http("200 OK", LOGIN, "Content-Type: text/html")),
    "500": instead(http("500 Internal Server Error", b"oops")),
    "500 after the server acted": afterwards(http("500 Internal Server Error", b"oops")),
    "502": instead(http("502 Bad Gateway", LOGIN)),
    "502 after the server acted": afterwards(http("502 Bad Gateway", LOGIN)),
    "503": instead(http("503 Service Unavailable", LOGIN)),
    "401": instead(http("401 Unauthorized")),
    "an error on the first item": of_items(lambda items: items[:1]),
    "an error on the last item": of_items(lambda items: items[-1:]),
    "half is done": of_items(lambda items: items[len(items) // 2 :], lost=True),
    "locked": instead(errors(LOCKED)),
    "the last item is locked": of_items(lambda items: items[-1:], LOCKED),
}

SLOW = (acts_late, answers_late)
"""Faults that a plugin does not notice unless it is in a hurry."""
