"""The plugin's input, folders, id and version, and how its tasks are queued."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import Any

from lib.errors import DataError

FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
"""The plugin's folder. An update replaces it, so user data is stored elsewhere."""

FLAG = os.path.join(FOLDER, ".new-images-queued")
"""While this file is new, hooks assume that the task for new images is queued. The entrypoint repeats the name."""

NEW_IMAGES_TASK = "Apply rules to new images"
"""The manifest's name of the task that the hook queues."""
QUEUE_TASK = """mutation QueueTask($id: ID!, $name: String, $description: String, $args: Map) {
  runPluginTask(plugin_id: $id, task_name: $name, description: $description, args_map: $args)
}"""
"""Queues a task of a plugin. A task of the manifest has a name; another one has a description for the queue."""


@dataclass(frozen=True)
class PluginInput:
    """The input on stdin: how to reach Stash, and the arguments of this task, operation or hook."""

    server_connection: dict[str, Any]
    args: dict[str, Any]

    @property
    def user_folder(self) -> str:
        """Return `<Dir>/image_tools`, the folder of rules, runs, exports and imports."""
        folder = self.server_connection.get("Dir")
        if not isinstance(folder, str) or not folder:
            raise DataError("server_connection.Dir is missing from the input: the folder of Stash's configuration.")
        return os.path.join(folder, "image_tools")


def session_cookie(server_connection: dict[str, Any]) -> tuple[str, str] | None:
    """Return the name and value of the session cookie, which limits endless hooks in Stash; None without one."""
    cookie = server_connection.get("SessionCookie") or {}
    if not isinstance(cookie, dict):
        raise DataError("server_connection.SessionCookie is not an object.")
    name, value = cookie.get("Name") or "session", cookie.get("Value") or ""
    if not (isinstance(name, str) and isinstance(value, str)):
        raise DataError("server_connection.SessionCookie: Name and Value must be text.")
    return (name, value) if value else None


def read_input(raw: bytes) -> PluginInput:
    """Parse the input that Stash writes to stdin: one JSON object in UTF-8. Raises a DataError for anything else."""
    try:
        data = json.loads(raw.decode("utf-8-sig"))
    except ValueError as error:
        raise DataError(
            f"The input is not JSON ({error}). Stash writes one JSON object to a plugin's stdin."
        ) from error
    except RecursionError as error:
        raise DataError("The input is nested too deeply.") from error
    if not isinstance(data, dict):
        raise DataError("The input is not a JSON object with server_connection and args.")
    connection = data.get("server_connection")
    if not isinstance(connection, dict):
        raise DataError("The input has no server_connection object. Stash passes it to every plugin.")
    args = data.get("args")
    if args is None:
        args = {}
    if not isinstance(args, dict):
        raise DataError("args is not an object. It contains mode and the arguments of that mode.")
    return PluginInput(connection, args)


def plugin_id(folder: str = FOLDER) -> str:
    """Return the plugin's id in Stash: the name of the only `.yml` file in its folder, without the ending."""
    names = sorted(name for name in os.listdir(folder) if name.endswith(".yml"))
    if len(names) != 1:
        raise DataError(f"Exactly one .yml belongs into the plugin's folder; found: {', '.join(names) or 'none'}.")
    return names[0][: -len(".yml")]


def version(folder: str = FOLDER) -> str:
    """Return the version in the plugin's manifest."""
    with open(os.path.join(folder, f"{plugin_id(folder)}.yml"), encoding="utf-8") as manifest:
        return next((line.partition(":")[2].strip() for line in manifest if line.startswith("version:")), "")
