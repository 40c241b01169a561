"""The package as users meet it: Stash installs, runs, updates and removes it, from a source on loopback."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from package import build
from tests.package.test_build import copied
from tests.server import ROOT, Server, serve

BUTTONS = [task["name"] for task in yaml.safe_load((ROOT / "plugin.yml").read_text(encoding="utf-8"))["tasks"]]
RULES = r"""
rules:
- name: embedded
  match: {path: {regex: '/(photos|ai)/|lightroom'}}  # the sample's broken pictures are warned about, as they should
  set: {title: '{meta.title}', date: '{meta.date}', photographer: '{meta.creator}', rating100: '{meta.rating|stars}'}
"""
TABLE = "id,code\n{id},from a table\n"
INSTALL = """mutation($source: String!) {
  installPackages(type: Plugin, packages: [{id: "image_tools", sourceURL: $source}])
}"""
UPDATE = INSTALL.replace("installPackages", "updatePackages")
REMOVE = INSTALL.replace("installPackages", "uninstallPackages")
OFFERED = """{ installedPackages(type: Plugin) { version source_package { version } } }"""
CONFIGURE = "mutation($input: ConfigGeneralInput!) { configureGeneral(input: $input) { pythonPath } }"
GONE, NEW = "assets/page/translate.js", "assets/page/later.js"
LOUD = ("Warning", "Error")


@dataclass(frozen=True)
class Shop:
    """A Stash without plugins, and the source that it installs from."""

    stash: Server
    source: str
    folder: Path
    """What the source serves."""

    @property
    def place(self) -> Path:
        """Where the plugin comes to lie."""
        return Path(self.stash.folder, "plugins", "shop", "image_tools")

    @property
    def kept(self) -> Path:
        """Where what is the user's lies."""
        return Path(self.stash.folder, "image_tools")

    def do(self, document: str) -> None:
        self.stash.ask(document, {"source": self.source})
        self.stash.wait_idle()

    def write_rules(self) -> None:
        self.kept.mkdir()
        (self.kept / "rules.yaml").write_text(RULES, encoding="utf-8")

    def loud(self) -> list[str]:
        """What the log holds above info."""
        return [line for line in self.stash.log() if line.startswith(LOUD)]

    def offer(self, made: Path) -> None:
        """Serve what was built in a folder."""
        for path in made.iterdir():
            (self.folder / path.name).write_bytes(path.read_bytes())


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A Python that has no package at all."""
    folder = tmp_path_factory.mktemp("bare")
    venv.create(folder, with_pip=False, symlinks=os.name != "nt")
    bare = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    for name in ("requests", "yaml", "stashapi"):
        assert subprocess.run([bare, "-I", "-c", f"import {name}"], capture_output=True, check=False).returncode != 0
    return str(bare)


@pytest.fixture
def shop(dist: Path, source: tuple[str, Path], python: str) -> Iterator[Shop]:
    """A shop that has installed the plugin and been scanned."""
    with serve(plugin=False, scanned=False) as stash:
        sources = [{"name": "Shop", "url": source[0], "local_path": "shop"}]
        stash.ask(CONFIGURE, {"input": {"pythonPath": python, "pluginPackageSources": sources}})
        shop = Shop(replace(stash, plugin="image_tools"), *source)
        shop.offer(dist)
        shop.do(INSTALL)
        yield shop


def test_every_task_runs_on_a_python_without_packages(shop: Shop) -> None:
    shop.write_rules()
    shop.stash.scan()
    ids = shop.stash.ids()
    (shop.kept / "imports").mkdir(exist_ok=True)
    (shop.kept / "imports" / "table.csv").write_text(TABLE.format(id=ids["misc/plain.png"]), encoding="utf-8")
    assert titles(shop.stash, ids) != set(), "the hook's task fills in what is embedded"
    for button in BUTTONS:
        shop.stash.press(button)
        shop.stash.wait_idle()
        assert shop.loud() == [], button
    assert shop.stash.image(ids["misc/plain.png"], "code") == {"code": "from a table"}


def titles(stash: Server, ids: dict[str, str]) -> set[Any]:
    return {title for id_ in ids.values() if (title := stash.image(id_, "title")["title"])}


def test_check_set_up_says_where_its_packages_come_from(shop: Shop) -> None:
    found = {check["name"]: check for check in shop.stash.run_operation(mode="setup")["checks"]}
    assert str(shop.place / "vendor") in found["Packages"]["text"]
    assert found["Packages"]["text"].count("; ") == 0, "all from one folder"
    assert {check["state"] for check in found.values()} == {"ok"}, found


def test_an_update_keeps_what_is_the_users(shop: Shop, tmp_path: Path) -> None:
    shop.write_rules()
    shop.stash.scan()
    runs = shop.stash.run_operation(mode="runs")
    shop.offer(newer(tmp_path))
    (installed,) = shop.stash.ask(OFFERED)["installedPackages"]
    assert installed["source_package"]["version"] == "9.0.0"
    shop.do(UPDATE)
    assert not (shop.place / GONE).exists()
    assert (shop.place / NEW).exists()
    checks = shop.stash.run_operation(mode="setup")["checks"]
    assert "image_tools 9.0.0" in checks[0]["text"]
    assert (shop.kept / "rules.yaml").read_text(encoding="utf-8") == RULES
    assert shop.stash.run_operation(mode="runs") == runs
    assert shop.loud() == []


def newer(tmp_path: Path) -> Path:
    """A later version: one file more, one less."""
    copy = copied(tmp_path / "newer")
    manifest, changes = copy / "plugin.yml", copy / "CHANGELOG.md"
    version = yaml.safe_load(manifest.read_text(encoding="utf-8"))["version"]
    manifest.write_text(manifest.read_text(encoding="utf-8").replace(version, "9.0.0"), encoding="utf-8")
    changes.write_text("## 9.0.0 (2999-01-01)\n" + changes.read_text(encoding="utf-8"), encoding="utf-8")
    (copy / GONE).rename(copy / NEW)
    build.build(tmp_path / "newer dist", copy)
    return tmp_path / "newer dist"


def test_removal_leaves_only_what_is_the_users(shop: Shop) -> None:
    shop.write_rules()
    shop.stash.scan()
    for mode in ("setup", "rules_preview", "statistics"):
        shop.stash.run_task(mode=mode)
    (shop.place / build.FLAG).write_text("queued\n", encoding="utf-8")  # as the hook of a scan that never ended
    shop.do(REMOVE)
    # Stash leaves the folders of every package, emptied.
    assert [path for path in shop.place.rglob("*") if not path.is_dir()] == []
    assert (shop.kept / "runs.sqlite").is_file()
    assert shop.stash.ask("{ plugins { id } }")["plugins"] in ([], None)
    assert shop.loud() == []


def test_the_flag_that_is_installed_says_nothing(shop: Shop) -> None:
    assert (shop.place / build.FLAG).read_bytes() == b""
    shop.stash.scan()
    assert any("First use" in line for line in shop.stash.log()), "the hook of the first scan queued its task"


def test_this_python_could_have_found_packages() -> None:
    """The other half: what is bare above is not so by chance."""
    assert subprocess.run([sys.executable, "-c", "import requests, yaml, stashapi"], check=False).returncode == 0
