"""Checks of the Stash that started the plugin: what it can, who is signed in, where its pictures lie."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence

from lib.client.create import folders
from lib.errors import DataError
from lib.stash import other_plugins as others
from lib.stash.capabilities import FFMPEG, SINCE, Libraries, get_capabilities, parse_version
from lib.tasks import Context
from lib.tasks.setup.result import FAILED, OK, WARNING, Check

MIN_SESSION = 300
"""Seconds. The session is made fresh by each answer, and one to a large batch may take a few minutes."""

_SESSION = "query Session { configuration { general { username maxSessionAge } } }"
_FFMPEG = "query FFmpeg { systemStatus { ffmpegPath ffprobePath } }"
_PROGRAMS = ("ffmpeg", "ffprobe")


def server(context: Context) -> Check:
    """Which Stash this is, and what newer ones have that it has not."""
    connection = context.connection
    try:
        capabilities = get_capabilities(connection)
    except DataError as error:
        return Check("Server", FAILED, f"{error} Asked at {connection.address.base}", "Update Stash.")
    text = f"Stash {capabilities.version or 'of a build that does not say its version'} at {connection.address.base}"
    lacking = sorted({feature.rpartition(".")[2] for feature in SINCE if not capabilities.supports(feature)})
    text += f", without {', '.join(lacking)}" if lacking else ""
    if parse_version(capabilities.version) is None:
        return Check("Server", WARNING, text, "v0.25.0 or newer is needed; Image Tools goes by what this one has.")
    return Check("Server", OK, text)


def session(context: Context) -> Check:
    """Whether a run can stay signed in for as long as it takes."""
    general = context.connection.execute(_SESSION)["configuration"]["general"]
    if not general["username"]:
        return Check("Session", OK, "no password is set", quiet=True)
    age = general["maxSessionAge"]
    text = f"signed in; it ends {age} s after Stash's last answer"
    if age < MIN_SESSION:
        return Check("Session", WARNING, text, "Long batches may outlast it: raise Maximum Session Age to 3600.")
    return Check("Session", OK, text, quiet=True)


def libraries(paths: Sequence[str]) -> Check:
    """Whether this process can open the library folders."""
    if not paths:
        return Check("Libraries", FAILED, "none holds images", "Add a folder under Settings > Library.")
    hidden = [path for path in paths if not os.path.isdir(path)]
    if hidden:
        remedy = "Metadata and sidecars of its pictures cannot be read until this folder is there."
        return Check("Libraries", WARNING, f"cannot be opened: {', '.join(hidden)}", remedy)
    return Check("Libraries", OK, ", ".join(paths))


def import_folder(libraries: Libraries, setting: str) -> Check:
    """Whether pictures from outside can be put where the setting says."""
    try:
        folder = folders.configured_import_folder(libraries, setting)
    except DataError as error:
        return Check("Import folder", FAILED, str(error), "Choose a folder inside a library, or leave it empty.")
    if folder is None:
        return Check("Import folder", OK, "none is set", quiet=True)
    there = folder if os.path.isdir(folder) else os.path.dirname(folder)
    if not os.access(there, os.W_OK):
        remedy = "Make it writable for the user that runs Stash, or choose another."
        return Check("Import folder", FAILED, f"{folder} cannot be written", remedy)
    return Check("Import folder", OK, folder)


def ffmpeg(context: Context) -> Check:
    """Whether Stash has FFmpeg: without it, it refuses to scan."""
    connection = context.connection
    if get_capabilities(connection).supports(FFMPEG):
        status = connection.execute(_FFMPEG)["systemStatus"]
        found = {name: status[f"{name}Path"] for name in _PROGRAMS}
    else:
        # What this Stash looks at: its own folder, then PATH.
        beside = context.plugin_input.server_connection.get("Dir") or os.curdir
        found = {name: shutil.which(name, path=beside) or shutil.which(name) for name in _PROGRAMS}
    missing = [name for name, path in found.items() if not path]
    if missing:
        remedy = "Stash scans nothing without them, so no picture can be brought in: install FFmpeg."
        return Check("FFmpeg", WARNING, f"Stash does not find {' and '.join(missing)}", remedy)
    return Check("FFmpeg", OK, str(found["ffmpeg"]))


def other_plugins(context: Context) -> Check:
    """Which other plugins run on every image that is changed."""
    names = others.with_update_hook(context.connection)
    if not names:
        return Check("Other plugins", OK, "none runs on every changed image", quiet=True)
    cost = f"{others.SECONDS * len(names):.2f} s an image"
    remedy = "Switch it off under Settings > Plugins while many images change."
    return Check("Other plugins", WARNING, f"{', '.join(names)} run on every changed image, about {cost}", remedy)
