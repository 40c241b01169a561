"""The door to the network against a server that misbehaves: what is repeated, what is said, what is never told."""

from __future__ import annotations

import json
import socket
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest

from lib.errors import (
    DataError,
    TransportConnectionFailed,
    TransportError,
    TransportQueryError,
    TransportServerError,
)
from lib.stash.address import Address
from lib.stash.connection import Connection
from tests.support.ids import shown
from tests.support.scripted_server import (
    Line,
    ScriptedServer,
    answer,
    closed_port,
    cut,
    errors,
    hang_up,
    http,
    reset,
    stall,
)

GOOD = answer({"version": {"version": "v0.30.1"}})
LOCKED = errors("beginning transaction: database is locked")
PAUSES = (0.01, 0.01)
SECRET, COOKIE, FRESH = "s3cr3t", "MTczMjg5NjAwMHxEWDhFQVFMX2dB", "RlJFU0hjb29raWVGUkVTSGNvb2"
CERTIFICATE = str(Path(__file__).parents[1] / "data" / "self_signed.pem")


@pytest.fixture
def serve() -> Iterator[Callable[..., tuple[Connection, ScriptedServer]]]:
    """Starts a server with a script, and a connection to it."""
    servers: list[ScriptedServer] = []

    def start(*script: Line, host: str = "127.0.0.1", **options: Any) -> tuple[Connection, ScriptedServer]:
        server = ScriptedServer(*script, host=host, certificate=options.pop("certificate", None)).__enter__()
        servers.append(server)
        return Connection(Address.parse(server.url), pauses=PAUSES, **{"timeout": 10, **options}), server

    yield start
    for server in servers:
        server.__exit__(None, None, None)


TEMPORARY: list[tuple[str, Line]] = [
    ("hangs up", hang_up),
    ("resets", reset),
    ("502", http("502 Bad Gateway", b"<html>nginx</html>")),
    ("503", http("503 Service Unavailable")),
    ("504", http("504 Gateway Timeout")),
    ("locked", LOCKED),
]
LASTING: list[tuple[str, Line, type[TransportError], str]] = [
    ("401", http("401 Unauthorized"), TransportServerError, "401: Stash does not accept the credentials"),
    (
        "302",
        http("302 Found", b"", "Location: /login"),
        TransportServerError,
        "302: Stash requires a login. Use an API",
    ),
    ("403", http("403 Forbidden", b"public access"), TransportServerError, "403: .*public internet"),
    (
        "a wrong key on v0.25",
        http("500 Internal Server Error", b"unauthorized\n"),
        TransportServerError,
        "the credentials",
    ),
    (
        "500",
        http("500 Internal Server Error", b"oops"),
        TransportServerError,
        "500 Internal Server Error: .* 4 bytes of unknown type",
    ),
    (
        "HTML",
        http("200 OK", b"<html>another server</html>", "Content-Type: text/html"),
        TransportServerError,
        "200 OK: .* 27 bytes of text/html",
    ),
    ("half", http("200 OK", b'{"data": {"findIm'), TransportServerError, "200 OK"),
    ("a list", http("200 OK", b"[]"), TransportServerError, "200 OK"),
    ("no data", http("200 OK", b'{"data": null}'), TransportServerError, "200 OK"),
    ("not UTF-8", http("200 OK", b'{"data": "\xff"}'), TransportServerError, "200 OK"),
    ("refused", errors("image with id 9 not found"), TransportQueryError, "findImage: image with id 9 not found"),
    ("422", errors("unknown field", status="422 Unprocessable Entity"), TransportQueryError, "unknown field"),
]


@pytest.mark.parametrize("line", [line for _, line in TEMPORARY], ids=[name for name, _ in TEMPORARY])
def test_what_passes_is_asked_again(serve: Any, line: Line) -> None:
    connection, server = serve(line, line, GOOD)
    assert connection.execute("{ version { version } }") == {"version": {"version": "v0.30.1"}}
    assert [json.loads(request.body)["query"] for request in server.heard] == ["{ version { version } }"] * 3


