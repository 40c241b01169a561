"""A Stash for the tests to talk to: the fake server, or the real binary that STASH_BIN names, each on throw-away folders."""

from __future__ import annotations

import contextlib
import functools
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

from tests.fake_stash.plugins.warm_python import WarmPython
from tests.support.real_stash import link_plugin, real_stash
from tests.support.sample_library import lay_out

ROOT = Path(__file__).resolve().parents[2]
NEWEST = "v0.30.1"
"""The version of the recordings."""
PLUGIN = "plugin"
"""The id of the plugin where it runs from this folder."""


@dataclass(frozen=True)
class Server:
    """A running Stash, asked over HTTP and by documents of the tests' own, not through the code under test."""

    url: str
    library: str
    folder: str
    """That of its configuration: `Dir` for plugins."""
    api_key: str | None = None
    plugin: str = PLUGIN
    """The id of the plugin that tasks and operations are asked of."""
    session: requests.Session = field(default_factory=requests.Session, repr=False, compare=False)
    """Keeps the connection: a new one takes half the time of a small question."""

    def ask(self, document: str, variables: dict[str, Any] | None = None) -> Any:
        """The data of a document; an AssertionError with the server's errors otherwise."""
        content = self.answer(document, variables)
        assert not content.get("errors"), content
        return content["data"]

    def answer(self, document: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
        """The whole body that a document is answered with."""
        sent = {"query": document, "variables": variables or {}}
        headers = {"ApiKey": self.api_key} if self.api_key else {}
        content: dict[str, Any] = self.session.post(
            f"{self.url}/graphql", json=sent, headers=headers, timeout=300
        ).json()
        return content

    def server_connection(self) -> dict[str, Any]:
        """What this server writes to a plugin's stdin (without a cookie, as no password is set)."""
        return server_connection(self.url, self.folder, str(ROOT))

    def enable_plugin(self, enabled: bool) -> None:
        """Switch the plugin on or off, with its hook."""
        self.ask("mutation($map: BoolMap!) { setPluginsEnabled(enabledMap: $map) }", {"map": {self.plugin: enabled}})

    def scan(self, *paths: str) -> None:
        """Scan these paths, or the library, and wait until no job is left."""
        document = "mutation($input: ScanMetadataInput!) { metadataScan(input: $input) }"
        self.ask(document, {"input": {"paths": list(paths) or [self.library]}})
        self.wait_idle()

    def wait_idle(self, seconds: float = 300) -> None:
        """Wait until the job queue is empty."""
        ends = time.monotonic() + seconds
        while self.ask("{ jobQueue { id } }")["jobQueue"]:
            assert time.monotonic() < ends, "jobs still run"
            time.sleep(0.05)

    def run_task(self, **args: Any) -> str:
        """Queue the plugin's task with these arguments and wait for it; the job's id."""
        document = "mutation($id: ID!, $args: Map) { runPluginTask(plugin_id: $id, args_map: $args) }"
        job: str = self.ask(document, {"id": self.plugin, "args": args})["runPluginTask"]
        self.wait_idle()
        return job

    def press(self, button: str) -> str:
        """Queue the task of the manifest with this name, as its button does; the job's id."""
        document = "mutation($id: ID!, $name: String!) { runPluginTask(plugin_id: $id, task_name: $name) }"
        job: str = self.ask(document, {"id": self.plugin, "name": button})["runPluginTask"]
        return job

    def run_operation(self, **args: Any) -> Any:
        """The output of the plugin's operation with these arguments; an AssertionError with its error otherwise."""
        return self.operation(**args)["data"]["runPluginOperation"]

    def operation(self, **args: Any) -> dict[str, Any]:
        """The whole body that the plugin's operation is answered with."""
        document = "mutation($id: ID!, $args: Map) { runPluginOperation(plugin_id: $id, args: $args) }"
        return self.answer(document, {"id": self.plugin, "args": args})

    def log(self) -> list[str]:
        """The newest lines of its log as `Level: message`, the oldest first."""
        lines = self.ask("{ logs { level message } }")["logs"]
        return [f"{line['level']}: {line['message']}" for line in reversed(lines)]

    def ids(self) -> dict[str, str]:
        """Every image's id by its first file's path below the library, with `/` on every system."""
        document = "{ findImages(filter: {per_page: -1}) { images { id visual_files { ... on BaseFile { path } } } } }"
        images = self.ask(document)["findImages"]["images"]
        return {
            Path(image["visual_files"][0]["path"]).relative_to(self.library).as_posix(): image["id"]
            for image in images
            if image["visual_files"]
        }

    def image(self, id_: str, fields: str) -> dict[str, Any]:
        """These fields of an image, as the server shows them."""
        image: dict[str, Any] = self.ask(f"query($id: ID!) {{ findImage(id: $id) {{ {fields} }} }}", {"id": id_})[
            "findImage"
        ]
        return image

    def update(self, id_: str, **fields: Any) -> None:
        """Give an image these values, to begin a test with."""
        document = "mutation($input: ImageUpdateInput!) { imageUpdate(input: $input) { id } }"
        self.ask(document, {"input": {"id": id_, **fields}})

    def configure(self, **settings: Any) -> None:
        """Save these settings of the plugin in place of all saved ones."""
        document = "mutation($id: ID!, $input: Map!) { configurePlugin(plugin_id: $id, input: $input) }"
        self.ask(document, {"id": self.plugin, "input": settings})

    def create(self, kind: str, name: str) -> str:
        """Create a tag, performer, studio or gallery; its id."""
        key = "title" if kind == "gallery" else "name"
        document = f"mutation($name: String!) {{ {kind}Create(input: {{ {key}: $name }}) {{ id }} }}"
        id_: str = self.ask(document, {"name": name})[f"{kind}Create"]["id"]
        return id_


def server_connection(url: str, folder: str, plugin_folder: str) -> dict[str, Any]:
    """Return the `server_connection` that Stash writes to the stdin of a plugin, without a session cookie."""
    folders = {"Dir": folder, "PluginDir": plugin_folder}
    return {"Scheme": "http", "Host": "127.0.0.1", "Port": urlsplit(url).port, "SessionCookie": None, **folders}


def release() -> str:
    """The version of the Stash that `serve` starts: what the binary says, or STASH_VERSION for the fake server."""
    binary = os.environ.get("STASH_BIN")
    if not binary:
        return os.environ.get("STASH_VERSION") or NEWEST  # make exports what is not set as nothing
    said = subprocess.run([binary, "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"v\d+\.\d+\.\d+", said)
    return found[0] if found else NEWEST


@contextlib.contextmanager
def serve(*, scanned: bool = True, plugin: bool = True, hooked: bool = False, **options: Any) -> Iterator[Server]:
    """A new server with the plugin, if wanted, and the sample library, each in a folder of its own.

    `hooked`: the plugin's hook sees the first scan, a process for each image; otherwise the plugin is off meanwhile.
    `options` are those of the fake server, which is started whatever STASH_BIN says where there are any.
    """
    binary = None if options else os.environ.get("STASH_BIN")
    with tempfile.TemporaryDirectory(prefix="library-") as place:
        library = os.path.realpath(place)
        lay_out(library)
        with _real(binary, library, plugin) if binary else _stand_in(library, plugin, options) as server:
            if scanned:
                _first_scan(server, off=plugin and not hooked)
            yield server


def _first_scan(server: Server, *, off: bool) -> None:
    if off:
        server.enable_plugin(False)
    server.scan()
    if off:
        server.enable_plugin(True)


@contextlib.contextmanager
def _real(binary: str, library: str, plugin: bool) -> Iterator[Server]:
    with real_stash(binary, library=library, plugin=str(ROOT) if plugin else None) as stash:
        yield Server(stash.url, stash.library, stash.folder)


@functools.cache
def _warm_python() -> WarmPython | None:
    """One for all servers of this process. Only Linux keeps the messages of such a socket apart."""
    return WarmPython() if sys.platform == "linux" else None


@contextlib.contextmanager
def _stand_in(library: str, plugin: bool, options: dict[str, Any]) -> Iterator[Server]:
    from tests.fake_stash import FakeStash  # tests without a server start without it

    with tempfile.TemporaryDirectory(prefix="config-") as place:
        folder = os.path.realpath(place)
        given: dict[str, Any] = {"version": release(), **options}
        if plugin:
            given["plugin"] = os.path.join(folder, "image_tools_plugin")
            link_plugin(str(ROOT), given["plugin"])
        with FakeStash(library=library, config=folder, **given) as stash:
            stash.core.plugins.warm = _warm_python()
            yield Server(stash.url, stash.library, folder)
