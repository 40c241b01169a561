"""The bundled packages: download them by their pinned hashes, and select the files that are needed.

All are pure Python wheels except PyYAML, whose wheels are compiled. Only the Python part of its source is used.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

REQUIREMENTS = "requirements-vendor.txt"
_PIN = re.compile(r"^(\S+)==(\S+) --hash=sha256:([0-9a-f]{64})$", re.MULTILINE)
_LICENCE = re.compile(r"LICEN[CS]E|COPYING|NOTICE")
_LEFT_OUT = re.compile(r"(^|/)(tests?|cli|_yaml|contrib/emscripten)/")
"""Tests, command lines, and code for compiled extensions or Python in a browser."""
_DATA = ("certifi/cacert.pem",)
_SOURCE_ROOTS = re.compile(r"^[^/]+/(?:lib/(?=yaml/))?")


def pins(root: Path) -> dict[str, tuple[str, str]]:
    """Return all pinned packages: name -> version and hash."""
    text = (root / REQUIREMENTS).read_text(encoding="utf-8")
    return {name: (version, hash_) for name, version, hash_ in _PIN.findall(text)}


def fetch(root: Path) -> list[Path]:
    """Return the archives of all pins, sorted by name. Download those that aren't in build/vendor/."""
    folder = root / "build" / "vendor"
    hashes = {hash_ for _, hash_ in pins(root).values()}
    archives = _archives(folder)
    if not hashes <= set(archives):
        _download(root, folder)
        archives = _archives(folder)
    return sorted((archives[hash_] for hash_ in hashes), key=lambda path: path.name.lower())


def _download(root: Path, folder: Path) -> None:
    """Download all pins. Each file is moved into `folder` atomically, because another build may run."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
        # pip builds PyYAML to read its metadata. This variable prevents building the C extension.
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        command += ["--require-hashes", "--requirement", str(root / REQUIREMENTS), "--dest", temporary]
        subprocess.run(command, check=True, env={**os.environ, "PYYAML_FORCE_LIBYAML": "0"})
        for path in Path(temporary).iterdir():
            path.replace(folder / path.name)


def _archives(folder: Path) -> dict[str, Path]:
    paths = folder.iterdir() if folder.is_dir() else ()
    return {hashlib.sha256(path.read_bytes()).hexdigest(): path for path in paths if path.is_file()}


def files(root: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the name and content of every file in vendor/."""
    for path in fetch(root):
        read = _wheel if path.suffix == ".whl" else _source
        yield from ((name, data) for name, data in read(path) if _runs(name))


def _runs(name: str) -> bool:
    """Return whether a file is needed: code, its data, or the metadata and license that must accompany it."""
    if ".dist-info/" in name:
        return name.endswith("/METADATA") or bool(_LICENCE.search(name))
    return name in _DATA or (name.endswith(".py") and not _LEFT_OUT.search(name))


def _wheel(path: Path) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            yield name, archive.read(name)


def _source(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the files of PyYAML's source as a wheel would name them: the packages in lib/, metadata and license."""
    folder = f"{path.name.removesuffix('.tar.gz')}.dist-info"
    renamed = {"PKG-INFO": f"{folder}/METADATA", "LICENSE": f"{folder}/LICENSE"}
    with tarfile.open(path) as archive:
        for member in archive.getmembers():
            name = _SOURCE_ROOTS.sub("", member.name)
            content = archive.extractfile(member) if member.isfile() else None
            if content and (name in renamed or (member.name.partition("/")[2] == f"lib/{name}")):
                yield renamed.get(name, name), content.read()