@pytest.mark.parametrize("line", [line for _, line in TEMPORARY], ids=[name for name, _ in TEMPORARY])
def test_what_does_not_pass_is_given_up(serve: Any, line: Line) -> None:
    connection, server = serve(line)
    with pytest.raises(TransportError) as caught:
        connection.execute("{ version { version } }")
    assert caught.value.temporary
    assert len(server.heard) == 1 + len(PAUSES)


@pytest.mark.parametrize("line", [line for _, line in TEMPORARY], ids=[name for name, _ in TEMPORARY])
def test_what_counts_is_sent_once(serve: Any, line: Line) -> None:
    connection, server = serve(line)
    with pytest.raises(TransportError):
        connection.execute("mutation { imageIncrementO(id: 5) }", idempotent=False)
    assert len(server.heard) == 1


@pytest.mark.parametrize(("line", "kind", "said"), [row[1:] for row in LASTING], ids=[row[0] for row in LASTING])
def test_what_stays_is_said_at_once(serve: Any, line: Line, kind: type[TransportError], said: str) -> None:
    connection, server = serve(line)
    with pytest.raises(kind, match=said) as caught:
        connection.execute("{ version { version } }")
    assert not caught.value.temporary
    assert len(server.heard) == 1


def test_an_answer_that_breaks_off(serve: Any) -> None:
    connection, _ = serve(cut(b'{"data": {"ver'))
    with pytest.raises(TransportError):
        connection.execute("{ version { version } }")


