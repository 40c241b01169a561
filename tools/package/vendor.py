"""The packages that travel with the plugin: fetched by their pinned hashes, cut down to what runs.

All are wheels of pure Python but PyYAML, whose wheels are compiled: its source is fetched, and of it the part in Python.
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
"""Tests, command lines, what only a compiled part or a browser's Python needs."""
_DATA = ("certifi/cacert.pem",)
_SOURCE_ROOTS = re.compile(r"^[^/]+/(?:lib/(?=yaml/))?")


def pins(root: Path) -> dict[str, tuple[str, str]]:
    """Every pinned package: name -> version and hash."""
    text = (root / REQUIREMENTS).read_text(encoding="utf-8")
    return {name: (version, hash_) for name, version, hash_ in _PIN.findall(text)}


def fetch(root: Path) -> list[Path]:
    """The archives of all pins, in the order of their names; what build/vendor/ has not got is downloaded."""
    folder = root / "build" / "vendor"
    wanted = {hash_ for _, hash_ in pins(root).values()}
    found = _archives(folder)
    if not wanted <= set(found):
        _download(root, folder)
        found = _archives(folder)
    return sorted((found[hash_] for hash_ in wanted), key=lambda path: path.name.lower())


def _download(root: Path, folder: Path) -> None:
    """Download all pins; each appears in `folder` at once and whole, for others may be building too."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as place:
        # PyYAML's source builds its part in C unless it is told not to, if only to say what it is called.
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        command += ["--require-hashes", "--requirement", str(root / REQUIREMENTS), "--dest", place]
        subprocess.run(command, check=True, env={**os.environ, "PYYAML_FORCE_LIBYAML": "0"})
        for path in Path(place).iterdir():
            path.replace(folder / path.name)


def _archives(folder: Path) -> dict[str, Path]:
    paths = folder.iterdir() if folder.is_dir() else ()
    return {hashlib.sha256(path.read_bytes()).hexdigest(): path for path in paths if path.is_file()}


def files(root: Path) -> Iterator[tuple[str, bytes]]:
    """What of all pinned packages goes into vendor/: name below it and content."""
    for path in fetch(root):
        read = _wheel if path.suffix == ".whl" else _source
        yield from ((name, data) for name, data in read(path) if _runs(name))


def _runs(name: str) -> bool:
    """Code, the data it needs, and what a package must be passed on with: its name and version, and its licence."""
    if ".dist-info/" in name:
        return name.endswith("/METADATA") or bool(_LICENCE.search(name))
    return name in _DATA or (name.endswith(".py") and not _LEFT_OUT.search(name))


def _wheel(path: Path) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            yield name, archive.read(name)


def _source(path: Path) -> Iterator[tuple[str, bytes]]:
    """The same of PyYAML's source: its packages below lib/, and beside them what a wheel would say of it."""
    folder = f"{path.name.removesuffix('.tar.gz')}.dist-info"
    places = {"PKG-INFO": f"{folder}/METADATA", "LICENSE": f"{folder}/LICENSE"}
    with tarfile.open(path) as archive:
        for member in archive.getmembers():
            name = _SOURCE_ROOTS.sub("", member.name)
            content = archive.extractfile(member) if member.isfile() else None
            if content and (name in places or (member.name.partition("/")[2] == f"lib/{name}")):
                yield places.get(name, name), content.read()
