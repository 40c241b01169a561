"""Build dist/image_tools.zip and dist/index.yml, in the format of Stash's package manager.

The same source gives the same bytes: entries are sorted, have one time and one mode, and the date is the changelog's.
"""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tools.package import vendor

ROOT = Path(__file__).resolve().parents[2]
ID = "image_tools"
"""The package's id, which names the folder, and the manifest's name, which names the plugin."""
FOLDERS = ("lib", "assets", "docs")
FILES = ("image_tools.py", "requirements.txt", "README.md", "CHANGELOG.md", "LICENSE")
FLAG = ".new-images-queued"
"""An empty file in place of the scan hook's flag, so that Stash lists it and deletes it with the plugin."""

_TIME = (1980, 1, 1, 0, 0, 0)
_RELEASE = re.compile(r"^## (\d+\.\d+\.\d+) \((\d{4}-\d{2}-\d{2})\)$", re.MULTILINE)


def build(dist: Path, source: Path = ROOT) -> Path:
    """Build the package of a source folder and its index in `dist`. Return the path of the zip."""
    dist.mkdir(parents=True, exist_ok=True)
    path = dist / f"{ID}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in sorted(contents(source)):
            entry = zipfile.ZipInfo(name, _TIME)
            entry.create_system, entry.external_attr = 3, 0o644 << 16  # the same on every system
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED, 9)
    text = yaml.safe_dump([index_entry(source, path)], sort_keys=False, allow_unicode=True, width=1000)
    (dist / "index.yml").write_text(text, encoding="utf-8", newline="\n")
    return path


def contents(source: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the name and content of every file of the package. Names use `/` on every system."""
    yield f"{ID}.yml", (source / "plugin.yml").read_bytes()
    yield FLAG, b""
    for name in FILES:
        yield name, (source / name).read_bytes()
    for folder in FOLDERS:
        for path in (source / folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith("."):
                yield path.relative_to(source).as_posix(), path.read_bytes()
    for name, data in vendor.files(ROOT):
        yield f"vendor/{name}", data


def index_entry(source: Path, path: Path) -> dict[str, Any]:
    """Return the index entry of the zip at `path`."""
    manifest = yaml.safe_load((source / "plugin.yml").read_text(encoding="utf-8"))
    version, date = newest_release(source)
    if version != manifest["version"]:
        raise SystemExit(f"Versions differ: CHANGELOG.md has {version}, plugin.yml has {manifest['version']}.")
    return {
        "id": ID,
        "name": manifest["name"],
        "version": version,
        "date": f"{date} 00:00:00",
        "path": path.name,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "metadata": {"description": manifest["description"]},
    }


def newest_release(source: Path) -> tuple[str, str]:
    """Return version and date of the changelog's newest release, `## 1.2.3 (2026-01-31)`.

    Stash compares only the dates of updates, so two releases need two days.
    """
    release = _RELEASE.search((source / "CHANGELOG.md").read_text(encoding="utf-8"))
    if release is None:
        raise SystemExit("CHANGELOG.md has no release heading. Add one such as ## 1.2.3 (2026-01-31).")
    return release[1], release[2]


if __name__ == "__main__":
    package = build(ROOT / "dist")
    print(f"Package: {package} ({package.stat().st_size:,} bytes)")
    print(f"Index: {package.with_name('index.yml')}")
