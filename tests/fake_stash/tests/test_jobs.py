"""Jobs: one at a time, in their order, remembered for a while."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from tests.fake_stash.language.errors import ServerError
from tests.fake_stash.server.jobs import Job, JobFailed, JobPanic, Jobs
from tests.fake_stash.server.logs import Logs
from tests.fake_stash.store.connection import Database

PATIENCE = 10  # seconds


@pytest.fixture
def jobs() -> Iterator[Jobs]:
    """A queue of jobs."""
    queue = Jobs(Logs())
    yield queue
    queue.close()


class Held:
    """Work that waits until it is let go."""

    def __init__(self) -> None:
        self.began = threading.Event()
        self.may_end = threading.Event()

    def __call__(self, job: Job) -> None:
        """The work."""
        job.on_cancel = self.may_end.set
        self.began.set()
        self.may_end.wait(PATIENCE)


def test_one_at_a_time(jobs: Jobs) -> None:
    first, second = Held(), Held()
    ids = [jobs.add("first", first), jobs.add("second", second)]
    first.began.wait(PATIENCE)
    assert [job.status for job in jobs.queue()] == ["RUNNING", "READY"]
    first.may_end.set()
    assert second.began.wait(PATIENCE)
    second.may_end.set()
    jobs.wait_idle()
    assert ids == [1, 2]
    assert [job.status for job in map(jobs.find, ids) if job] == ["FINISHED", "FINISHED"]


def test_the_last_ten_are_remembered(jobs: Jobs) -> None:
    ids = [jobs.add(f"job {number}", lambda _job: None) for number in range(12)]
    jobs.wait_idle()
    assert [jobs.find(each) is not None for each in ids] == [False] * 2 + [True] * 10


def test_what_waits_is_cancelled_at_once(jobs: Jobs) -> None:
    first = Held()
    jobs.add("first", first)
    waiting = jobs.add("second", Held())
    first.began.wait(PATIENCE)
    jobs.stop_job(waiting)
    found = jobs.find(waiting)
    assert found
    assert found.status == "CANCELLED"
    assert len(jobs.queue()) == 1
    first.may_end.set()


def test_what_runs_is_told(jobs: Jobs) -> None:
    work = Held()
    job_id = jobs.add("job", work)
    work.began.wait(PATIENCE)
    jobs.stop_job(job_id)
    jobs.wait_idle()
    found = jobs.find(job_id)
    assert found
    assert (found.status, found.cancelled.is_set()) == ("CANCELLED", True)


def test_a_stop_without_a_job(jobs: Jobs) -> None:
    jobs.stop_job(99)
    assert jobs.find(99) is None


FAILURES = {
    "told": (JobFailed("no"), "no", "task failed due to error: no"),
    "a panic": (JobPanic("no"), None, "panic in job 1 - job: no"),
}


@pytest.mark.parametrize(("failure", "error", "line"), FAILURES.values(), ids=FAILURES)
def test_failures(jobs: Jobs, failure: Exception, error: str | None, line: str) -> None:
    def work(_job: Job) -> None:
        raise failure

    job_id = jobs.add("job", work)
    jobs.wait_idle()
    found = jobs.find(job_id)
    assert found
    assert (found.status, found.error) == ("FAILED", error)
    assert jobs._logs.messages("Error") == [line]


def test_progress_of_steps() -> None:
    job = Job(1, "job", lambda _job: None)
    assert job.shown()["progress"] == 0
    with job.task("looking"):
        assert job.shown()["progress"] is None  # nobody knows how much there is
        assert job.shown()["subTasks"] == ["looking"]
    job.set_total(4)
    job.step()
    assert job.shown()["progress"] == 0.25
    for _ in range(9):
        job.step()
    assert job.shown()["progress"] == 1


def test_what_waits_for_a_commit() -> None:
    database, done = Database(), []
    with database.transaction():
        database.after_commit(lambda: done.append("committed"))
        assert done == []
    assert done == ["committed"]
    with pytest.raises(ServerError):
        _fail_within(database, lambda: done.append("rolled back"))
    with database.transaction():
        pass
    assert done == ["committed"]
    database.close()


def _fail_within(database: Database, action: Callable[[], None]) -> None:
    with database.transaction():
        database.after_commit(action)
        database.execute("nonsense")


def test_a_job_in_an_empty_queue_starts_at_once() -> None:
    jobs = Jobs(Logs())
    seen = []
    for _ in range(20):
        job = jobs.find(jobs.add("short", lambda _job: None))
        seen.append(job.status if job else "gone")
        jobs.wait_idle()
    jobs.close()
    assert seen == ["RUNNING"] * 20
