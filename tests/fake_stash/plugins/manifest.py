"""Plugin manifests: every .yml below the plugins folder, read strictly."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from tests.fake_stash.plugins.strict_yaml import load_manifest
from tests.fake_stash.server.logs import Logs


@dataclass(frozen=True)
class Operation:
    """A task or a hook: what it adds to the command and to the arguments."""

    name: str = ""
    description: str = ""
    exec_args: tuple[str, ...] = ()
    default_args: dict[str, str] = field(default_factory=dict)
    triggers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plugin:
    """A plugin; `id` is its manifest's file name without .yml."""

    id: str
    path: str
    manifest: dict[str, Any]

    @property
    def folder(self) -> str:
        """Where its manifest lies."""
        return os.path.dirname(self.path)

    @property
    def name(self) -> str:
        """Its name, or else its id."""
        return self.manifest.get("name") or self.id

    @property
    def command(self) -> list[str]:
        """What to execute, `{pluginDir}` not yet replaced."""
        return [str(part) for part in self.manifest.get("exec") or ()]

    @property
    def tasks(self) -> list[Operation]:
        """Its tasks, in the manifest's order."""
        return [_operation(each) for each in self.manifest.get("tasks") or ()]

    @property
    def hooks(self) -> list[Operation]:
        """Its hooks, in the manifest's order."""
        return [_operation(each) for each in self.manifest.get("hooks") or ()]

    @property
    def ui(self) -> dict[str, Any]:
        """Its part in the user interface."""
        return self.manifest.get("ui") or {}


def _operation(given: dict[str, Any]) -> Operation:
    return Operation(
        name=given.get("name") or "",
        description=given.get("description") or "",
        exec_args=tuple(str(each) for each in given.get("execArgs") or ()),
        default_args=dict(given.get("defaultArgs") or {}),
        triggers=tuple(given.get("triggeredBy") or ()),
    )


def load_plugins(folders: list[str], logs: Logs) -> list[Plugin]:
    """All plugins below the folders; what cannot be loaded is logged and left out."""
    plugins: dict[str, Plugin] = {}
    for path in _manifests(folders):
        plugin_id = os.path.basename(path).rpartition(".")[0]
        try:
            manifest = load_manifest(path)
        except (yaml.YAMLError, ValueError, OSError) as error:
            logs.add("Error", f"Error loading plugin {path}: {error}")
            continue
        if plugin_id.lower() in plugins:
            logs.add("Error", f"Error loading plugin {path}: plugin ID {plugin_id} already exists")
            continue
        plugins[plugin_id.lower()] = Plugin(plugin_id, path, manifest)
    return list(plugins.values())


def _manifests(folders: list[str]) -> Iterator[str]:
    for folder in folders:
        for place, below, names in os.walk(folder, followlinks=True):
            below.sort()
            yield from (os.path.join(place, name) for name in sorted(names) if name.endswith(".yml"))
