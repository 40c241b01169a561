"""A real Stash for the tests: a binary, started on a throw-away folder."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import requests

from tests.support.scripted_server import closed_port

STARTS_WITHIN = 60.0
SHIPPED = ("plugin.yml", "image_tools.py", "lib", "assets", "requirements.txt")
STATUS = "{ systemStatus { status } }"
MIGRATE = 'mutation { migrate(input: {backupPath: ""}) }'


@dataclass(frozen=True)
class RealStash:
    """A running server: its address and its folders."""

    url: str
    folder: str
    """That of its configuration: `Dir` for plugins."""
    library: str


@contextlib.contextmanager
def real_stash(binary: str, *, plugin: str | None = None, library: str | None = None) -> Iterator[RealStash]:
    """Start `binary` on a new folder with a copy of the folder `library` and the plugin in the folder `plugin`."""
    with tempfile.TemporaryDirectory(prefix="stash-") as place:
        folder = os.path.realpath(place)
        stash = RealStash(f"http://127.0.0.1:{closed_port()}", folder, os.path.join(folder, "library"))
        if library:
            shutil.copytree(library, stash.library)
        else:
            os.mkdir(stash.library)
        for name in ("plugins", "generated"):  # without the second, Stash warns each time that its settings are saved
            os.mkdir(os.path.join(folder, name))
        if plugin:
            link_plugin(plugin, os.path.join(folder, "plugins", "image_tools"))
        with _running(binary, stash):
            yield stash


@contextlib.contextmanager
def _running(binary: str, stash: RealStash) -> Iterator[None]:
    config = os.path.join(stash.folder, "config.yml")
    with open(config, "w", encoding="utf-8") as file:
        json.dump(_configuration(stash), file)  # JSON is YAML
    with open(os.path.join(stash.folder, "stdout"), "wb") as output:
        command = [binary, "--config", config, "--nobrowser"]
        process = subprocess.Popen(command, cwd=stash.folder, stdout=output, stderr=subprocess.STDOUT)
        try:
            _wait_until_up(stash.url, process)
            yield
        finally:
            process.terminate()
            process.wait(30)


def link_plugin(folder: str, target: str) -> None:
    """What ships, and no more: Stash loads each .yml below its plugins folder as a plugin.

    Folders are links, files copies: Python takes a linked script's own folder for the plugin's.
    """
    os.mkdir(target)
    for name in SHIPPED:
        source = os.path.join(os.path.abspath(folder), name)
        if os.path.isdir(source):
            os.symlink(source, os.path.join(target, name))
        else:
            shutil.copy(source, target)


def _configuration(stash: RealStash) -> dict[str, Any]:
    places = {
        "database": "stash-go.sqlite",
        "generated": "generated",
        "cache": "cache",
        "blobs_path": "blobs",
        "plugins_path": "plugins",
        "scrapers_path": "scrapers",
    }
    return {
        "host": "127.0.0.1",
        "port": int(stash.url.rpartition(":")[2]),
        "stash": [{"path": stash.library}],
        "blobs_storage": "FILESYSTEM",
        "python_path": sys.executable,
        "nobrowser": True,
        **{name: os.path.join(stash.folder, place) for name, place in places.items()},
    }


def _wait_until_up(url: str, process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + STARTS_WITHIN
    while True:
        with contextlib.suppress(requests.ConnectionError):
            status = _ask(url, STATUS)["systemStatus"]["status"]
            if status == "OK":
                return
            if status == "NEEDS_MIGRATION":
                _ask(url, MIGRATE)
        assert process.poll() is None, "the server ended"
        assert time.monotonic() < ends, "the server does not start"
        time.sleep(0.1)


def _ask(url: str, document: str) -> dict[str, Any]:
    data: dict[str, Any] = requests.post(f"{url}/graphql", json={"query": document}, timeout=120).json()["data"]
    return data
