"""The hook, as Stash runs it once per new image inside a scan: it must cost next to nothing and lose nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from lib.plugin import NEW_IMAGES_TASK as TASK
from lib.plugin import QUEUE_TASK
from tests.support.real_stash import link_plugin
from tests.support.scripted_server import Line, ScriptedServer, answer, errors, hang_up, http
from tests.support.server import ROOT

FLAG = ".new-images-queued"
READY = {"status": "READY", "description": f"Running plugin task: {TASK}"}
RUNNING = {"status": "RUNNING", "description": f"Running plugin task: {TASK}"}
SCANNING = {"status": "RUNNING", "description": "Scanning..."}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The plugin's folder as it ships, without a flag."""
    target = tmp_path / "image_tools"
    link_plugin(str(ROOT), str(target))
    return target


def hook(folder: Path, url: str = "http://127.0.0.1:9", *options: str) -> subprocess.CompletedProcess[bytes]:
    """Run the hook of image 7 from a foreign folder."""
    connection = {"Scheme": "http", "Host": "127.0.0.1", "Port": int(url.rpartition(":")[2]), "Dir": str(folder.parent)}
    cookie = {"Name": "session", "Value": "secret-cookie"}
    context = {"id": 7, "type": "Image.Create.Post", "input": None}
    given = {"server_connection": {**connection, "SessionCookie": cookie}, "args": {"hookContext": context}}
    command = [sys.executable, "-S", *options, str(folder / "image_tools.py")]
    return subprocess.run(command, input=json.dumps(given).encode(), capture_output=True, cwd="/", check=False)


def flag(folder: Path, age: float | None) -> None:
    if age is not None:
        (folder / FLAG).write_bytes(b"queued\n")
        os.utime(folder / FLAG, (time.time() - age,) * 2)


QUEUED: dict[str, tuple[float | None, list[dict[str, Any]], int]] = {
    "no flag": (None, [SCANNING], 2),
    "no flag, no job": (None, [], 2),
    "an old flag, not queued": (61, [SCANNING], 2),
    "an old flag, queued": (61, [SCANNING, READY], 1),
    "an old flag, running already": (61, [SCANNING, RUNNING], 2),
    "a flag from the future": (-3600, [SCANNING], 2),
    "a young flag": (30, [], 0),
}


@pytest.mark.parametrize(("age", "jobs", "requests"), QUEUED.values(), ids=QUEUED.keys())
def test_the_task_is_queued_once(folder: Path, age: float | None, jobs: list[dict[str, Any]], requests: int) -> None:
    flag(folder, age)
    queue, run = answer({"jobQueue": jobs or None}), answer({"runPluginTask": "5"})
    with ScriptedServer(queue, run) as server:
        done = hook(folder, server.url)
    assert (done.returncode, done.stderr) == (0, b"")
    assert set(json.loads(done.stdout)) == {"output"}
    assert len(server.heard) == requests
    assert abs(time.time() - (folder / FLAG).stat().st_mtime) < 40
    if requests == 2:
        sent = json.loads(server.heard[1].body)["variables"]
        assert json.loads(server.heard[1].body)["query"] == QUEUE_TASK
        assert sent == {"id": "plugin", "name": TASK, "args": {"mode": "process_new_images", "first": 7}}
        assert server.heard[1].headers["cookie"] == ["session=secret-cookie"]


def test_a_flag_is_at_no_moment_empty(folder: Path) -> None:
    """Who emptied it first would let a hook that looks just then ask again."""
    flag(folder, 61)
    before = (folder / FLAG).read_bytes()
    with ScriptedServer(answer({"jobQueue": [READY]})) as server:
        hook(folder, server.url)
    assert (folder / FLAG).read_bytes().startswith(before)
    assert (folder / FLAG).stat().st_size > len(before)


