"""The package has the required files and no others. The same source gives the same bytes."""

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
def entry(dist: Path) -> dict[str, Any]:
    (item,) = yaml.safe_load((dist / "index.yml").read_text(encoding="utf-8"))
    return dict(item)


def test_package_is_small(dist: Path) -> None:
    assert (dist / "image_tools.zip").stat().st_size < LARGEST


def test_package_has_exactly_one_yml(names: list[str]) -> None:
    assert [name for name in names if name.endswith(".yml")] == ["image_tools.yml"]


def test_package_has_all_code(names: list[str]) -> None:
    modules = {path.relative_to(ROOT).as_posix() for path in (ROOT / "lib").rglob("*.py")}
    assert modules | {"image_tools.py", "LICENSE", "requirements.txt", "assets/index.html"} <= set(names)


@pytest.mark.parametrize(
    "part", ["tests", "test", "tools", "__pycache__", ".git", ".venv", "node_modules", "build", "dist"]
)
def test_package_has_no_development_files(names: list[str], part: str) -> None:
    assert [name for name in names if part in name.split("/")] == []


def test_package_has_no_compiled_files(names: list[str]) -> None:
    assert [name for name in names if name.endswith(COMPILED)] == []


@pytest.mark.parametrize("package", vendor.pins(ROOT))
def test_bundled_packages_have_metadata_and_license(names: list[str], package: str) -> None:
    version = vendor.pins(ROOT)[package][0]
    folder = f"vendor/{package.lower().replace('-', '_')}-{version}.dist-info/"
    of_package = [name.removeprefix(folder) for name in names if name.startswith(folder)]
    assert "METADATA" in of_package
    assert any("LICENSE" in name for name in of_package)


def test_requirements_are_pinned() -> None:
    required = re.findall(r"^([\w-]+)", (ROOT / "requirements.txt").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(required) <= set(vendor.pins(ROOT))


def test_index_has_the_fields_that_stash_reads(dist: Path, entry: dict[str, Any]) -> None:
    manifest = yaml.safe_load((ROOT / "plugin.yml").read_text(encoding="utf-8"))
    assert list(entry) == ["id", "name", "version", "date", "path", "sha256", "metadata"]
    assert (entry["id"], entry["name"], entry["path"]) == ("image_tools", manifest["name"], "image_tools.zip")
    assert entry["version"] == manifest["version"]
    assert time.strptime(entry["date"], "%Y-%m-%d %H:%M:%S")
    assert entry["sha256"] == hashlib.sha256((dist / entry["path"]).read_bytes()).hexdigest()


def test_same_source_gives_the_same_bytes(dist: Path, tmp_path: Path) -> None:
    copy = copy_source(tmp_path / "elsewhere")
    build.build(tmp_path / "dist", copy)
    for name in ("image_tools.zip", "index.yml"):
        assert (tmp_path / "dist" / name).read_bytes() == (dist / name).read_bytes()


def copy_source(target: Path) -> Path:
    """Copy the source of the package with new modification times."""
    target.mkdir()
    for name in ("plugin.yml", *build.FILES, *build.FOLDERS):
        path = target / name
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, path, copy_function=shutil.copyfile)
        else:
            shutil.copyfile(ROOT / name, path)
    return target


def test_version_missing_in_the_changelog_is_rejected(tmp_path: Path) -> None:
    copy = copy_source(tmp_path / "copy")
    manifest = copy / "plugin.yml"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace("version: ", "version: 9"), encoding="utf-8")
    with pytest.raises(SystemExit, match=r"plugin\.yml has 9"):
        build.build(tmp_path / "dist", copy)


def test_releases_have_different_days() -> None:
    """Stash compares only the dates of updates."""
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    unreleased, *entries = re.findall(r"^## (.*)$", changelog, re.MULTILINE)
    assert unreleased == "Unreleased"
    dates = [re.fullmatch(r"\d+\.\d+\.\d+ \((\d{4}-\d{2}-\d{2})\)", entry) for entry in entries]
    assert all(dates), entries
    days = [match[1] for match in dates if match]
    assert days == sorted(set(days), reverse=True)
