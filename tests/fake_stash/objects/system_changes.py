"""Mutations of the server itself: jobs, scans, plugins, configuration."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

from tests.fake_stash.language.errors import ServerError
from tests.fake_stash.language.execute import Call
from tests.fake_stash.language.numbers import atoi, plain
from tests.fake_stash.objects.system import DATABASE_SCHEMA


def stop_job(call: Call) -> bool:
    """Cancel a job; true also where there is none."""
    call.request.stash.jobs.stop_job(atoi(call.args["job_id"], "converting id: "))
    return True


def stop_all_jobs(call: Call) -> bool:
    """Cancel all jobs."""
    call.request.stash.jobs.stop_all()
    return True


def metadata_scan(call: Call) -> str:
    """Queue a scan."""
    given = call.args["input"]
    least = (given.get("filter") or {}).get("minModTime") or 0.0
    rescan = bool(given.get("rescan"))
    return str(call.request.stash.scan(call.request, given.get("paths") or [], rescan=rescan, least_time=least))


def metadata_clean(call: Call) -> str:
    """Queue a job that forgets what is gone."""
    given = call.args["input"]
    return str(call.request.stash.clean(call.request, given.get("paths") or [], dry_run=given["dryRun"]))


def _idle_job(description: str) -> Callable[[Call], str]:
    """A mutation that queues a job which has nothing to do here."""
    return lambda call: str(call.request.stash.jobs.add(description, lambda job: job.set_progress(1)))


def query_sql(call: Call) -> dict[str, Any]:
    """Run a query on the database itself."""
    database = call.request.database
    with database.transaction():
        rows = database.rows(call.args["sql"], plain(call.args.get("args") or []))
    return {"columns": list(rows[0].keys()) if rows else [], "rows": [list(row) for row in rows]}


def exec_sql(call: Call) -> dict[str, Any]:
    """Change the database itself."""
    database = call.request.database
    with database.transaction():
        last = database.execute(call.args["sql"], plain(call.args.get("args") or []))
        changed = database.value("SELECT changes()")
    return {"rows_affected": changed, "last_insert_id": last}


def backup_database(call: Call) -> None:
    """Copy the database into the backup folder, or beside the database. Only the log names the copy."""
    stash = call.request.stash
    general = stash.config.general
    if call.args["input"].get("download"):
        raise ServerError("the fake server offers no backup for download")
    folder = general["backupDirectoryPath"] or os.path.dirname(general["databasePath"])
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as error:
        reason = f"mkdir {folder}: {(error.strerror or '').lower()}"
        raise ServerError(f"could not create backup directory {folder}: {reason}") from error
    name = f"{os.path.basename(general['databasePath'])}.{DATABASE_SCHEMA}.{time.strftime('%Y%m%d_%H%M%S')}"
    path = os.path.join(folder, name)
    call.request.database.back_up(path)
    stash.logs.add("Info", f"Successfully backed up database to: {path}")


def run_plugin_task(call: Call) -> str:
    """Queue a plugin's task."""
    args = call.args.get("args_map")
    if args is None:
        args = {each["key"]: _plugin_value(each.get("value")) for each in call.args.get("args") or ()}
    job_id = call.request.stash.plugins.queue_task(
        call.request, call.args["plugin_id"], call.args.get("task_name"), call.args.get("description"), args
    )
    return str(job_id)


def _plugin_value(given: dict[str, Any] | None) -> Any:
    for kind in ("str", "i", "b", "f"):
        if given and given.get(kind) is not None:
            return given[kind]
    if given and given.get("o") is not None:
        return {each["key"]: _plugin_value(each.get("value")) for each in given["o"]}
    if given and given.get("a") is not None:
        return [_plugin_value(each) for each in given["a"]]
    return None


def run_plugin_operation(call: Call) -> Any:
    """Run a plugin and answer what it answers."""
    plugins = call.request.stash.plugins
    return plugins.run_operation(call.request, call.args["plugin_id"], call.args.get("args") or {})


def reload_plugins(call: Call) -> bool:
    """Read all manifests again."""
    call.request.stash.plugins.reload()
    return True


def set_plugins_enabled(call: Call) -> bool:
    """Switch plugins on and off."""
    plugins = call.request.stash.plugins
    wanted = call.args["enabledMap"]
    kept = [each for each in plugins.disabled if not wanted.get(each)]
    plugins.disabled = list(dict.fromkeys([*kept, *(each for each, on in wanted.items() if not on)]))
    return True


MUTATIONS = {
    "stopJob": stop_job,
    "stopAllJobs": stop_all_jobs,
    "metadataScan": metadata_scan,
    "metadataClean": metadata_clean,
    "metadataCleanGenerated": _idle_job("Cleaning generated files..."),
    "metadataGenerate": _idle_job("Generating..."),
    "metadataAutoTag": _idle_job("Auto-tagging..."),
    "metadataIdentify": _idle_job("Identifying..."),
    "optimiseDatabase": _idle_job("Optimising database..."),
    "backupDatabase": backup_database,
    "querySQL": query_sql,
    "execSQL": exec_sql,
    "reloadScrapers": lambda _call: True,
    "runPluginTask": run_plugin_task,
    "runPluginOperation": run_plugin_operation,
    "reloadPlugins": reload_plugins,
    "setPluginsEnabled": set_plugins_enabled,
}
