"""`path` and `path.*`: the path and its parts. `file.*`: Stash's data on the file."""

from __future__ import annotations

from functools import partial
from typing import Any

from lib.rules.image.context import Scope
from lib.rules.sources.base import Source, SourceNamespace

PATH_NAMES = ("dir", "folder", "folders", "name", "stem", "ext", "noext", "zip")
FILE_NAMES = ("mtime",)


def _part(name: str, scope: Scope) -> Any:
    return (getattr(scope.context.path, name) or None) if scope.context.path else None


def _path(name: str) -> Source | None:
    if name and name not in PATH_NAMES:
        return None
    full = f"path.{name}" if name else "path"
    return Source(full, partial(_part, name or "full"), frozenset({"files"}))


def _mtime(scope: Scope) -> Any:
    """Return the file's modification time as of Stash's last scan; doesn't open the file."""
    return scope.context.file.get("mod_time")


def _file(name: str) -> Source | None:
    return Source("file.mtime", _mtime, frozenset({"files", "mod_time"})) if name in FILE_NAMES else None


PATH = SourceNamespace(_path, PATH_NAMES)
FILE = SourceNamespace(_file, FILE_NAMES)
