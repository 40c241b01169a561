"""Check set-up: what the plugin needs, looked at one by one, each with its state and what to do."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib import metadata
from typing import Any

from lib import plugin, rulesfile, server
from lib.errors import DataError, StoreError
from lib.log import logger
from lib.tasks import Context, Operation, other_plugins

OK, WARNING, FAILED = "ok", "warning", "failed"
PACKAGES = ("stashapp-tools", "requests", "PyYAML", "defusedxml")


@dataclass(frozen=True)
class Check:
    """One thing looked at: ok, warning or failed; what was found; what to do where it is not ok."""

    name: str
    state: str
    text: str
    remedy: str = ""


def _plugin(_context: Context) -> Check:
    return Check("Plugin", OK, f"{plugin.plugin_id()} {plugin.version()} in {plugin.FOLDER}")


def _python(_context: Context) -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    return Check("Python", OK, f"{version} at {sys.executable}")


def _packages(_context: Context) -> Check:
    found, missing = [], []
    for name in PACKAGES:
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            missing.append(name)
    text = ", ".join(found)
    if missing:
        remedy = f'"{sys.executable}" -m pip install {" ".join(missing)}'
        return Check("Packages", FAILED, f"missing: {', '.join(missing)}; found: {text or 'none'}", remedy)
    return Check("Packages", OK, text)


def _server(context: Context) -> Check:
    version = server.version(context.client.connection)
    address = context.client.connection.address.base
    known = server.number(version)
    if known is None:
        text = f"{version or 'a build without a version'} at {address}"
        return Check("Server", WARNING, text, "v0.25.0 or newer is expected; this build does not say what it is.")
    if known < server.OLDEST:
        return Check("Server", FAILED, f"Stash {version} at {address}", "v0.25.0 or newer is needed.")
    return Check("Server", OK, f"Stash {version} at {address}")


def _libraries(context: Context) -> Check:
    paths = server.libraries(context.client.connection).paths
    if not paths:
        return Check("Libraries", FAILED, "none holds images", "Add a folder under Settings > Library.")
    hidden = [path for path in paths if not os.path.isdir(path)]
    if hidden:
        remedy = "Metadata and sidecars of its pictures cannot be read until this folder is there."
        return Check("Libraries", WARNING, f"cannot be opened: {', '.join(hidden)}", remedy)
    return Check("Libraries", OK, ", ".join(paths))


def _user_folder(context: Context) -> Check:
    folder = context.given.user_folder
    try:
        os.makedirs(folder, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        remedy = "Rules, plans and undo are kept there: make it writable for the user that runs Stash."
        return Check("Folder", FAILED, f"{folder}: {error.strerror}", remedy)
    return Check("Folder", OK, folder)


def _history(context: Context) -> Check:
    from lib import runs

    try:
        with context.store(anew=True) as store:
            newest = runs.listing(store, 1)[:1]
    except StoreError as error:
        return Check("History", FAILED, str(error), "See what the text says; undo needs this file.")
    text = f"newest run: {newest[0]['id']}, {newest[0]['mode']}, {newest[0]['status']}" if newest else "no run yet"
    return Check("History", OK, text)


def _rules(context: Context) -> Check:
    from lib.rules import check_rules

    try:
        check = check_rules(rulesfile.read(context.given.user_folder)[0])
    except (DataError, StoreError) as error:
        return Check("Rules", FAILED, str(error), "Correct the file; nothing is applied until then.")
    if check.ruleset is None:
        first = check.errors[0]
        text = f"{len(check.errors)} errors; line {first.line}: {first.message}"
        return Check("Rules", FAILED, text, "Correct the file; Check rules shows every line.")
    modes = [rule.mode for rule in check.ruleset.rules]
    return Check("Rules", OK, ", ".join(f"{modes.count(mode)} on {mode}" for mode in ("apply", "preview", "off")))


def _other_plugins(context: Context) -> Check:
    names = other_plugins.hooking(context.client.connection)
    if not names:
        return Check("Other plugins", OK, "none runs on every changed image")
    cost = f"{other_plugins.SECONDS * len(names):.2f} s an image"
    remedy = "Switch it off under Settings > Plugins while many images change."
    return Check("Other plugins", WARNING, f"{', '.join(names)} run on every changed image, about {cost}", remedy)


CHECKS: tuple[Callable[[Context], Check], ...] = (
    _plugin,
    _python,
    _packages,
    _server,
    _libraries,
    _user_folder,
    _history,
    _rules,
    _other_plugins,
)


def setup(context: Context) -> dict[str, Any]:
    """Look at everything the plugin needs; `ok` is whether nothing failed."""
    checks = []
    for done, look in enumerate(CHECKS, start=1):
        check = look(context)
        checks.append(check)
        say = {OK: logger.info, WARNING: logger.warning, FAILED: logger.error}[check.state]
        say("%s: %s: %s%s", check.name, check.state, check.text, f". {check.remedy}" if check.remedy else "")
        context.progress(done, len(CHECKS))
    counts = {state: sum(check.state == state for check in checks) for state in (OK, WARNING, FAILED)}
    logger.info("Set-up: %s", ", ".join(f"{count} {state}" for state, count in counts.items()))
    return {"ok": not counts[FAILED], "checks": [asdict(check) for check in checks]}


OPERATIONS = {"setup": Operation(setup)}
