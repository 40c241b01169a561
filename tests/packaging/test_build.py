"""The package itself: what is in it, what is not, and that the same source gives the same bytes."""

from __future__ import annotations

import hashlib
import re
import shutil
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.server import ROOT
from tools.package import build, vendor

LARGEST = 2_000_000
COMPILED = (".so", ".pyd", ".dll", ".dylib", ".pyc", ".exe")


@pytest.fixture(scope="session")
def names(dist: Path) -> list[str]:
    with zipfile.ZipFile(dist / "image_tools.zip") as archive:
        assert archive.testzip() is None
        return archive.namelist()


@pytest.fixture(scope="session")
def offered(dist: Path) -> dict[str, Any]:
    (entry,) = yaml.safe_load((dist / "index.yml").read_text(encoding="utf-8"))
    return dict(entry)


def test_it_is_small(dist: Path) -> None:
    assert (dist / "image_tools.zip").stat().st_size < LARGEST


def test_exactly_one_yml_and_it_names_the_plugin(names: list[str]) -> None:
    assert [name for name in names if name.endswith(".yml")] == ["image_tools.yml"]


def test_all_of_the_code_ships(names: list[str]) -> None:
    ours = {path.relative_to(ROOT).as_posix() for path in (ROOT / "lib").rglob("*.py")}
    assert ours | {"image_tools.py", "LICENSE", "requirements.txt", "assets/index.html"} <= set(names)


@pytest.mark.parametrize("part", ["tests", "test", "tools", "__pycache__", ".git", ".venv", "build", "dist"])
def test_what_is_for_development_does_not(names: list[str], part: str) -> None:
    assert [name for name in names if part in name.split("/")] == []


def test_nothing_is_compiled(names: list[str]) -> None:
    assert [name for name in names if name.endswith(COMPILED)] == []


@pytest.mark.parametrize("package", vendor.pins(ROOT))
def test_each_package_has_its_name_its_version_and_its_licence(names: list[str], package: str) -> None:
    version = vendor.pins(ROOT)[package][0]
    folder = f"vendor/{package.lower().replace('-', '_')}-{version}.dist-info/"
    of_package = [name.removeprefix(folder) for name in names if name.startswith(folder)]
    assert "METADATA" in of_package
    assert any("LICENSE" in name for name in of_package)


def test_what_the_plugin_requires_is_pinned() -> None:
    required = re.findall(r"^([\w-]+)", (ROOT / "requirements.txt").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(required) <= set(vendor.pins(ROOT))


def test_the_index_says_what_stash_reads(dist: Path, offered: dict[str, Any]) -> None:
    manifest = yaml.safe_load((ROOT / "plugin.yml").read_text(encoding="utf-8"))
    assert list(offered) == ["id", "name", "version", "date", "path", "sha256", "metadata"]
    assert (offered["id"], offered["name"], offered["path"]) == ("image_tools", manifest["name"], "image_tools.zip")
    assert offered["version"] == manifest["version"]
    assert time.strptime(offered["date"], "%Y-%m-%d %H:%M:%S")
    assert offered["sha256"] == hashlib.sha256((dist / offered["path"]).read_bytes()).hexdigest()


def test_the_same_source_gives_the_same_bytes(dist: Path, tmp_path: Path) -> None:
    copy = copied(tmp_path / "elsewhere")
    build.build(tmp_path / "dist", copy)
    for name in ("image_tools.zip", "index.yml"):
        assert (tmp_path / "dist" / name).read_bytes() == (dist / name).read_bytes()


def copied(target: Path) -> Path:
    """What is built, as another clone of another time has it."""
    target.mkdir()
    for name in ("plugin.yml", *build.FILES, *build.FOLDERS):
        place = target / name
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, place, copy_function=shutil.copyfile)
        else:
            shutil.copyfile(ROOT / name, place)
    return target


def test_a_version_that_the_changelog_does_not_have_is_not_built(tmp_path: Path) -> None:
    copy = copied(tmp_path / "copy")
    manifest = copy / "plugin.yml"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace("version: ", "version: 9"), encoding="utf-8")
    with pytest.raises(SystemExit, match=r"plugin\.yml has 9"):
        build.build(tmp_path / "dist", copy)


def test_releases_have_days_of_their_own() -> None:
    """Stash offers an update by its date alone."""
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    unreleased, *entries = re.findall(r"^## (.*)$", changelog, re.MULTILINE)
    assert unreleased == "Unreleased"
    dates = [re.fullmatch(r"\d+\.\d+\.\d+ \((\d{4}-\d{2}-\d{2})\)", entry) for entry in entries]
    assert all(dates), entries
    days = [found[1] for found in dates if found]
    assert days == sorted(set(days), reverse=True)
