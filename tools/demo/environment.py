"""The demo's environment: the fake server as a separate process, and its state before and after a step."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from tests.support.real_stash import link_plugin
from tests.support.sample_library import lay_out
from tests.support.server import ROOT, Server

HERE = Path(__file__).resolve().parent
PROBE = ROOT / "tests" / "data" / "probe"
NOOP = "noop"
"""The id of a plugin that does nothing."""
IMAGES = """{ findImages(filter: {per_page: -1, sort: "id"}) { images {
  title code date rating100 details photographer organized o_counter urls
  studio { name } tags { name } performers { name } visual_files { ... on BaseFile { path } }
} } }"""
Image = dict[str, Any]
ReportProgress = Callable[[float], None]


@dataclass(frozen=True)
class Observation:
    """The result of a step: all images by path before and after, the output, our log lines, the progress."""

    before: dict[str, Image]
    after: dict[str, Image]
    output: Any
    log: list[str]
    progress: float | None
    environment: Environment
    earlier: Mapping[str, Observation] = field(default_factory=dict)

    @cached_property
    def changed(self) -> dict[str, dict[str, tuple[Any, Any]]]:
        """Differences: path -> field -> (before, after). A new or deleted image has the field `image`."""
        changes: dict[str, dict[str, tuple[Any, Any]]] = {}
        for path in {**self.before, **self.after}:
            old, new = self.before.get(path), self.after.get(path)
            if old is None or new is None:
                changes[path] = {"image": (_existence(old), _existence(new))}
            elif old != new:
                fields = {**old, **new}
                changes[path] = {key: (old.get(key), new.get(key)) for key in fields if old.get(key) != new.get(key)}
        return changes

    def has_logged(self, pattern: str) -> bool:
        """Return whether a log line of the plugin matches."""
        return any(re.search(pattern, line) for line in self.log)

    def has_file(self, name: str) -> bool:
        """Return whether the library has this file."""
        return os.path.exists(os.path.join(self.environment.server.library, name))


def _existence(image: Image | None) -> str:
    return "missing" if image is None else "exists"


@dataclass(frozen=True)
class Environment:
    """A running fake server, and a folder outside its library."""

    server: Server
    outside: str

    def with_plugin(self, plugin: str) -> Environment:
        """Return the same environment with another plugin."""
        return replace(self, server=replace(self.server, plugin=plugin))

    def images(self) -> dict[str, Image]:
        """Return all images by path in the library, without empty fields."""
        images = {}
        for image in self.server.ask(IMAGES)["findImages"]["images"]:
            path = os.path.relpath(image.pop("visual_files")[0]["path"], self.server.library).replace(os.sep, "/")
            image["studio"] = (image["studio"] or {}).get("name")
            for key in ("tags", "performers"):
                image[key] = sorted(item["name"] for item in image[key])
            images[path] = {key: value for key, value in image.items() if value}
        return images

    def log(self) -> list[tuple[str, str]]:
        """Return the plugin's newest log lines with their times, the oldest first."""
        lines = self.server.ask("{ logs { time level message } }")["logs"]
        prefix = re.compile(r"^\[Plugin / [^]]*\] |(?=^Plugin returned error)|(?=^runPluginOperation)")
        return [
            (line["time"], f"{line['level'].lower()}: {prefix.sub('', line['message'], count=1)}")
            for line in reversed(lines)
            if prefix.search(line["message"])
        ]

    def watch(self, job: str, report: ReportProgress) -> float:
        """Wait until a job has ended, and return its last progress."""
        document = "query($id: ID!) { findJob(input: {id: $id}) { status progress } }"
        while True:
            state = self.server.ask(document, {"id": job})["findJob"]
            progress = max(state["progress"] or 0.0, 0.0)
            report(progress)
            if state["status"] in ("FINISHED", "FAILED", "CANCELLED"):
                return progress
            time.sleep(0.02)

    def hooks(self) -> list[int]:
        """Return the ids of new images that started a hook, as recorded by a probe plugin."""
        calls = Path(self.server.folder, "plugins", "probe", "calls.jsonl")
        lines = calls.read_text(encoding="utf-8").splitlines() if calls.exists() else []
        contexts = [json.loads(line)["stdin"]["args"]["hookContext"] for line in lines]
        return [context["id"] for context in contexts if context["type"] == "Image.Create.Post"]


@contextlib.contextmanager
def start_environment(*, plugin: str | None = None, port: int = 0) -> Iterator[Environment]:
    """Copy the sample library and start the fake server with it.

    plugin: the folder of its plugin. The default is Image Tools.
    """
    with tempfile.TemporaryDirectory(prefix="demo-") as temporary:
        folder = Path(os.path.realpath(temporary))
        library, config, outside, image_tools = (
            folder / name for name in ("library", "config", "outside", "image_tools")
        )
        lay_out(str(library))
        outside.mkdir()
        link_plugin(str(ROOT), str(image_tools))
        _add_plugins(config / "plugins")
        (config / "image_tools").mkdir()
        shutil.copy(HERE / "rules.yaml", config / "image_tools")
        options = ["--library", str(library), "--plugin", plugin or str(image_tools), "--config", str(config)]
        with run_fake_server([*options, "--port", str(port)]) as url:
            yield Environment(Server(url, str(library), str(config)), str(outside))


def _add_plugins(folder: Path) -> None:
    """Add a probe that records each hook, and a plugin that does nothing, with our tasks and no hook."""
    probe = yaml.safe_load((PROBE / "probe.yaml").read_text(encoding="utf-8"))
    probe["hooks"][0]["triggeredBy"] = ["Image.Create.Post"]
    _write_plugin(folder / "probe", probe, PROBE / "probe.py")
    write_noop_plugin(folder / NOOP, hooks=False)


def write_noop_plugin(folder: Path, *, hooks: bool) -> None:
    """Write a plugin with our manifest that does nothing."""
    manifest = yaml.safe_load((ROOT / "plugin.yml").read_text(encoding="utf-8"))
    noop = {"name": "Nothing", "exec": ["python", "-S", "{pluginDir}/noop_plugin.py"], "tasks": manifest["tasks"]}
    _write_plugin(folder, noop | ({"hooks": manifest["hooks"]} if hooks else {}), HERE / "noop_plugin.py")


def _write_plugin(folder: Path, manifest: dict[str, Any], program: Path) -> None:
    folder.mkdir(parents=True)
    shutil.copy(program, folder)
    with open(folder / f"{folder.name}.yml", "w", encoding="utf-8") as file:
        yaml.safe_dump(manifest, file)


@contextlib.contextmanager
def run_fake_server(options: list[str]) -> Iterator[str]:
    """Start the fake server as a process with these options, and yield its URL."""
    command = [sys.executable, "-m", "tests.fake_stash", *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            url = process.stdout.readline().strip()
            assert url, "the fake server doesn't start"
            yield url
        finally:
            process.terminate()
