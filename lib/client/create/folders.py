"""Where pictures lie: in which library, and in which folder those from outside are put."""

from __future__ import annotations

import os

from lib.errors import DataError
from lib.stash.capabilities import Libraries
from lib.stash.connection import Connection
from lib.stash.settings import Settings

STANDARD = "image_tools"
"""The folder of the first library that pictures are copied into where no import folder is set."""


def library_of(path: str, libraries: Libraries) -> str | None:
    """The library folder that a path lies in, or None. A DataError where this process does not see that folder."""
    parts = _parts(path)
    for library in libraries.paths:
        within = _parts(library)
        if parts[: len(within)] == within:
            return _seen(library)
    return None


def configured_import_folder(connection: Connection, libraries: Libraries, given: str | None) -> str | None:
    """The import folder that is set, which must lie in a library; None if none is set.

    `given`: the folder itself; None asks for the plugin's setting.
    """
    folder = Settings.read(connection).importFolder if given is None else given
    if not folder:
        return None
    if not os.path.isabs(folder) or library_of(folder, libraries) is None:
        known = ", ".join(libraries.paths) or "there is none"
        raise DataError(f"importFolder: {folder!r} lies in none of Stash's libraries: {known}.")
    return os.path.normpath(folder)


def default_import_folder(libraries: Libraries) -> str:
    """The folder in the first library that is used where no import folder is set."""
    if not libraries.paths:
        raise DataError("Stash has no library that holds images; add a folder under Settings > Library.")
    library = _seen(libraries.paths[0])
    folder = os.path.join(library, STANDARD)
    if os.path.realpath(folder) != os.path.join(os.path.realpath(library), STANDARD):
        raise DataError(
            f"{folder} is a link to {os.path.realpath(folder)}, and pictures are copied into libraries alone. Remove it, or "
            "name the folder you mean as import folder (Settings > Plugins > Image Tools)."
        )
    return folder


def _parts(path: str) -> list[str]:
    return os.path.normcase(os.path.normpath(path)).rstrip(os.sep).split(os.sep)


def _seen(library: str) -> str:
    if not os.path.isdir(library):
        raise DataError(
            f"The library folder {library} is not there for this program: Stash runs in a container or on another "
            "machine and sees other folders. Run this where Stash runs, or as the plugin's operation create_image."
        )
    return library
