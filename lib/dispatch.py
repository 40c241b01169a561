"""Turn the input on stdin into the answer on stdout: find the operation, check its arguments, report every error.

It isn't in `image_tools.py`, because Python compiles the main script again at each start.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from typing import Any

from lib.errors import KNOWN, DataError
from lib.log import Progress, StashHandler, configure_logging, logger
from lib.plugin import FOLDER, PluginInput, read_input

NAME = "Image Tools"


def handle(raw: bytes) -> tuple[bytes, int]:
    """Return the JSON answer and the exit code. There is always one answer, and an error contains a fix."""
    log = configure_logging()
    try:
        return _encoded({"output": _run(read_input(raw), log)}), 0
    except KNOWN as error:
        message = str(error)
    except ModuleNotFoundError as error:
        message = _missing_package(error)
    except Exception as error:  # noqa: BLE001 - the one place that answers any unexpected error
        logger.debug("Unexpected error:", exc_info=True)
        message = f"{type(error).__name__}: {error} (a bug in the plugin; set Stash's log level to Debug for details)"
    return _encoded({"error": f"{NAME}: {message}"}), 1


def _encoded(result: dict[str, Any]) -> bytes:
    # Go refuses NaN and Infinity as invalid JSON, and the answer would be lost.
    return json.dumps(result, allow_nan=False).encode()


def _run(plugin_input: PluginInput, log: StashHandler) -> Any:
    # Imported late, so that the answer can name a missing package.
    from lib.client import StashClient
    from lib.tasks import TASKS, Context, arguments

    args = dict(plugin_input.args)
    if "hookContext" in args:
        return None
    mode = args.pop("mode", None)
    if not isinstance(mode, str) or mode not in TASKS:
        problem = "mode is missing" if mode is None else f"mode {mode!r} is unknown"
        raise DataError(f"{problem}; allowed: {', '.join(TASKS)}.")
    operation = import_module(TASKS[mode]).OPERATIONS[mode]
    checked = arguments.check(mode, args, operation.arguments)
    logger.debug("Starting %s with %s", mode, ", ".join(checked) or "no arguments")
    with StashClient.from_plugin(plugin_input.server_connection) as client:
        progress = Progress(log)
        output = operation.run(Context(client, plugin_input, progress), **checked)
        progress(1.0)
        return output


def _missing_package(error: ModuleNotFoundError) -> str:
    name = error.name or str(error)
    if name.split(".")[0] == "lib":
        return f"{error}. The plugin's folder is incomplete; install the plugin again."
    return (
        f"the Python package {name} is missing in {sys.executable}. "
        f'Install what the plugin needs: "{sys.executable}" -m pip install -r "{FOLDER}/requirements.txt"'
    )