def test_the_usual_case_imports_nothing(folder: Path) -> None:
    flag(folder, 1)
    bare = subprocess.run([sys.executable, "-S", "-X", "importtime", "-c", "pass"], capture_output=True, check=True)
    assert imported(hook(folder, "http://127.0.0.1:9", "-X", "importtime").stderr) <= imported(bare.stderr)


def imported(importtime: bytes) -> set[str]:
    return {line.rpartition("|")[2].strip() for line in importtime.decode().splitlines()[1:]}


def unwritable(folder: Path) -> None:
    (folder / FLAG).mkdir()
    os.utime(folder / FLAG, (0, 0))


def test_a_flag_that_cannot_be_written_only_means_asking_again(folder: Path) -> None:
    unwritable(folder)
    with ScriptedServer(answer({"jobQueue": [READY]})) as server:
        assert [hook(folder, server.url).returncode for _ in range(2)] == [0, 0]
    assert len(server.heard) == 2


FAULTS: dict[str, Line] = {
    "refused": errors("plugin is disabled"),
    "401": http("401 Unauthorized"),
    "no json": http("200 OK", b"<html>"),
    "no object": http("200 OK", b"[]"),
    "brackets without end": http("200 OK", b"[" * 100_000),
    "errors that are none": http("200 OK", b'{"errors": ["x"]}'),
    "a job without a description": http(
        "200 OK", b'{"data": {"jobQueue": [{"status": "READY", "description": null}]}}'
    ),
    "no answer": hang_up,
    "an error that shows the cookie": errors("refused: session=secret-cookie"),
    "an answer that is the cookie": lambda _, connection: connection.sendall(b"secret-cookie\r\n\r\n"),
    "a length that is the cookie": lambda _, connection: connection.sendall(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nsecret-cookie\r\n"
    ),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_what_goes_wrong_is_said_and_leaves_no_flag(folder: Path, fault: Line) -> None:
    with ScriptedServer(fault) as server:
        done = hook(folder, server.url)
    assert done.returncode == 1
    assert json.loads(done.stdout)["error"].startswith("Image Tools: new images were noticed")
    assert b"secret-cookie" not in done.stdout + done.stderr
    assert not (folder / FLAG).exists()


def test_nobody_there_is_said(folder: Path) -> None:
    done = hook(folder)
    assert (done.returncode, (folder / FLAG).exists()) == (1, False)
    assert "could not be queued" in json.loads(done.stdout)["error"]


def test_an_argument_of_that_name_is_no_hook(folder: Path) -> None:
    flag(folder, 1)
    given = {"mode": "update_image", "image": {"id": "1", "custom_fields": {"hookContext": 1}}}
    raw = json.dumps({"server_connection": {"Port": 1, "Dir": str(folder)}, "args": given}, separators=(",", ":"))
    done = subprocess.run(
        [sys.executable, folder / "image_tools.py"], input=raw.encode(), capture_output=True, check=False
    )
    assert "queued" not in json.loads(done.stdout).get("output", "")
    assert "Is Stash running there?" in json.loads(done.stdout)["error"]


def test_a_hook_with_a_mode_in_it_is_one(folder: Path) -> None:
    flag(folder, 1)
    context = {"id": 7, "type": "Image.Create.Post", "input": {"tag_ids": {"mode": "ADD"}}}
    raw = json.dumps({"server_connection": {"Port": 1}, "args": {"hookContext": context}}, separators=(",", ":"))
    done = subprocess.run(
        [sys.executable, folder / "image_tools.py"], input=raw.encode(), capture_output=True, check=False
    )
    assert json.loads(done.stdout) == {"output": "queued already"}


def test_without_packages_the_hook_still_queues(folder: Path) -> None:
    """What is missing is said once, by the task, and not by every hook."""
    with ScriptedServer(answer({"jobQueue": [READY]})) as server:
        done = hook(folder, server.url, "-v")
    assert done.returncode == 0
    assert b"requests" not in done.stderr
    assert b"site-packages" not in done.stderr
