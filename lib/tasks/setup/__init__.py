"""Check setup: check each thing that the plugin needs and suggest a fix."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from lib.log import logger
from lib.stash.capabilities import get_libraries
from lib.stash.settings import Settings
from lib.tasks import Context, Operation
from lib.tasks.setup import environment, scan_hook, server, user_files
from lib.tasks.setup.result import FAILED, OK, STATES, WARNING, Check

CHECKS = 13
"""The number of checks that `_checks` yields."""
_LOG = {OK: logger.info, WARNING: logger.warning, FAILED: logger.error}


def _checks(context: Context) -> Iterator[Check]:
    """Run one check after the other; a request is sent when the first check needs its data."""
    yield environment.plugin(context)
    yield environment.python(context)
    yield environment.packages(context)
    yield server.server(context)
    yield server.session(context)
    libraries = get_libraries(context.connection)
    yield server.libraries(libraries.paths)
    settings = Settings.read(context.connection)
    yield server.import_folder(libraries, settings.importFolder)
    yield user_files.folders(context)
    yield user_files.history(context)
    yield user_files.rules(context)
    yield scan_hook.new_images(context, ignored=settings.ignoreNewImages)
    yield server.ffmpeg(context)
    yield server.other_plugins(context)


def setup(context: Context) -> dict[str, Any]:
    """Run every check, and log each result with its fix. `ok`: no check failed."""
    checks = []
    for check in _checks(context):
        checks.append(check)
        log = logger.debug if check.quiet else _LOG[check.state]
        log("%s: %s: %s%s", check.name, check.state, check.text, f". {check.remedy}" if check.remedy else "")
        context.progress(len(checks), CHECKS)
    counts = {state: sum(check.state == state for check in checks) for state in STATES}
    logger.info("Setup: %s", ", ".join(f"{count} {state}" for state, count in counts.items()))
    return {"ok": not counts[FAILED], "checks": [asdict(check) for check in checks]}


OPERATIONS = {"setup": Operation(setup)}