def test_nobody_there(monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"http://127.0.0.1:{closed_port()}"
    slept: list[float] = []
    monkeypatch.setattr("lib.stash.connection.time", SimpleNamespace(sleep=slept.append))
    with pytest.raises(TransportConnectionFailed, match=f"{url}: Connection refused. Is Stash running") as caught:
        Connection(Address.parse(url), pauses=PAUSES).execute("{ version { version } }")
    assert (caught.value.sent, caught.value.temporary) == (False, True)
    assert slept == list(PAUSES)


def test_a_name_that_nobody_has() -> None:
    with pytest.raises(TransportConnectionFailed) as caught:
        Connection(Address.parse("http://no-such-host.invalid"), pauses=(60.0,)).execute("{ version { version } }")
    assert (caught.value.sent, caught.value.temporary) == (False, False)


@pytest.mark.parametrize(
    "line", [stall(), stall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")], ids=["silent", "half an answer"]
)
def test_no_answer_in_time_is_not_asked_again(serve: Any, line: Line) -> None:
    connection, server = serve(line, timeout=0.2)
    with pytest.raises(TransportConnectionFailed, match=r"no answer within 0\.2 s") as caught:
        connection.execute("{ version { version } }")
    assert (caught.value.sent, caught.value.temporary) == (True, False)
    assert len(server.heard) == 1


def test_more_images_are_given_more_time(serve: Any) -> None:
    connection, _ = serve(stall(), timeout=0.1)
    with pytest.raises(TransportConnectionFailed, match=r"within 1\.1 s"):
        connection.execute("mutation { imageUpdate(input: {id: 5}) { id } }", images=1)


def test_the_callers_own_trouble_is_not_taken_for_the_connections() -> None:
    connection = Connection(Address.parse(f"http://127.0.0.1:{closed_port()}"), pauses=())

    def ask_while_handling_something_else() -> None:
        try:
            int("x")
        except ValueError:
            connection.execute("{ version { version } }")

    with pytest.raises(TransportConnectionFailed, match="Connection refused"):
        ask_while_handling_something_else()


SHAPES: dict[str, tuple[Line, str]] = {
    "nothing of what was asked": (answer({}), "the answer lacks version, which was requested"),
    "no data": (http("200 OK", b'{"data": null}'), "unexpected answer"),
    "a list of data": (http("200 OK", b'{"data": []}'), "unexpected answer"),
    "a number of errors": (http("200 OK", b'{"errors": 5, "data": {"version": 1}}'), "unexpected answer"),
    "a list": (http("200 OK", b"[]"), "unexpected answer"),
}


@pytest.mark.parametrize(("line", "said"), SHAPES.values(), ids=SHAPES)
def test_an_answer_of_another_shape(serve: Any, line: Line, said: str) -> None:
    connection, _ = serve(line)
    with pytest.raises(TransportServerError, match=said):
        _ = connection.execute("{ version { version } }")["version"]


MAY_BE_DONE: dict[str, tuple[Line, bool]] = {
    "reset": (reset, True),
    "500": (http("500 Oops", b"x"), True),
    "HTML": (http("200 OK", b"<html>"), True),
    "401": (http("401 Unauthorized"), False),
    "an error": (errors("no such image"), False),
}


@pytest.mark.parametrize(("line", "said"), MAY_BE_DONE.values(), ids=MAY_BE_DONE)
def test_what_may_be_done_all_the_same_is_said(serve: Any, line: Line, *, said: bool) -> None:
    connection, _ = serve(line)
    for idempotent in (False, True):
        with pytest.raises(TransportError) as caught:
            connection.execute("mutation { imageIncrementO(id: 1) }", idempotent=idempotent)
        assert ("may have been applied" in str(caught.value)) is (said and not idempotent)


def test_nobody_there_did_nothing() -> None:
    connection = Connection(Address.parse(f"http://127.0.0.1:{closed_port()}"))
    with pytest.raises(TransportConnectionFailed) as caught:
        connection.execute("mutation { imageIncrementO(id: 1) }", idempotent=False)
    assert "may have been applied" not in str(caught.value)


def test_a_path_that_is_no_utf8(serve: Any) -> None:
    connection, _ = serve(http("200 OK", b'{"data": {"path": "/caf\xe9.png"}}'))
    assert connection.execute("{ path }") == {"path": "/caf\ufffd.png"}


def test_of_many_errors_a_few_are_told_and_all_are_kept(serve: Any) -> None:
    connection, _ = serve(errors(*(f"error {number}" for number in range(1000))))
    with pytest.raises(TransportQueryError, match=r"error 4; and 995 more errors$") as caught:
        connection.execute("{ version { version } }")
    assert len(caught.value.errors) == 1000


def test_errors_without_the_usual_shape(serve: Any) -> None:
    connection, _ = serve(http("200 OK", b'{"errors": ["just text", {}]}'))
    with pytest.raises(TransportQueryError, match="just text"):
        connection.execute("{ version { version } }")


def test_a_fresh_cookie_replaces_the_old_one_and_is_sent_once(serve: Any) -> None:
    fresh = answer({}, "Set-Cookie: other=1; Path=/", "Set-Cookie: session=second; Path=/; Max-Age=3600; SameSite=Lax")
    connection, server = serve(fresh, GOOD, cookie=("session", "first"))
    connection.execute("{ version { version } }")
    connection.execute("{ version { version } }")
    assert [request.headers["cookie"] for request in server.heard] == [["session=first"], ["session=second"]]


def test_cookie_and_api_key_go_together(serve: Any) -> None:
    connection, server = serve(GOOD, cookie=("session", "first"), api_key="key")
    connection.execute("{ version { version } }")
    assert server.heard[0].headers["cookie"] == ["session=first"]
    assert server.heard[0].headers["apikey"] == ["key"]


def test_what_every_request_says(serve: Any) -> None:
    connection, server = serve(GOOD)
    connection.execute("query($id: ID!) { findImage(id: $id) { id } }", {"id": "夏"})
    request = server.heard[0]
    assert request.target == "/graphql"
    assert request.headers["accept"] == ["application/json"]
    assert request.headers["content-type"] == ["application/json"]
    assert json.loads(request.body)["variables"] == {"id": "夏"}
    assert "cookie" not in request.headers
    assert "apikey" not in request.headers


def test_requests_share_one_connection(serve: Any) -> None:
    connection, server = serve(GOOD)
    for _ in range(3):
        connection.execute("{ version { version } }")
    assert len(server.heard) == 3
    assert server.connections == 1


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
@pytest.mark.parametrize("loopback", [True, False], ids=["loopback", "elsewhere"])
def test_no_proxy(serve: Any, monkeypatch: pytest.MonkeyPatch, name: str, *, loopback: bool) -> None:
    _, server = serve(GOOD)
    connection = Connection(Address(server.url, loopback))
    monkeypatch.setenv(name, f"http://127.0.0.1:{closed_port()}")
    connection.execute("{ version { version } }")
    assert server.heard[0].target == "/graphql"


def test_no_password_of_netrc(serve: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _, server = serve(GOOD)
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login grace password correct-horse")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    Connection(Address(server.url, loopback=False)).execute("{ version { version } }")
    assert "authorization" not in server.heard[0].headers


def test_a_certificate_that_is_named_is_trusted(serve: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    _, server = serve(GOOD, certificate=CERTIFICATE)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", CERTIFICATE)
    elsewhere = Connection(Address(server.url, loopback=False), pauses=())
    with pytest.raises(TransportConnectionFailed) as caught:
        elsewhere.execute("{ version { version } }")
    assert "mismatch" in str(caught.value) or "not valid for" in str(caught.value), "trusted, but for its name"


def test_0_0_0_0_and_ipv6(serve: Any) -> None:
    _, server = serve(GOOD)
    Connection(Address.of_plugin({"Host": "0.0.0.0", "Port": server.port})).execute("{ version { version } }")
    _, server = serve(GOOD, host="::1")
    Connection(Address.of_plugin({"Host": "[::]", "Port": server.port})).execute("{ version { version } }")
    assert server.heard[0].headers["host"] == [f"[::1]:{server.port}"]


def test_tls_is_not_verified_on_loopback_and_is_elsewhere(serve: Any) -> None:
    connection, server = serve(GOOD, certificate=CERTIFICATE)
    assert connection.execute("{ version { version } }") == {"version": {"version": "v0.30.1"}}
    elsewhere = Connection(Address(server.url, loopback=False), pauses=(60.0,))
    with pytest.raises(TransportConnectionFailed, match=r"certificate verify failed.* REQUESTS_CA_BUNDLE") as caught:
        elsewhere.execute("{ version { version } }")
    assert (caught.value.sent, caught.value.temporary) == (False, False)
    assert len(server.heard) == 1


def echo(make: Callable[[str], Line]) -> Line:
    """A server that says again what it was asked with."""

    def line(server: ScriptedServer, connection: socket.socket) -> None:
        make(f"{server.heard[-1].headers['cookie'][0]} {server.heard[-1].headers['apikey'][0]}")(server, connection)

    return line


def raw(text: str) -> Line:
    return lambda _server, connection: connection.sendall(text.encode())


ECHOES: dict[str, Callable[[str], Line]] = {
    "nothing": lambda _: hang_up,
    "401": lambda _: http("401 Unauthorized"),
    "a login": lambda asked: http("302 Found", b"", f"Location: /login?{asked}"),
    "HTML": lambda asked: http("200 OK", asked.encode()),
    "an error page": lambda asked: http("500 Internal Server Error", asked.encode()),
    "quoted for an address": lambda asked: http("500 Oops", quote(asked).encode()),
    "quoted for HTML": lambda asked: http("502 Oops", asked.replace("=", "&#x3D;").encode()),
    "in base64": lambda asked: http("500 Oops", b64encode(asked.encode())),
    "in capitals": lambda asked: http("500 Oops", asked.upper().encode()),
    "the status": lambda asked: http(f"500 {asked}"),
    "the status of an answer": lambda asked: http(f"200 {asked}", b"<html>"),
    "the kind of content": lambda asked: http("500 Oops", b"x", f"Content-Type: text/{asked[8:]}"),
    "no status": lambda asked: raw(f"{asked}\r\n\r\n"),
    "a length": lambda asked: raw(f"HTTP/1.1 500 x\r\nTransfer-Encoding: chunked\r\n\r\n{asked[8:]}\r\n"),
    "an error": lambda asked: errors(f"refused: {asked}"),
    "an error that is asked again": lambda asked: errors(f"database is locked: {asked}"),
    "an error without the padding": lambda asked: errors(f"refused: {asked.replace('=', '')}"),
    "a cookie of that very answer": lambda _: http("500 Oops", FRESH.encode(), f"Set-Cookie: session={FRESH}; Path=/"),
    "an error with that cookie": lambda _: http(
        "200 OK", json.dumps({"errors": [{"message": FRESH}]}).encode(), f"Set-Cookie: session={FRESH}; Path=/"
    ),
    "headers that are none": lambda _: http("500 Oops", b"", "this is no header", f"Set-Cookie: session={FRESH}"),
    "a cookie that cannot be sent": lambda _: http("200 OK", b"{}", f'Set-Cookie: session="{FRESH}\\012x"'),
}
# What headers look like that urllib3 cannot read is a warning of its own, which is switched off with all of Python's.
UNREADABLE = "headers that are none"


@pytest.mark.parametrize("name", ECHOES)
def test_no_credential_in_a_message(serve: Any, caplog: pytest.LogCaptureFixture, name: str) -> None:
    connection, _ = serve(echo(ECHOES[name]), api_key=f"{SECRET}==", cookie=("session", f"{COOKIE}=="))
    with caplog.at_level(0, "image_tools"), pytest.raises(TransportError) as caught:
        connection.execute("{ version { version } }")
    seen = [
        caught.value,
        caught.value.args,
        getattr(caught.value, "errors", ""),
        caplog.text if name != UNREADABLE else "",
    ]
    for form in (SECRET, COOKIE, FRESH, SECRET.upper(), b64encode(f"{COOKIE}==".encode()).decode()[4:20]):
        assert form not in str(seen)


@pytest.mark.parametrize(
    "given",
    [
        {"api_key": f"{SECRET}\n"},
        {"api_key": f" {SECRET}"},
        {"api_key": f"{SECRET}é"},
        {"api_key": 5},
        {"cookie": ("session", f"{SECRET}\r\nHost: x")},
    ],
    ids=shown,
)
def test_credentials_that_cannot_be_sent_are_refused_unseen(given: dict[str, Any]) -> None:
    with pytest.raises(DataError, match="cannot be sent") as caught:
        Connection(Address.parse("http://localhost"), **given)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("value", [float("nan"), object(), b"bytes", {1, 2}], ids=["nan", "object", "bytes", "set"])
def test_what_json_cannot_hold_is_refused_before_it_is_sent(serve: Any, value: Any) -> None:
    connection, server = serve(GOOD)
    with pytest.raises(DataError, match="cannot be sent as JSON"):
        connection.execute("{ version { version } }", {"x": value})
    assert server.heard == []


def test_get_answers_bytes_or_says_why_not(serve: Any) -> None:
    connection, server = serve(http("200 OK", b"\x89PNG"), http("404 Not Found", b"no such image"))
    assert connection.get("/image/5/thumbnail") == b"\x89PNG"
    assert server.heard[0].target == "/image/5/thumbnail"
    with pytest.raises(TransportServerError, match=r"/image/6/thumbnail: 404 Not Found") as caught:
        connection.get("/image/6/thumbnail")
    assert caught.value.code == 404


def test_making_and_closing_a_connection_asks_nothing(serve: Any) -> None:
    connection, server = serve(GOOD)
    connection.close()
    assert server.heard == []
