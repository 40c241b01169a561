"""Checks of this process: the plugin, its Python and its packages."""

from __future__ import annotations

import os
import sys
from importlib import metadata

from lib import plugin as this_plugin
from lib.tasks import Context
from lib.tasks.setup.result import FAILED, OK, WARNING, Check

PACKAGES = ("stashapp-tools", "requests", "PyYAML", "defusedxml")
_STORE_STUB = "WindowsApps"


def plugin(_context: Context) -> Check:
    """Report the plugin's id, version and folder."""
    return Check("Plugin", OK, f"{this_plugin.plugin_id()} {this_plugin.version()} in {this_plugin.FOLDER}")


def python(_context: Context) -> Check:
    """Report the Python version. One older than 3.10 fails at the start of the plugin."""
    text = f"{'.'.join(map(str, sys.version_info[:3]))} at {sys.executable}"
    if _STORE_STUB in sys.executable:
        remedy = (
            "Python from the Microsoft Store may not be available to services. Install another Python, and set "
            "Python Executable Path in Settings > System."
        )
        return Check("Python", WARNING, text, remedy)
    return Check("Python", OK, text)


def packages(_context: Context) -> Check:
    """Report the packages, with their versions and folders."""
    by_folder: dict[str, list[str]] = {}
    missing = []
    for name in PACKAGES:
        try:
            package = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            missing.append(name)
        else:
            folder = os.path.normpath(str(package.locate_file("")))
            by_folder.setdefault(folder, []).append(f"{name} {package.version}")
    text = "; ".join(f"{', '.join(names)} from {folder}" for folder, names in by_folder.items())
    if missing:
        remedy = f'Run "{sys.executable}" -m pip install {" ".join(missing)}'
        return Check("Packages", FAILED, f"missing: {', '.join(missing)}; found: {text or 'none'}", remedy)
    return Check("Packages", OK, text)
