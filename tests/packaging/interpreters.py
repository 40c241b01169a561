"""The Pythons of this machine, by their minor versions."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

MINORS = (10, 11, 12, 13, 14)


def found(minor: int) -> str | None:
    """The path of a working Python 3.minor: that of the tests, one in PATH, or one that pyenv keeps."""
    if sys.version_info[:2] == (3, minor):
        return sys.executable
    kept = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    candidates = [shutil.which(f"python3.{minor}"), *map(str, kept.glob(f"3.{minor}.*/bin/python"))]
    return next((path for path in candidates if path and _works(path, minor)), None)


def _works(path: str, minor: int) -> bool:
    # pyenv's own python3.10 in PATH fails where that version is not chosen.
    code = f"import sys; sys.exit(sys.version_info[:2] != (3, {minor}))"
    return subprocess.run([path, "-I", "-S", "-c", code], capture_output=True, check=False).returncode == 0
