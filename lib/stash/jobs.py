"""Stash's jobs: queue a scan or one of our tasks, wait for a job, detect whether this process is a task.

Stash runs one job at a time, and a plugin's task is a job: what it queues starts after it has ended. So a task must
never wait for a job (measured on v0.30.1: a scan that a task starts stays READY while the task waits).
"""

from __future__ import annotations

import random
import time
from typing import Any

from lib.errors import TransportError
from lib.log import Progress
from lib.plugin import QUEUE_TASK, plugin_id
from lib.stash.connection import Connection

PLUGIN_TASK = "Running plugin task: "
"""Stash's prefix for the description of a plugin's task."""

_SCAN = "mutation Scan($input: ScanMetadataInput!) { metadataScan(input: $input) }"
_JOB = "query Job($input: FindJobInput!) { findJob(input: $input) { status description } }"
_ERROR = "query JobError($input: FindJobInput!) { findJob(input: $input) { error } }"
_QUEUE = "query Queue { jobQueue { status description progress } }"

_RUNNING = ("RUNNING", "STOPPING")
_UNFINISHED = ("READY", *_RUNNING)
_FIRST_DELAY, _MAX_DELAY = 0.05, 1.0
# Progress has four decimals. Stash may drop a line of it, so several marks are sent.
_MARK_UNIT, _MARKS = 10_000, range(1, 500)
_ATTEMPTS, _POLLS = 3, 4


def scan(connection: Connection, path: str) -> str:
    """Queue a scan of a file, or of a folder with its subfolders. Return the job's id."""
    return str(connection.execute(_SCAN, {"input": {"paths": [path]}})["metadataScan"])


def queue_task(
    connection: Connection,
    args: dict[str, Any] | None = None,
    *,
    name: str | None = None,
    description: str | None = None,
) -> str:
    """Queue a task of this plugin. Return the job's id.

    `name`: a task of the manifest, with its arguments. `description`: the text in the queue for any other one.
    """
    variables = {"id": plugin_id(), "name": name, "description": description, "args": args}
    variables = {key: value for key, value in variables.items() if value is not None}
    return str(connection.execute(QUEUE_TASK, variables, idempotent=False)["runPluginTask"])


def wait(connection: Connection, job_id: str) -> None:
    """Wait until the job has ended, without a limit. Raises a TransportError if it failed or was cancelled.

    Stash remembers only its last ten jobs: an unknown one has ended.
    """
    delay = _FIRST_DELAY
    variables = {"input": {"id": job_id}}
    while (job := connection.execute(_JOB, variables)["findJob"]) and job["status"] in _UNFINISHED:
        time.sleep(delay)
        delay = min(_MAX_DELAY, delay * 1.5)
    if job and job["status"] != "FINISHED":
        # v0.25 has neither the status FAILED nor the field `error`.
        failed = connection.execute(_ERROR, variables)["findJob"] if job["status"] == "FAILED" else None
        reason = f": {failed['error']}" if failed and failed["error"] else ""
        raise TransportError(f"Stash's job {job['description']!r} ended as {job['status']}{reason}.")


def is_plugin_task(connection: Connection, progress: Progress) -> bool:
    """Whether this process is the plugin's running task, and not an operation that runs at the same time.

    Both get the same input from Stash, but it only shows the progress of a task. So this reports an unusual progress
    and searches the queue for it.
    """
    if not _task_progress(connection):
        return False
    for mark in sorted(random.sample(_MARKS, _ATTEMPTS)):
        progress(mark, _MARK_UNIT)
        for _ in range(_POLLS):
            time.sleep(Progress.INTERVAL / _POLLS)
            if mark / _MARK_UNIT in _task_progress(connection):
                return True
    return False


def _task_progress(connection: Connection) -> list[float | None]:
    """Return the progress of each running task of a plugin."""
    queue = connection.execute(_QUEUE)["jobQueue"] or ()
    return [
        job["progress"] for job in queue if job["status"] in _RUNNING and job["description"].startswith(PLUGIN_TASK)
    ]
