"""Stash's jobs: queue a scan or a task of ours, wait for a job, see whether this process is a task.

One job runs at a time, and a plugin's task is one: what it queues begins after its end, so it must never wait for a
job (measured on v0.30.1: a scan started by a task stays READY for as long as the task waits).
"""

from __future__ import annotations

import random
import time
from typing import Any

from lib.errors import TransportError
from lib.log import Progress
from lib.plugin import plugin_id
from lib.stash.connection import Connection

PLUGIN_TASK = "Running plugin task: "
"""What Stash puts before the description of a plugin's task."""

_SCAN = "mutation Scan($input: ScanMetadataInput!) { metadataScan(input: $input) }"
_TASK = (
    "mutation QueueTask($plugin: ID!, $description: String, $args: Map) "
    "{ runPluginTask(plugin_id: $plugin, description: $description, args_map: $args) }"
)
_JOB = "query Job($input: FindJobInput!) { findJob(input: $input) { status description } }"
_ERROR = "query JobError($input: FindJobInput!) { findJob(input: $input) { error } }"
_QUEUE = "query Queue { jobQueue { status description progress } }"

_OCCUPIES = ("RUNNING", "STOPPING")
_WAITS = ("READY", *_OCCUPIES)
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 1.0
# Progress is written with four decimals. Stash may drop one line of it, so it is said more than once.
_WHOLE, _MARKS = 10_000, range(1, 500)
_TRIES, _LOOKS = 3, 4


def scan(connection: Connection, path: str) -> str:
    """Queue a scan of a file, or of a folder with all below it; the job's id."""
    return str(connection.execute(_SCAN, {"input": {"paths": [path]}})["metadataScan"])


def queue_task(connection: Connection, description: str, args: dict[str, Any]) -> str:
    """Queue a task of this plugin behind what is queued; the job's id. `description` is what the queue shows."""
    variables = {"plugin": plugin_id(), "description": description, "args": args}
    return str(connection.execute(_TASK, variables, idempotent=False)["runPluginTask"])


def wait(connection: Connection, job: str) -> None:
    """Return when the job is over, however long that takes; a TransportError if it failed or was cancelled.

    Stash keeps only its last ten jobs: one that it does not know any more is over.
    """
    pause = _FIRST_PAUSE
    while (found := connection.execute(_JOB, {"input": {"id": job}})["findJob"]) and found["status"] in _WAITS:
        time.sleep(pause)
        pause = min(_LONGEST_PAUSE, pause * 1.5)
    if found and found["status"] != "FINISHED":
        # v0.25 has no jobs that failed, and no such field.
        failed = found["status"] == "FAILED" and connection.execute(_ERROR, {"input": {"id": job}})["findJob"]
        reason = f": {failed['error']}" if failed and failed["error"] else ""
        raise TransportError(f"Stash's job {found['description']!r} ended as {found['status']}{reason}.")


def is_plugin_task(connection: Connection, progress: Progress) -> bool:
    """Whether this process is the plugin's task that runs now, and not an operation beside it.

    Stash tells both the same on stdin, but shows the progress of a task alone: so this one says a progress that
    nobody else would, and looks for it in the queue.
    """
    if not _task_progress(connection):
        return False
    for mark in sorted(random.sample(_MARKS, _TRIES)):
        progress(mark, _WHOLE)
        for _ in range(_LOOKS):
            time.sleep(Progress.INTERVAL / _LOOKS)
            if mark / _WHOLE in _task_progress(connection):
                return True
    return False


def _task_progress(connection: Connection) -> list[float | None]:
    """The progress of each plugin's task that runs."""
    queue = connection.execute(_QUEUE)["jobQueue"] or ()
    return [
        job["progress"] for job in queue if job["status"] in _OCCUPIES and job["description"].startswith(PLUGIN_TASK)
    ]
