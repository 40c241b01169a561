"""Library folders: which one contains a file, and where files from elsewhere are copied to."""

from __future__ import annotations

import os

from lib.errors import DataError
from lib.stash.capabilities import Libraries

DEFAULT = "image_tools"
"""The folder in the first library that files are copied to if no import folder is set."""


def library_of(path: str, libraries: Libraries) -> str | None:
    """Return the library folder that contains a path, or None. Raises a DataError if this process can't see it."""
    parts = _parts(path)
    for library in libraries.paths:
        library_parts = _parts(library)
        if parts[: len(library_parts)] == library_parts:
            return _require_folder(library)
    return None


def configured_import_folder(libraries: Libraries, folder: str) -> str | None:
    """Return the import folder that is set, None if it is empty. Raises a DataError if no library contains it."""
    if not folder:
        return None
    if not os.path.isabs(folder) or library_of(folder, libraries) is None:
        paths = ", ".join(libraries.paths) or "(none)"
        raise DataError(f"importFolder: {folder!r} isn't in one of Stash's libraries: {paths}.")
    return os.path.normpath(folder)


def default_import_folder(libraries: Libraries) -> str:
    """Return the folder in the first library that is used if no import folder is set."""
    if not libraries.paths:
        raise DataError("Stash has no library that contains images. Add a folder under Settings > Library.")
    library = _require_folder(libraries.paths[0])
    folder = os.path.join(library, DEFAULT)
    target = os.path.realpath(folder)
    if target != os.path.join(os.path.realpath(library), DEFAULT):
        raise DataError(
            f"{folder} is a link to {target}. Files are only copied into libraries: remove the link, or set an import "
            "folder (Settings > Plugins > Image Tools)."
        )
    return folder


def _parts(path: str) -> list[str]:
    return os.path.normcase(os.path.normpath(path)).rstrip(os.sep).split(os.sep)


def _require_folder(library: str) -> str:
    if not os.path.isdir(library):
        raise DataError(
            f"Library folder {library} doesn't exist for this program. Stash runs in a container or on another machine, "
            "where folders have other paths. Run this program where Stash runs, or use the operation create_image."
        )
    return library
