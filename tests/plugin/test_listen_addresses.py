"""Where Stash says it listens, and the plugin and its hook as Stash starts them: they reach it, and by no proxy."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests

from lib.client import StashClient
from lib.errors import TransportServerError
from tests.support.real_stash import link_plugin
from tests.support.scripted_server import ScriptedServer, answer, closed_port
from tests.support.server import ROOT, Server, serve

CERTIFICATE = str(Path(__file__).parents[1] / "data" / "self_signed.pem")
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
DOORS: dict[str, tuple[str, str, str | None]] = {
    # what Stash says -> where it listens, its certificate
    "0.0.0.0": ("127.0.0.1", "0.0.0.0", None),
    "every address of IPv6": ("::1", "[::]", None),
    "one address of IPv6": ("::1", "[::1]", None),
    "https with a certificate of its own": ("127.0.0.1", "0.0.0.0", CERTIFICATE),
    "https on IPv6": ("::1", "[::]", CERTIFICATE),
}


def started(folder: Path, connection: dict[str, Any], args: dict[str, Any]) -> dict[str, Any]:
    """The answer of the entrypoint in `folder`, where every variable of a proxy leads nowhere."""
    env = {**os.environ, **dict.fromkeys(PROXIES, f"http://127.0.0.1:{closed_port()}")}
    stdin = json.dumps({"server_connection": connection, "args": args}, separators=(",", ":")).encode()
    command = [sys.executable, "-S", str(folder / "image_tools.py")]
    done = subprocess.run(command, input=stdin, env=env, cwd="/", capture_output=True, check=False)
    said: dict[str, Any] = json.loads(done.stdout)
    return said


@pytest.mark.parametrize(("listens", "host", "certificate"), DOORS.values(), ids=DOORS)
def test_it_is_reached(tmp_path: Path, listens: str, host: str, certificate: str | None) -> None:
    folder = tmp_path / "image_tools"
    link_plugin(str(ROOT), str(folder))
    script = (answer({"findImage": None}), answer({"jobQueue": None}), answer({"runPluginTask": "5"}))
    with ScriptedServer(*script, host=listens, certificate=certificate) as server:
        scheme = "https" if certificate else "http"
        connection = {"Scheme": scheme, "Host": host, "Port": server.port, "Dir": str(tmp_path)}
        assert started(folder, connection, {"mode": "find_image", "id": 5}) == {"output": None}
        context = {"id": 7, "type": "Image.Create.Post"}
        assert started(folder, connection, {"hookContext": context}) == {"output": "queued"}
    assert [heard.target for heard in server.heard] == ["/graphql"] * 3


GUARD = "mutation($input: ConfigGeneralInput!) { configureGeneral(input: $input) { username } }"
MAKE_KEY = "mutation { generateAPIKey(input: {}) }"


@pytest.fixture(scope="module")
def guarded() -> Iterator[Server]:
    """A server with a password, of which the test has the API key."""
    user = {"username": "somebody", "password": "s3cr3t"}
    with serve(scanned=False) as stash, requests.Session() as session:
        stash.ask(GUARD, {"input": user})
        session.post(f"{stash.url}/login", data=user, timeout=30)
        made = session.post(f"{stash.url}/graphql", json={"query": MAKE_KEY}, timeout=30).json()
        yield replace(stash, api_key=made["data"]["generateAPIKey"])


def test_a_server_with_a_password(guarded: Server) -> None:
    guarded.scan()
    guarded.wait_idle()
    assert any("First use" in line for line in guarded.log()), "the hook signed in, and so did its task"
    assert guarded.run_operation(mode="find_images")["count"] == 25
    assert guarded.run_operation(mode="setup")["ok"] is True
    assert [line for line in guarded.log() if line.startswith(("Warning", "Error")) and "Plugin" in line] == []
    assert (
        requests.post(f"{guarded.url}/graphql", json={"query": "{ version { version } }"}, timeout=30).status_code
        == 401
    )


def test_a_program_with_an_api_key(guarded: Server) -> None:
    with StashClient.connect(guarded.url, api_key=guarded.api_key) as client:
        assert client.find_images({"per_page": 1}).count == len(guarded.ids())
    with (
        StashClient.connect(guarded.url, api_key="wrong") as client,
        pytest.raises(TransportServerError, match="Stash does not accept the credentials"),
    ):
        client.find_images({"per_page": 1})
