"""What Stash tells a plugin that it starts, and where things lie."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import Any

from lib.errors import DataError

FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
"""The plugin's own folder. Updates overwrite it; nothing of the user's is kept here."""

FLAG = os.path.join(FOLDER, ".new-images-queued")
"""While it is young, hooks take the task for new images as queued (the entrypoint has its own copy of this name)."""


@dataclass(frozen=True)
class PluginInput:
    """What Stash wrote to stdin: how to reach it, and the arguments of this task, operation or hook."""

    server_connection: dict[str, Any]
    args: dict[str, Any]

    @property
    def user_folder(self) -> str:
        """`<Dir>/image_tools`: rules, runs, exports and imports, outside the plugin's folder."""
        folder = self.server_connection.get("Dir")
        if not isinstance(folder, str) or not folder:
            raise DataError("server_connection.Dir: the folder of Stash's configuration is missing from the input.")
        return os.path.join(folder, "image_tools")


def session_cookie(server_connection: dict[str, Any]) -> tuple[str, str] | None:
    """Name and value of the cookie that carries Stash's guard against endless hooks; None where there is none."""
    cookie = server_connection.get("SessionCookie") or {}
    if not isinstance(cookie, dict):
        raise DataError("server_connection.SessionCookie is not an object.")
    name, value = cookie.get("Name") or "session", cookie.get("Value") or ""
    if not (isinstance(name, str) and isinstance(value, str)):
        raise DataError("server_connection.SessionCookie: Name and Value are texts.")
    return (name, value) if value else None


def read_input(raw: bytes) -> PluginInput:
    """The input that Stash writes to stdin, as bytes: one JSON object in UTF-8. DataError says what is wrong."""
    try:
        data = json.loads(raw.decode("utf-8-sig"))
    except ValueError as error:
        raise DataError(
            f"The input is not JSON ({error}). Stash writes one JSON object to a plugin's stdin."
        ) from error
    except RecursionError as error:
        raise DataError("The input is nested too deeply to be read.") from error
    if not isinstance(data, dict):
        raise DataError("The input is not a JSON object with server_connection and args.")
    connection = data.get("server_connection")
    if not isinstance(connection, dict):
        raise DataError("The input has no server_connection object. Stash adds it to every call of a plugin.")
    args = data.get("args")
    if args is None:
        args = {}
    if not isinstance(args, dict):
        raise DataError("args is not an object. It holds mode and that mode's arguments.")
    return PluginInput(connection, args)


def plugin_id(folder: str = FOLDER) -> str:
    """The id Stash knows this plugin by: the name of the one `.yml` beside the entrypoint."""
    names = sorted(name for name in os.listdir(folder) if name.endswith(".yml"))
    if len(names) != 1:
        found = ", ".join(names) or "none"
        raise DataError(f"Exactly one .yml belongs into the plugin's folder; found: {found}.")
    return names[0][: -len(".yml")]


def version(folder: str = FOLDER) -> str:
    """The plugin's version, as its manifest says it."""
    with open(os.path.join(folder, f"{plugin_id(folder)}.yml"), encoding="utf-8") as manifest:
        return next((line.partition(":")[2].strip() for line in manifest if line.startswith("version:")), "")
