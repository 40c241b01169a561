"""`path.*`: the parts of the path, and `{path}` itself. `file.*`: what Stash knows of the file."""

from __future__ import annotations

from functools import partial
from typing import Any

from lib.rules.image.context import ImageContext
from lib.rules.sources.base import Source, SourceNamespace

# Without a dot: the whole path.
PATH_NAMES = ("dir", "folder", "folders", "name", "stem", "ext", "noext", "zip")
FILE_NAMES = ("mtime",)


def _part(name: str, view: ImageContext) -> Any:
    return (getattr(view.place, name) or None) if view.place else None


def _path(name: str) -> Source | None:
    if name and name not in PATH_NAMES:
        return None
    full = f"path.{name}" if name else "path"
    return Source(full, partial(_part, name or "path"), frozenset({"files"}))


def _mtime(view: ImageContext) -> Any:
    """When the file was changed last, as the server knows it since its scan: no file is opened for it."""
    return view.file.get("mod_time")


def _file(name: str) -> Source | None:
    return Source("file.mtime", _mtime, frozenset({"files", "mod_time"})) if name in FILE_NAMES else None


PATH = SourceNamespace(_path, PATH_NAMES)
FILE = SourceNamespace(_file, FILE_NAMES)
