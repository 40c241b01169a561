"""Checks of the Stash server: its version, session, libraries, FFmpeg and other plugins."""

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
"""Seconds. Each response renews the session, and the response to a large batch may take a few minutes."""

_SESSION = "query Session { configuration { general { username maxSessionAge } } }"
_FFMPEG = "query FFmpeg { systemStatus { ffmpegPath ffprobePath } }"
_PROGRAMS = ("ffmpeg", "ffprobe")


def server(context: Context) -> Check:
    """Report the version of Stash, and the fields that only newer versions have."""
    connection = context.connection
    try:
        capabilities = get_capabilities(connection)
    except DataError as error:
        return Check("Server", FAILED, f"{error} Address: {connection.address.base}", "Update Stash.")
    text = f"Stash {capabilities.version or '(a build without a version)'} at {connection.address.base}"
    missing = sorted({feature.rpartition(".")[2] for feature in SINCE if not capabilities.supports(feature)})
    text += f", without {', '.join(missing)}" if missing else ""
    if parse_version(capabilities.version) is None:
        remedy = "v0.25.0 or later is required. Image Tools uses what this build supports."
        return Check("Server", WARNING, text, remedy)
    return Check("Server", OK, text)


def session(context: Context) -> Check:
    """Check that the session lasts longer than the slowest request of a run."""
    general = context.connection.execute(_SESSION)["configuration"]["general"]
    if not general["username"]:
        return Check("Session", OK, "no password set", quiet=True)
    age = general["maxSessionAge"]
    text = f"signed in; expires {age} s after Stash's last response"
    if age < MIN_SESSION:
        return Check("Session", WARNING, text, "Long batches may exceed it: set Maximum Session Age to 3600.")
    return Check("Session", OK, text, quiet=True)


def libraries(paths: Sequence[str]) -> Check:
    """Check that this process can open the library folders."""
    if not paths:
        return Check("Libraries", FAILED, "no library for images", "Add a folder in Settings > Library.")
    missing = [path for path in paths if not os.path.isdir(path)]
    if missing:
        remedy = "Metadata and sidecar files of its images can't be read until this folder is available."
        return Check("Libraries", WARNING, f"can't be opened: {', '.join(missing)}", remedy)
    return Check("Libraries", OK, ", ".join(paths))


def import_folder(libraries: Libraries, setting: str) -> Check:
    """Check that the import folder of the setting is writable."""
    try:
        folder = folders.configured_import_folder(libraries, setting)
    except DataError as error:
        return Check("Import folder", FAILED, str(error), "Choose a folder inside a library, or leave it empty.")
    if folder is None:
        return Check("Import folder", OK, "not set", quiet=True)
    existing = folder if os.path.isdir(folder) else os.path.dirname(folder)
    if not os.access(existing, os.W_OK):
        remedy = "Make it writable for the user that runs Stash, or choose another folder."
        return Check("Import folder", FAILED, f"{folder} isn't writable", remedy)
    return Check("Import folder", OK, folder)


def ffmpeg(context: Context) -> Check:
    """Check that Stash has FFmpeg: without it, it refuses to scan."""
    connection = context.connection
    if get_capabilities(connection).supports(FFMPEG):
        status = connection.execute(_FFMPEG)["systemStatus"]
        paths = {name: status[f"{name}Path"] for name in _PROGRAMS}
    else:
        # Where this Stash searches: in its configuration folder, then in PATH.
        config_folder = context.plugin_input.server_connection.get("Dir") or os.curdir
        paths = {name: shutil.which(name, path=config_folder) or shutil.which(name) for name in _PROGRAMS}
    missing = [name for name, path in paths.items() if not path]
    if missing:
        remedy = "Stash can't scan without FFmpeg, so no image can be created. Install FFmpeg."
        return Check("FFmpeg", WARNING, f"Stash doesn't find {' and '.join(missing)}", remedy)
    return Check("FFmpeg", OK, str(paths["ffmpeg"]))


def other_plugins(context: Context) -> Check:
    """Report the other plugins that run on every changed image."""
    names = others.with_update_hook(context.connection)
    if not names:
        return Check("Other plugins", OK, "none that runs on every changed image", quiet=True)
    cost = f"about {others.SECONDS * len(names):.2f} s per image"
    remedy = "Disable them in Settings > Plugins before you change many images."
    return Check("Other plugins", WARNING, f"run on every changed image ({cost}): {', '.join(names)}", remedy)
