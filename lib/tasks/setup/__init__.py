"""Check setup: check each thing that the plugin needs and suggest a fix."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from lib.log import logger
from lib.tasks import Context, Operation
from lib.tasks.setup import environment, scan_hook, server, user_files
from lib.tasks.setup.result import FAILED, OK, STATES, WARNING, Check

CHECKS: tuple[Callable[[Context], Check], ...] = (
    environment.plugin,
    environment.python,
    environment.packages,
    server.server,
    server.session,
    server.libraries,
    server.import_folder,
    user_files.folders,
    user_files.history,
    user_files.rules,
    scan_hook.new_images,
    server.ffmpeg,
    server.other_plugins,
)
_SAY = {OK: logger.info, WARNING: logger.warning, FAILED: logger.error}


def setup(context: Context) -> dict[str, Any]:
    """Look at everything the plugin needs; `ok` is whether nothing failed."""
    checks = []
    for done, look in enumerate(CHECKS, start=1):
        check = look(context)
        checks.append(check)
        say = logger.debug if check.quiet else _SAY[check.state]
        say("%s: %s: %s%s", check.name, check.state, check.text, f". {check.remedy}" if check.remedy else "")
        context.progress(done, len(CHECKS))
    counts = {state: sum(check.state == state for check in checks) for state in STATES}
    logger.info("Setup: %s", ", ".join(f"{count} {state}" for state, count in counts.items()))
    return {"ok": not counts[FAILED], "checks": [asdict(check) for check in checks]}


OPERATIONS = {"setup": Operation(setup)}
