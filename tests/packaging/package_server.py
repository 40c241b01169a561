"""A Stash that installs the package from a source on loopback, as users do it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from tests.support.server import Server, serve

RULES = r"""
rules:
- name: embedded
  mode: apply
  match: {path: {regex: '/(photos|ai)/|lightroom'}}  # the sample's broken pictures are warned about, as they should
  set: {title: '{meta.title}', date: '{meta.date}', photographer: '{meta.creator}', rating100: '{meta.rating|stars}'}
  add: {tags: {value: '{meta.keywords}', create: true}}
"""
CHANGE = """mutation($source: String!) {{
  {verb}Packages(type: Plugin, packages: [{{id: "image_tools", sourceURL: $source}}])
}}"""
INSTALL, UPDATE, REMOVE = (CHANGE.format(verb=verb) for verb in ("install", "update", "uninstall"))
OFFERED = """{ installedPackages(type: Plugin) { version source_package { version } } }"""
CONFIGURE = "mutation($input: ConfigGeneralInput!) { configureGeneral(input: $input) { pythonPath } }"
LOUD = ("Warning", "Error")


@dataclass(frozen=True)
class PackageServer:
    """A Stash without plugins, and the source that it installs from."""

    stash: Server
    source: str
    folder: Path
    """What the source serves."""

    @property
    def place(self) -> Path:
        """Where the plugin comes to lie."""
        return Path(self.stash.folder, "plugins", "source", "image_tools")

    @property
    def kept(self) -> Path:
        """Where what is the user's lies."""
        return Path(self.stash.folder, "image_tools")

    def do(self, document: str) -> None:
        """Install, update or remove, and wait until it is done."""
        self.stash.ask(document, {"source": self.source})
        self.stash.wait_idle()

    def write_rules(self) -> None:
        """Write the user's rules."""
        self.kept.mkdir()
        (self.kept / "rules.yaml").write_text(RULES, encoding="utf-8")

    def loud(self) -> list[str]:
        """What the log holds above info."""
        return [line for line in self.stash.log() if line.startswith(LOUD)]

    def offer(self, made: Path) -> None:
        """Serve what was built in a folder."""
        for path in made.iterdir():
            (self.folder / path.name).write_bytes(path.read_bytes())


@contextlib.contextmanager
def opened(dist: Path, source: tuple[str, Path], python: str) -> Iterator[PackageServer]:
    """A Stash that has installed the plugin from `dist`, runs it with `python` and was not scanned yet."""
    with serve(plugin=False, scanned=False) as stash:
        sources = [{"name": "Source", "url": source[0], "local_path": "source"}]
        stash.ask(CONFIGURE, {"input": {"pythonPath": python, "pluginPackageSources": sources}})
        package_server = PackageServer(replace(stash, plugin="image_tools"), *source)
        package_server.offer(dist)
        package_server.do(INSTALL)
        yield package_server
