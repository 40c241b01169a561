"""Jobs: one at a time, in the order in which they were added; the last ten that ended are remembered."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any

from tests.fake_stash.server.logs import Logs
from tests.fake_stash.store.clock import now_exactly

REMEMBERED = 10
INDEFINITE = -1.0
SHORTEST = 0.02
"""Seconds that a job lasts at least: no scan of a real server ends before whoever started it can look."""


class JobFailed(Exception):  # noqa: N818 - the job's outcome, as the server names it
    """The job could not be done; its status becomes FAILED with this text."""


class JobPanic(Exception):  # noqa: N818 - the server's code would panic here
    """The job ends as FAILED, with this text only in the log."""


class Job:
    """One job, and what it tells of its progress."""

    def __init__(self, job_id: int, description: str, work: Callable[[Job], None]) -> None:
        self.id = job_id
        self.description = description
        self.work = work
        self.status = "READY"
        self.progress = 0.0
        self.tasks: list[str] = []
        self.added = now_exactly()
        self.started: str | None = None
        self.ended: str | None = None
        self.error: str | None = None
        self.cancelled = threading.Event()
        self.on_cancel: Callable[[], None] = lambda: None
        self._total = 0
        self._done = 0
        self._definite = False
        self._lock = threading.Lock()

    def set_progress(self, part: float) -> None:
        """How much is done, between 0 and 1."""
        self.progress = min(max(part, 0.0), 1.0)

    def set_total(self, total: int) -> None:
        """The number of steps is known now."""
        with self._lock:
            self._total, self._definite = total, True
            self._measure()

    def step(self) -> None:
        """One more step is done."""
        with self._lock:
            if not self._definite or self._done < self._total:
                self._done += 1
                self._measure()

    @contextmanager
    def task(self, description: str) -> Any:
        """Show what is being done."""
        with self._lock:
            self.tasks.insert(0, description)
            self.progress = INDEFINITE if not self._definite else self.progress
        try:
            yield
        finally:
            with self._lock:
                self.tasks.remove(description)

    def _measure(self) -> None:
        known = self._definite and self._total > 0
        self.progress = min(self._done / self._total, 1.0) if known else INDEFINITE

    def shown(self) -> dict[str, Any]:
        """The job as clients see it."""
        return {
            "id": self.id,
            "status": self.status,
            "subTasks": list(self.tasks) or None,
            "description": self.description,
            "progress": None if self.progress == INDEFINITE else self.progress,
            "startTime": self.started,
            "endTime": self.ended,
            "addTime": self.added,
            "error": self.error,
        }


class Jobs:
    """The queue, worked off by a thread of its own."""

    def __init__(self, logs: Logs) -> None:
        self._logs = logs
        self._queue: list[Job] = []
        self._ended: list[Job] = []
        self._last_id = 0
        self._changed = threading.Condition()
        self._stopped = False
        self._thread = threading.Thread(target=self._work, name="jobs", daemon=True)
        self._thread.start()

    def add(self, description: str, work: Callable[[Job], None]) -> int:
        """Queue a job; its id."""
        with self._changed:
            self._last_id += 1
            job = Job(self._last_id, description, work)
            self._queue.append(job)
            if len(self._queue) == 1:
                self._begin(job)  # here and not in the thread, which may wake late: nobody sees it wait for nothing
            self._changed.notify_all()
            return self._last_id

    def queue(self) -> list[Job]:
        """What waits and what runs."""
        with self._changed:
            return list(self._queue)

    def find(self, job_id: int) -> Job | None:
        """A job that waits, runs or is remembered."""
        with self._changed:
            return next((job for job in (*self._queue, *self._ended) if job.id == job_id), None)

    def stop_job(self, job_id: int) -> None:
        """Cancel a job, if there is one: one that waits is gone at once, one that runs is told."""
        with self._changed:
            for job in [job for job in self._queue if job.id == job_id]:
                self._cancel(job)

    def stop_all(self) -> None:
        """Cancel every job."""
        with self._changed:
            for job in list(self._queue):
                self._cancel(job)

    def wait_idle(self, timeout: float = 60.0) -> None:
        """Return when nothing waits or runs; a TimeoutError after so many seconds."""
        deadline = time.monotonic() + timeout
        with self._changed:
            while self._queue:
                if not self._changed.wait(deadline - time.monotonic()):
                    raise TimeoutError(f"jobs still run after {timeout} s: {[job.description for job in self._queue]}")

    def close(self) -> None:
        """Cancel everything and end the thread."""
        self.stop_all()
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        self._thread.join(5)

    def _cancel(self, job: Job) -> None:
        job.cancelled.set()
        if job.status == "READY":
            job.status = "CANCELLED"
            self._remove(job)
        elif job.status == "RUNNING":
            job.status = "STOPPING"
            job.on_cancel()

    def _remove(self, job: Job) -> None:
        self._queue.remove(job)
        self._ended = [*self._ended, job][-REMEMBERED:]
        self._changed.notify_all()

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._queue or self._stopped)
                if self._stopped:
                    return
                job = self._queue[0]
                self._begin(job)
            # A thread of its own: what nobody foresaw is reported there, and the next job still runs.
            runner = threading.Thread(target=self._run, args=[job], name=f"job {job.id}", daemon=True)
            runner.start()
            runner.join()

    def _begin(self, job: Job) -> None:
        if job.status == "READY":
            job.status = "RUNNING"
            job.started = now_exactly()

    def _run(self, job: Job) -> None:
        failed = False
        visible_until = time.monotonic() + SHORTEST
        try:
            job.work(job)
            job.cancelled.wait(max(visible_until - time.monotonic(), 0.0))
        except JobFailed as failure:
            self._logs.add("Error", f"task failed due to error: {failure}")
            job.error, failed = str(failure), True
        except JobPanic as failure:
            self._logs.add("Error", f"panic in job {job.id} - {job.description}: {failure}")
            failed = True
        finally:
            with self._changed:
                ended = "CANCELLED" if job.status == "STOPPING" else "FINISHED"
                job.status = "FAILED" if failed else ended
                job.ended = now_exactly()
                job.tasks = []
                self._remove(job)
