"""Queries about the server itself: version, configuration, jobs, log, plugins, numbers."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any

from tests.fake_stash.language.execute import Call
from tests.fake_stash.language.numbers import atoi
from tests.fake_stash.plugins.manifest import Operation, Plugin

DATABASE_SCHEMA = 75


def version(call: Call) -> dict[str, Any]:
    """The version that the fake server plays."""
    return {"version": call.request.stash.options.version, "hash": "fake", "build_time": ""}


def system_status(call: Call) -> dict[str, Any]:
    """Is the server set up? Always."""
    general = call.request.stash.config.general
    return {
        "databaseSchema": DATABASE_SCHEMA,
        "databasePath": general["databasePath"],
        "configPath": general["configFilePath"],
        "appSchema": DATABASE_SCHEMA,
        "status": "OK",
        "os": sys.platform,
        "workingDir": os.sep,
        "homeDir": os.path.expanduser("~"),
        "ffmpegPath": "ffmpeg",
        "ffprobePath": "ffprobe",
    }


def stats(call: Call) -> dict[str, Any]:
    """How many there are of everything."""
    database = call.request.database
    counts = {
        f"{name}_count": database.value(f"SELECT COUNT(*) FROM {table}")
        for name, table in (
            ("image", "images"),
            ("gallery", "galleries"),
            ("performer", "performers"),
            ("studio", "studios"),
            ("tag", "tags"),
        )
    }
    size = database.value(
        "SELECT COALESCE(SUM(files.size), 0) FROM images_files INNER JOIN files ON files.id = images_files.file_id"
    )
    zeros = (
        "scene_count scenes_size scenes_duration group_count movie_count total_play_duration total_play_count"
        " scenes_played"
    )
    o_count = database.value("SELECT COALESCE(SUM(o_counter), 0) FROM images")
    return {**dict.fromkeys(zeros.split(), 0), **counts, "images_size": size, "total_o_count": o_count}


def directory(call: Call) -> dict[str, Any]:
    """The folders in a folder; of a path that is none, those beside it whose names begin alike."""
    path = call.args.get("path") or os.path.expanduser("~")
    place, begin = (path, "") if os.path.isdir(path) else os.path.split(path)
    found = [entry.path for entry in os.scandir(place) if entry.is_dir() and _begins(entry.name, begin)]
    parent = None if path == os.sep else os.path.normpath(os.path.join(path, os.pardir))
    return {"path": path, "parent": parent, "directories": sorted(found, key=str.lower)}


def _begins(name: str, begin: str) -> bool:
    return name.lower().startswith(begin.lower())


def job_queue(call: Call) -> list[dict[str, Any]] | None:
    """The jobs that wait and run; null where there are none."""
    return [job.shown() for job in call.request.stash.jobs.queue()] or None


def find_job(call: Call) -> dict[str, Any] | None:
    """A job that waits, runs, or ended lately."""
    job = call.request.stash.jobs.find(atoi(call.args["input"]["id"]))
    return None if job is None else job.shown()


def logs(call: Call) -> list[dict[str, Any]]:
    """The newest lines of the log, newest first."""
    return [vars(entry) for entry in call.request.stash.logs.shown()]


def shown_plugin(plugin: Plugin, disabled: Sequence[str]) -> dict[str, Any]:
    """A plugin as clients see it."""
    settings = plugin.manifest.get("settings") or {}
    return {
        "id": plugin.id,
        "name": plugin.name,
        "description": plugin.manifest.get("description"),
        "url": plugin.manifest.get("url"),
        "version": plugin.manifest.get("version"),
        "enabled": plugin.id not in disabled,
        "tasks": [_shown_task(task, None) for task in plugin.tasks] or None,
        "hooks": [_shown_hook(hook) for hook in plugin.hooks] or None,
        "settings": [_shown_setting(name, settings[name] or {}) for name in sorted(settings)],
        "requires": plugin.ui.get("requires"),
        "plugin": plugin,
    }


def _shown_task(task: Operation, plugin: dict[str, Any] | None) -> dict[str, Any]:
    return {"name": task.name, "description": task.description, "plugin": plugin}


def _shown_hook(hook: Operation) -> dict[str, Any]:
    return {"name": hook.name, "description": hook.description, "hooks": list(hook.triggers) or None, "plugin": None}


def _shown_setting(name: str, setting: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "display_name": setting.get("displayName") or "",
        "description": setting.get("description") or "",
        "type": setting.get("type") or "STRING",
    }


def plugins(call: Call) -> list[dict[str, Any]] | None:
    """All plugins."""
    loaded = call.request.stash.plugins
    return [shown_plugin(plugin, loaded.disabled) for plugin in loaded.loaded] or None


def plugin_tasks(call: Call) -> list[dict[str, Any]] | None:
    """The tasks of all plugins that are enabled."""
    loaded = call.request.stash.plugins
    shown = [(plugin, shown_plugin(plugin, loaded.disabled)) for plugin in loaded.enabled()]
    return [_shown_task(task, each) for plugin, each in shown for task in plugin.tasks] or None


def plugin_paths(request: Any, rows: Sequence[Any], _args: dict[str, Any]) -> list[Any]:
    """Where a plugin's scripts and styles are served."""
    found = []
    for row in rows:
        ui = row["plugin"].ui
        stem = f"{request.base_url}/plugin/{row['id']}"
        found.append({name: _served(ui.get(name), f"{stem}/{name}") for name in ("javascript", "css")})
    return found


def _served(given: list[str] | None, url: str) -> list[str] | None:
    external = [each for each in given or () if each.startswith(("http://", "https://"))]
    return ([url] if len(external) < len(given or ()) else []) + external or None


QUERIES = {
    "version": version,
    "systemStatus": system_status,
    "stats": stats,
    "directory": directory,
    "jobQueue": job_queue,
    "findJob": find_job,
    "logs": logs,
    "plugins": plugins,
    "pluginTasks": plugin_tasks,
}
TYPES = {"Plugin": {"paths": plugin_paths}}
