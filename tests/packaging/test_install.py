"""The package as users meet it: Stash installs, runs, updates and removes it, from a source on loopback."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.packaging.package_server import OFFERED, REMOVE, RULES, UPDATE, PackageServer, opened
from tests.packaging.test_build import copy_source
from tests.support.server import ROOT, Server
from tools.package import build

BUTTONS = [task["name"] for task in yaml.safe_load((ROOT / "plugin.yml").read_text(encoding="utf-8"))["tasks"]]
TABLE = "id,code\n{id},from a table\n"
KEPT = {"rules.yaml", "runs.sqlite", "runs.sqlite-journal", "runs.lock", "exports", "imports", "cache"}
"""What may lie in the user's folder, as docs/install.md lists it."""
GONE, NEW = "assets/page/translate.js", "assets/page/later.js"


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A Python that has no package at all."""
    folder = tmp_path_factory.mktemp("bare")
    venv.create(folder, with_pip=False, symlinks=os.name != "nt")
    bare = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    for name in ("requests", "yaml", "stashapi"):
        assert subprocess.run([bare, "-I", "-c", f"import {name}"], capture_output=True, check=False).returncode != 0
    return str(bare)


@pytest.fixture(scope="module")
def package_server(dist: Path, source: tuple[str, Path], python: str) -> Iterator[PackageServer]:
    """A Stash that has installed the plugin, for a Python without packages; its first scan is over."""
    with opened(dist, source, python) as package_server:
        assert (package_server.place / build.FLAG).read_bytes() == b"", "the flag that is installed says nothing"
        package_server.write_rules()
        package_server.stash.scan()
        yield package_server


def test_the_hook_of_the_first_scan_queued_its_task(package_server: PackageServer) -> None:
    assert any("First use" in line for line in package_server.stash.log())
    assert titles(package_server.stash) != set(), "what is embedded was filled in"


def test_check_setup_says_where_its_packages_come_from(package_server: PackageServer) -> None:
    found = {check["name"]: check for check in package_server.stash.run_operation(mode="setup")["checks"]}
    assert str(package_server.place / "vendor") in found["Packages"]["text"]
    assert found["Packages"]["text"].count("; ") == 0, "all from one folder"
    assert {check["state"] for check in found.values()} == {"ok"}, found


def test_every_button_works_on_a_python_without_packages(package_server: PackageServer) -> None:
    plain = package_server.stash.ids()["misc/plain.png"]
    (package_server.kept / "imports").mkdir(exist_ok=True)
    (package_server.kept / "imports" / "table.csv").write_text(TABLE.format(id=plain), encoding="utf-8")
    for button in BUTTONS:
        package_server.stash.press(button)
        package_server.stash.wait_idle()
        assert package_server.loud() == [], button
    assert package_server.stash.image(plain, "code") == {"code": "from a table"}


def titles(stash: Server) -> set[str]:
    return {title for id_ in stash.ids().values() if (title := stash.image(id_, "title")["title"])}


def test_what_is_kept_is_what_the_docs_list() -> None:
    text = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
    listed = re.findall(r"`([\w.-]+)/?`", "".join(re.findall(r"^\|([^|]+)\|", text, re.MULTILINE)))
    assert set(listed) == KEPT


def test_an_update_and_the_removal_leave_what_is_the_users(package_server: PackageServer, tmp_path: Path) -> None:
    (package_server.place / build.FLAG).write_text(
        "queued\n", encoding="utf-8"
    )  # as the hook of a scan that never ended
    runs = package_server.stash.run_operation(mode="runs")
    package_server.offer(newer(tmp_path))
    (installed,) = package_server.stash.ask(OFFERED)["installedPackages"]
    assert installed["source_package"]["version"] == "9.0.0"
    package_server.do(UPDATE)
    assert ((package_server.place / GONE).exists(), (package_server.place / NEW).exists()) == (False, True)
    assert "image_tools 9.0.0" in package_server.stash.run_operation(mode="setup")["checks"][0]["text"]
    assert package_server.stash.run_operation(mode="runs") == runs
    package_server.do(REMOVE)
    # Stash leaves the folders of every package, emptied.
    assert [path for path in package_server.place.rglob("*") if not path.is_dir()] == []
    assert package_server.stash.ask("{ plugins { id } }")["plugins"] in ([], None)
    assert (package_server.kept / "rules.yaml").read_text(encoding="utf-8") == RULES
    assert (package_server.kept / "runs.sqlite").is_file()
    assert {path.name for path in package_server.kept.iterdir()} <= KEPT
    assert package_server.loud() == []


def newer(tmp_path: Path) -> Path:
    """A later version: one file more, one less."""
    copy = copy_source(tmp_path / "newer")
    manifest, changes = copy / "plugin.yml", copy / "CHANGELOG.md"
    version = yaml.safe_load(manifest.read_text(encoding="utf-8"))["version"]
    manifest.write_text(manifest.read_text(encoding="utf-8").replace(version, "9.0.0"), encoding="utf-8")
    changes.write_text("## 9.0.0 (2999-01-01)\n" + changes.read_text(encoding="utf-8"), encoding="utf-8")
    (copy / GONE).rename(copy / NEW)
    build.build(tmp_path / "newer dist", copy)
    return tmp_path / "newer dist"


def test_this_python_could_have_found_packages() -> None:
    """The other half: what is bare above is not so by chance."""
    assert subprocess.run([sys.executable, "-c", "import requests, yaml, stashapi"], check=False).returncode == 0
