"""Checks of this process: the plugin itself, the Python that runs it, the packages that it finds."""

from __future__ import annotations

import os
import sys
from importlib import metadata

from lib import plugin as own
from lib.tasks import Context
from lib.tasks.setup.result import FAILED, OK, WARNING, Check

PACKAGES = ("stashapp-tools", "requests", "PyYAML", "defusedxml")
_STORE_STUB = "WindowsApps"


def plugin(_context: Context) -> Check:
    """Which plugin this is, and where."""
    return Check("Plugin", OK, f"{own.plugin_id()} {own.version()} in {own.FOLDER}")


def python(_context: Context) -> Check:
    """Which Python runs it. An older one than 3.10 does not come this far."""
    text = f"{'.'.join(map(str, sys.version_info[:3]))} at {sys.executable}"
    if _STORE_STUB in sys.executable:
        remedy = "That of the Microsoft Store may be missing for services: set Python Path under Settings > System."
        return Check("Python", WARNING, text, remedy)
    return Check("Python", OK, text)


def packages(_context: Context) -> Check:
    """Which packages it uses, and from which folders they come."""
    found: dict[str, list[str]] = {}
    missing = []
    for name in PACKAGES:
        try:
            package = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            missing.append(name)
        else:
            folder = os.path.normpath(str(package.locate_file("")))
            found.setdefault(folder, []).append(f"{name} {package.version}")
    text = "; ".join(f"{', '.join(names)} from {folder}" for folder, names in found.items())
    if missing:
        remedy = f'"{sys.executable}" -m pip install {" ".join(missing)}'
        return Check("Packages", FAILED, f"missing: {', '.join(missing)}; found: {text or 'none'}", remedy)
    return Check("Packages", OK, text)
