"""Where the installed package keeps compiled code, and whose code it takes from there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.support.scripted_server import closed_port

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes")


@pytest.fixture
def installed(dist: Path, tmp_path: Path) -> Path:
    """The package, as Stash unpacks it."""
    (package,) = dist.glob("*.zip")
    with zipfile.ZipFile(package) as archive:
        archive.extractall(tmp_path / "plugin")
    return tmp_path


def run(place: Path) -> None:
    """A task of the plugin, with the umask of many a NAS."""
    given = {"server_connection": {"Port": closed_port(), "Dir": str(place / "config")}, "args": {"mode": "rules_read"}}
    command = [sys.executable, "-S", str(place / "plugin" / "image_tools.py")]
    done = subprocess.run(command, input=json.dumps(given).encode(), capture_output=True, umask=0, check=True)
    assert "text" in json.loads(done.stdout)["output"]


def compiled(place: Path) -> list[Path]:
    return sorted((place / "config").rglob("*.pyc"))


def test_nobody_else_may_write_what_the_plugin_leaves(installed: Path) -> None:
    run(installed)
    assert compiled(installed)
    made = [installed / "config" / "image_tools", *(installed / "config" / "image_tools").rglob("*")]
    assert [path for path in made if path.stat().st_mode & 0o002] == []
    assert list((installed / "plugin").rglob("*.pyc")) == []


@pytest.mark.parametrize("open_to_all", ["image_tools", "image_tools/cache"])
def test_code_that_anybody_may_have_put_there_is_not_run(installed: Path, open_to_all: str) -> None:
    run(installed)
    (errors,) = (path for path in compiled(installed) if "plugin/lib/errors." in path.as_posix())
    errors.write_bytes(b"planted")  # what Python cannot use there, it makes anew
    before = errors.read_bytes()
    os.chmod(installed / "config" / open_to_all, 0o777)
    run(installed)
    assert errors.read_bytes() == before
    assert list((installed / "plugin").rglob("*.pyc")) == []
