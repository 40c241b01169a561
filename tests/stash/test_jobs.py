"""Stash's jobs: how a task is queued and how a job is waited for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lib.errors import TransportError
from lib.plugin import NEW_IMAGES_TASK, QUEUE_TASK
from lib.stash import jobs
from lib.stash.address import Address
from lib.stash.connection import Connection
from tests.support.scripted_server import Line, ScriptedServer, answer, hang_up

TASKS: dict[str, dict[str, Any]] = {
    "of the manifest": {"name": NEW_IMAGES_TASK},
    "with arguments": {"name": NEW_IMAGES_TASK, "args": {"mode": "process_new_images", "first": "7"}},
    "with a description": {"description": "Create image: a", "args": {"mode": "create_image_follow_up"}},
}


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_a_task_is_queued_with_what_it_has(task: dict[str, Any]) -> None:
    with ScriptedServer(answer({"runPluginTask": 5})) as server:
        assert jobs.queue_task(Connection(Address.parse(server.url)), **task) == "5"
    assert json.loads(server.heard[0].body) == {"query": QUEUE_TASK, "variables": {"id": "plugin", **task}}


def test_a_task_is_queued_once() -> None:
    with ScriptedServer(hang_up) as server, pytest.raises(TransportError):
        jobs.queue_task(Connection(Address.parse(server.url)), name=NEW_IMAGES_TASK)
    assert len(server.heard) == 1


def job(status: str, **fields: Any) -> Line:
    return answer({"findJob": {"status": status, "description": "Scanning...", **fields}})


ENDED: dict[str, tuple[Line, ...]] = {
    "finished": (job("FINISHED"),),
    "after a while": (job("READY"), job("RUNNING"), job("STOPPING"), job("FINISHED")),
    "forgotten": (job("RUNNING"), answer({"findJob": None})),
}
FAILED: dict[str, tuple[tuple[Line, ...], str]] = {
    "cancelled": ((job("CANCELLED"),), r"'Scanning\.\.\.' ended as CANCELLED\.$"),
    "failed": ((job("FAILED"), job("FAILED", error="no ffmpeg")), r"ended as FAILED: no ffmpeg\.$"),
    "failed without a reason": ((job("FAILED"), job("FAILED", error=None)), r"ended as FAILED\.$"),
    "failed and forgotten": ((job("FAILED"), answer({"findJob": None})), r"ended as FAILED\.$"),
}


@pytest.mark.parametrize("lines", ENDED.values(), ids=ENDED)
def test_waiting_ends_with_the_job(lines: tuple[Line, ...]) -> None:
    with ScriptedServer(*lines) as server:
        jobs.wait(Connection(Address.parse(server.url)), "5")
    assert len(server.heard) == len(lines)


@pytest.mark.parametrize(("lines", "message"), FAILED.values(), ids=FAILED)
def test_a_job_that_failed_is_an_error(lines: tuple[Line, ...], message: str) -> None:
    with ScriptedServer(*lines) as server, pytest.raises(TransportError, match=message):
        jobs.wait(Connection(Address.parse(server.url)), "5")
    assert len(server.heard) == len(lines)
