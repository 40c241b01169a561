"""From the bytes on stdin to the bytes on stdout: finds the operation, checks its arguments, reports every error.

This is the entrypoint's larger half, kept out of `image_tools.py` because the main script is compiled anew each time.
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
    """The JSON answer and the exit code. Whatever happens, there is one answer, and its error says what to do."""
    log = configure_logging()
    try:
        return _encoded({"output": _run(read_input(raw), log)}), 0
    except KNOWN as error:
        text = str(error)
    except ModuleNotFoundError as error:
        text = _missing(error)
    except Exception as error:  # noqa: BLE001 - the one place that answers for everything unforeseen
        logger.debug("It failed:", exc_info=True)
        text = f"{type(error).__name__}: {error} (a fault in the plugin; the log at debug has more)"
    return _encoded({"error": f"{NAME}: {text}"}), 1


def _encoded(result: dict[str, Any]) -> bytes:
    # Go takes NaN and Infinity for text that is no JSON, and the answer would be lost.
    return json.dumps(result, allow_nan=False).encode()


def _run(given: PluginInput, log: StashHandler) -> Any:
    # Imported here, so that a missing package becomes an answer that names it.
    from lib.client import StashClient
    from lib.tasks import TASKS, Context, arguments

    args = dict(given.args)
    if "hookContext" in args:
        return None
    mode = args.pop("mode", None)
    if not isinstance(mode, str) or mode not in TASKS:
        what = "mode is missing" if mode is None else f"mode {mode!r} is unknown"
        raise DataError(f"{what}; allowed: {', '.join(TASKS)}.")
    operation = import_module(TASKS[mode]).OPERATIONS[mode]
    checked = arguments.check(mode, args, operation.arguments)
    logger.debug("%s begins, with %s", mode, ", ".join(checked) or "no arguments")
    with StashClient.from_plugin(given.server_connection) as client:
        progress = Progress(log)
        output = operation.run(Context(client, given, progress), **checked)
        progress(1.0)
        return output


def _missing(error: ModuleNotFoundError) -> str:
    name = error.name or str(error)
    if name.split(".")[0] == "lib":
        return f"{error}. The plugin's folder is incomplete; install the plugin again."
    return (
        f"the Python package {name} is missing in {sys.executable}. "
        f'Install what the plugin needs: "{sys.executable}" -m pip install -r "{FOLDER}/requirements.txt"'
    )
