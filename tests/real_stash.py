"""A real Stash for the tests: a binary, started on a throw-away folder with a copy of the sample library."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import requests

STARTS_WITHIN = 60.0
SHIPPED = ("plugin.yml", "image_tools.py", "lib", "assets", "requirements.txt")


@dataclass
class RealStash:
    """A running server: `url`, its folders, and the little that tests ask it themselves."""

    url: str
    folder: str
    """That of its configuration: `Dir` for plugins."""
    library: str
    process: subprocess.Popen[bytes]

    def execute(self, query: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
        """The data of a document; an AssertionError with the server's errors otherwise."""
        answer = requests.post(f"{self.url}/graphql", json={"query": query, "variables": variables or {}}, timeout=120)
        content = answer.json()
        assert not content.get("errors"), content
        data: dict[str, Any] = content["data"]
        return data

    def server_connection(self) -> dict[str, Any]:
        """What this server writes to a plugin's stdin (without a cookie, as no password is set)."""
        port = int(self.url.rsplit(":", 1)[1])
        plugin = os.path.join(self.folder, "plugins", "image_tools")
        return {
            "Scheme": "http",
            "Host": "127.0.0.1",
            "Port": port,
            "SessionCookie": None,
            "Dir": self.folder,
            "PluginDir": plugin,
        }

    def scan(self, paths: list[str] | None = None, **options: Any) -> None:
        """Scan the library and wait until no job is left."""
        document = "mutation($i: ScanMetadataInput!) { metadataScan(input: $i) }"
        self.execute(document, {"i": {"paths": paths or [self.library], **options}})
        self.wait_idle()

    def wait_idle(self, seconds: float = 300) -> None:
        """Wait until the job queue is empty."""
        ends = time.monotonic() + seconds
        while self.execute("{ jobQueue { id status } }")["jobQueue"]:
            assert time.monotonic() < ends, "jobs still run"
            time.sleep(0.05)

    @property
    def logs(self) -> list[dict[str, str]]:
        """The server's log as its UI shows it, newest first."""
        found: list[dict[str, str]] = self.execute("{ logs { time level message } }")["logs"]
        return found


@contextlib.contextmanager
def real_stash(binary: str, *, plugin: str | None = None, library: str | None = None) -> Iterator[RealStash]:
    """Start `binary` on a new folder with a copy of the folder `library` and the plugin in the folder `plugin`; stop it."""
    with tempfile.TemporaryDirectory(prefix="stash-") as folder:
        pictures = os.path.join(folder, "library")
        if library:
            shutil.copytree(library, pictures)
        else:
            os.mkdir(pictures)
        plugins = os.path.join(folder, "plugins")
        os.mkdir(plugins)
        if plugin:
            link_plugin(plugin, os.path.join(plugins, "image_tools"))
        port = _free_port()
        config = {"host": "127.0.0.1", "port": port, "stash": [{"path": pictures}], **_places(folder)}
        with open(os.path.join(folder, "config.yml"), "w", encoding="utf-8") as file:
            json.dump(config, file)  # JSON is YAML
        with open(os.path.join(folder, "stdout"), "wb") as output:
            process = subprocess.Popen(
                [binary, "--config", os.path.join(folder, "config.yml"), "--nobrowser"],
                cwd=folder,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            try:
                server = RealStash(f"http://127.0.0.1:{port}", folder, pictures, process)
                _wait_until_up(server)
                yield server
            finally:
                process.terminate()
                process.wait(30)


def link_plugin(folder: str, target: str) -> None:
    """Links to what ships, and no more: Stash loads each .yml below its plugins folder as a plugin."""
    os.mkdir(target)
    for name in SHIPPED:
        os.symlink(os.path.join(os.path.abspath(folder), name), os.path.join(target, name))


def _places(folder: str) -> dict[str, Any]:
    return {
        "database": os.path.join(folder, "stash-go.sqlite"),
        "generated": os.path.join(folder, "generated"),
        "cache": os.path.join(folder, "cache"),
        "blobs_storage": "FILESYSTEM",
        "blobs_path": os.path.join(folder, "blobs"),
        "plugins_path": os.path.join(folder, "plugins"),
        "scrapers_path": os.path.join(folder, "scrapers"),
        "python_path": sys.executable,
        "nobrowser": True,
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_up(server: RealStash) -> None:
    ends = time.monotonic() + STARTS_WITHIN
    while True:
        with contextlib.suppress(requests.ConnectionError):
            status = server.execute("{ systemStatus { status } }")["systemStatus"]["status"]
            if status == "NEEDS_MIGRATION":
                server.execute("mutation { migrate(input: {backupPath: \"\"}) }")
            elif status == "OK":
                return
        assert server.process.poll() is None, "the server ended"
        assert time.monotonic() < ends, "the server does not start"
        time.sleep(0.1)
