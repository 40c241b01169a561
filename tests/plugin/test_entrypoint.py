"""The plugin as Stash runs it: a process in a foreign folder, bytes on stdin, one JSON object on stdout, log lines."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.scripted_server import ScriptedServer, answer, closed_port, http
from tests.support.server import ROOT, Server

LINE = re.compile(rb"\x01[tdiwep]\x02[^\n]+\n")
LEGACY = {"PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii", "LC_ALL": "C", "LANG": "C"}
CODE_PAGE = {"PYTHONUTF8": "0", "PYTHONIOENCODING": "cp1252"}
"""What Python's text streams are on Windows."""


@dataclass(frozen=True)
class Ended:
    """What a process left: its answer, its exit code, its log."""

    answer: dict[str, Any]
    code: int
    stdout: bytes
    log: bytes


def run(
    stdin: Any, *, folder: Path, entrypoint: Path = ROOT / "image_tools.py", env: Mapping[str, str] | None = None
) -> Ended:
    """Start the entrypoint as the manifest's exec says, in `folder`."""
    raw = stdin if isinstance(stdin, bytes) else json.dumps(stdin, ensure_ascii=False).encode()
    done = subprocess.run(
        [sys.executable, "-S", str(entrypoint)],
        input=raw,
        cwd=folder,
        env={**os.environ, **(env or {})},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert LINE.sub(b"", done.stderr) == b"", "a line without its prefix counts as an error"
    assert all(len(line) < 60_000 for line in done.stderr.splitlines())
    return Ended(json.loads(done.stdout), done.returncode, done.stdout, done.stderr)


def given(server: Server | ScriptedServer, **args: Any) -> dict[str, Any]:
    """What Stash would write to stdin."""
    if isinstance(server, Server):
        return {"server_connection": server.server_connection(), "args": args}
    connection = {"Scheme": "http", "Host": "127.0.0.1", "Port": server.port, "Dir": "/nowhere"}
    return {"server_connection": connection, "args": args}


@pytest.mark.parametrize(
    "env", [{}, LEGACY, CODE_PAGE, {"PYTHONPATH": "/"}], ids=["usual", "legacy locale", "code page", "PYTHONPATH"]
)
def test_it_answers_one_object_of_letters_in_any_script(
    stash: Server, ids: dict[str, str], tmp_path: Path, env: dict[str, str]
) -> None:
    name = "photos/unicode/Łódź – été 夏.jpg"
    ended = run(given(stash, mode="find_images", q="夏"), folder=tmp_path, env=env)
    assert ended.code == 0
    assert list(ended.answer) == ["output"]
    assert [image["id"] for image in ended.answer["output"]["images"]] == [ids[name]]
    assert ended.answer["output"]["images"][0]["visual_files"][0]["basename"] == "Łódź – été 夏.jpg"


@pytest.mark.parametrize("env", [{}, LEGACY, CODE_PAGE], ids=["usual", "legacy locale", "code page"])
def test_its_log_is_utf_8_on_every_platform(stash: Server, tmp_path: Path, env: dict[str, str]) -> None:
    ended = run(given(stash, mode="images_update", updates=[{"id": "999999", "title": "夏"}]), folder=tmp_path, env=env)
    assert ended.answer == {"output": [None]}
    assert "\n\x01e\x02Image 999999 was not updated: " in ended.log.decode()


def test_progress_ends_on_1(stash: Server, tmp_path: Path) -> None:
    log = run(given(stash, mode="statistics"), folder=tmp_path).log
    values = [float(value) for value in re.findall(rb"\x01p\x02([0-9.]+)", log)]
    assert values == sorted(set(values))
    assert values[-1] == 1.0


NO_CONNECTION: list[tuple[bytes, str]] = [
    (b"", "not JSON"),
    (b"mode=setup", "not JSON"),
    (b'\xff\xfe{"args": {}}', "not JSON"),
    (b"[1, 2]", "not a JSON object"),
    (b'{"args": {"mode": "setup"}}', "no server_connection object"),
    (b'{"server_connection": null, "args": {"mode": "setup"}}', "no server_connection object"),
    (b'{"server_connection": {}, "args": "setup"}', "args is not an object"),
    (b'{"server_connection": {}}', "mode is missing; allowed: find_image"),
    (b'{"server_connection": {}, "args": {"mode": "nonsense"}}', "mode 'nonsense' is unknown; allowed: find_image"),
    (b'{"server_connection": {}, "args": {"mode": "find_image"}}', "find_image requires id"),
    (b'{"server_connection": {}, "args": {"mode": "find_image", "id": 5, "x": 1}}', "no argument x (allowed: id)"),
    (b'{"server_connection": {}, "args": {"mode": "find_image", "id": {}}}', "find_image: id: {} is not allowed"),
    (b'{"server_connection": {"Port": "x"}, "args": {"mode": "find_image", "id": 5}}', "Invalid Stash URL"),
    (b'{"server_connection": {"SessionCookie": "x"}, "args": {"mode": "find_image", "id": 5}}', "SessionCookie"),
]


@pytest.mark.parametrize(("stdin", "said"), NO_CONNECTION, ids=[said for _, said in NO_CONNECTION])
def test_bad_input_is_answered_with_what_is_wrong(tmp_path: Path, stdin: bytes, said: str) -> None:
    ended = run(stdin, folder=tmp_path)
    assert ended.code == 1
    assert list(ended.answer) == ["error"]
    assert ended.answer["error"].startswith("Image Tools: ")
    assert said in ended.answer["error"]
    assert b"Traceback" not in ended.stdout + ended.log


def test_nobody_there(tmp_path: Path) -> None:
    connection = {"Scheme": "http", "Host": "0.0.0.0", "Port": closed_port()}
    stdin = {"server_connection": connection, "args": {"mode": "image_increment_o", "id": 5}}
    ended = run(stdin, folder=tmp_path)
    assert (ended.code, ended.log) == (1, b"\x01d\x02Starting image_increment_o with id\n")
    assert "Connection refused. Is Stash running there?" in ended.answer["error"]


def test_credentials_that_are_not_accepted(tmp_path: Path) -> None:
    with ScriptedServer(http("401 Unauthorized")) as server:
        stdin = given(server, mode="find_image", id=5)
        stdin["server_connection"]["SessionCookie"] = {"Name": "session", "Value": "s3cr3t"}
        ended = run(stdin, folder=tmp_path)
    assert ended.code == 1
    assert "401: Stash does not accept the credentials" in ended.answer["error"]
    assert b"s3cr3t" not in ended.stdout + ended.log


def test_a_fault_of_ours_is_answered_too(tmp_path: Path) -> None:
    with ScriptedServer(answer({"findImages": {}})) as server:
        ended = run(given(server, mode="find_images", filter_={"per_page": -1}), folder=tmp_path)
    assert ended.code == 1
    assert "KeyError" in ended.answer["error"]
    assert "a bug in the plugin" in ended.answer["error"]
    assert b"\x01d\x02Traceback" in ended.log


def test_an_answer_that_json_cannot_hold(tmp_path: Path) -> None:
    with ScriptedServer(http("200 OK", b'{"data": {"findImage": {"id": "5", "rating100": NaN}}}')) as server:
        ended = run(given(server, mode="find_image", id=5), folder=tmp_path)
    assert ended.code == 1
    assert "not JSON compliant" in ended.answer["error"]


def test_a_closed_log_does_not_end_it(stash: Server, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-S", str(ROOT / "image_tools.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
    )
    assert process.stderr
    process.stderr.close()
    stdout, _ = process.communicate(json.dumps(given(stash, mode="statistics")).encode(), timeout=60)
    assert json.loads(stdout)["output"]["images"] == 25
    assert process.returncode == 0


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The plugin in a folder of its own."""
    folder = tmp_path / "plugins" / "image tools"
    shutil.copytree(ROOT / "lib", folder / "lib", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("image_tools.py", "plugin.yml", "requirements.txt"):
        shutil.copy(ROOT / name, folder)
    return folder


def test_a_missing_package_is_named_with_the_command(copied: Path, tmp_path: Path) -> None:
    (copied / "vendor").mkdir()  # an empty one: then `site` is not looked at
    ended = run(
        {"server_connection": {}, "args": {"mode": "setup"}}, folder=tmp_path, entrypoint=copied / "image_tools.py"
    )
    assert ended.code == 1
    missing = re.search(r"the Python package (\w+) is missing in (\S+)\. ", ended.answer["error"])
    assert missing
    assert missing.groups() == ("requests", sys.executable)
    assert f'"{sys.executable}" -m pip install -r "{copied}/requirements.txt"' in ended.answer["error"]


def test_an_incomplete_plugin_says_so(copied: Path, tmp_path: Path) -> None:
    (copied / "lib" / "client" / "client.py").unlink()
    ended = run(
        {"server_connection": {}, "args": {"mode": "setup"}}, folder=tmp_path, entrypoint=copied / "image_tools.py"
    )
    assert "The plugin's folder is incomplete; install the plugin again." in ended.answer["error"]


def test_it_leaves_nothing_in_a_foreign_folder(stash: Server, tmp_path: Path) -> None:
    run(given(stash, mode="setup"), folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_first_line_comes_before_the_heavy_imports(stash: Server, tmp_path: Path) -> None:
    """What it costs by the clock is measured by `make bench`; the modules that come before it are most of that."""
    bare = _modules_before_the_first_line([sys.executable, "-X", "importtime", "-c", BARE], b"", tmp_path)
    stdin = json.dumps(given(stash, mode="setup")).encode()
    command = [sys.executable, "-S", "-X", "importtime", str(ROOT / "image_tools.py")]
    ours = _modules_before_the_first_line(command, stdin, tmp_path)
    assert {"requests", "lib.dispatch"} <= ours
    assert not {"yaml", "sqlite3", "stashapi.stashapp", "lib.rules", "lib.metadata"} & ours
    assert len(ours) <= 1.2 * len(bare)


BARE = "import sys, requests, stashapi.stashapp; print('here', file=sys.stderr)"
"""What every plugin with these two packages pays."""


def _modules_before_the_first_line(command: list[str], stdin: bytes, folder: Path) -> set[str]:
    done = subprocess.run(command, input=stdin, cwd=folder, capture_output=True, timeout=60, check=True)
    lines = done.stderr.decode().splitlines()
    first = next(number for number, line in enumerate(lines) if not line.startswith("import time:"))
    return {line.rpartition("|")[2].strip() for line in lines[:first]}
