"""From the bytes on stdin to the bytes on stdout: finds the operation, checks its arguments, reports every error.

This is the entrypoint's larger half, kept out of `image_tools.py` because the main script is compiled anew each time.
"""

from __future__ import annotations

import json
import sys
import traceback
from importlib import import_module
from typing import Any

from lib.errors import KNOWN, DataError
from lib.log import Progress, StashHandler, logger, to_stash
from lib.plugin import FOLDER, PluginInput, read_input

NAME = "Image Tools"


def answer(raw: bytes) -> tuple[bytes, int]:
    """The JSON answer and the exit code. Whatever happens, there is one answer, and its error says what to do."""
    log = to_stash()
    try:
        result: dict[str, Any] = {"output": _run(read_input(raw), log)}
    except KNOWN as error:
        result = {"error": f"{NAME}: {error}"}
    except ModuleNotFoundError as error:
        result = {"error": f"{NAME}: {_missing(error)}"}
    except Exception as error:  # noqa: BLE001 - the one place that answers for everything unforeseen
        logger.debug("%s", traceback.format_exc())
        result = {
            "error": f"{NAME}: {type(error).__name__}: {error} (a fault in the plugin; the log at debug has more)"
        }
    return json.dumps(result).encode(), int("error" in result)


def _run(given: PluginInput, log: StashHandler) -> Any:
    # Imported here, so that a missing package becomes an answer that names it.
    from lib.client import StashClient  # noqa: PLC0415
    from lib.tasks import TASKS, Context, arguments  # noqa: PLC0415

    args = dict(given.args)
    mode = args.pop("mode", None)
    if not isinstance(mode, str) or mode not in TASKS:
        what = "mode is missing" if mode is None else f"mode {mode!r} is unknown"
        raise DataError(f"{what}; allowed: {', '.join(TASKS)}.")
    operation = import_module(TASKS[mode]).OPERATIONS[mode]
    checked = arguments.check(mode, args, operation.arguments)
    with StashClient.from_plugin(given.server_connection) as client:
        return operation.run(Context(client, given, Progress(log)), **checked)


def _missing(error: ModuleNotFoundError) -> str:
    name = error.name or str(error)
    if name.split(".")[0] == "lib":
        return f"{error}. The plugin's folder is incomplete; install the plugin again."
    return (
        f"the Python package {name} is missing in {sys.executable}. "
        f'Install what the plugin needs: "{sys.executable}" -m pip install -r "{FOLDER}/requirements.txt"'
    )
