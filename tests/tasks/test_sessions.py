"""Signed in by a session: runs that outlast it, and one whose session ends in the middle."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fake_stash import FakeStash
from tests.support.server import ROOT

IMAGES = 600
RULES = "rules:\n- {name: number, mode: apply, when: [task], set: {code: 'no {image.id}'}}\n"
CODES = '{ findImages(image_filter: {code: {value: "no", modifier: INCLUDES}}, filter: {per_page: 0}) { count } }'


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[FakeStash]:
    """A fake server with a password."""
    folder = tmp_path / "image_tools"
    folder.mkdir()
    (folder / "rules.yaml").write_text(RULES, encoding="utf-8")
    options: dict[str, Any] = {"username": "u", "password": "secret", "images": IMAGES}
    with FakeStash(config=str(tmp_path), **options) as fake:
        yield fake


def run(fake: FakeStash, given: dict[str, Any] | None = None, **args: Any) -> dict[str, Any]:
    """The answer of a task in a process of its own, which is `given` a session, or else a fresh one."""
    stdin = {"server_connection": given or fake.server_connection("u"), "args": args}
    command = [sys.executable, "-S", str(ROOT / "image_tools.py")]
    done = subprocess.run(command, input=json.dumps(stdin).encode(), capture_output=True, check=False)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def changed(fake: FakeStash) -> int:
    count: int = fake.execute(CODES)["data"]["findImages"]["count"]
    return count


def when_something_changed(fake: FakeStash, act: Callable[[], object]) -> threading.Thread:
    """Act in the middle of a run."""

    def wait() -> None:
        while not changed(fake):
            time.sleep(0.01)
        act()

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


def test_a_run_outlasts_its_session(guarded: FakeStash, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each answer brings a fresh cookie, and the next request sends that one."""
    given, sessions = guarded.server_connection("u"), guarded.core.sessions
    first, read = given["SessionCookie"]["Value"], sessions.read

    def run_out() -> None:
        monkeypatch.setattr(sessions, "read", lambda value: None if value == first else read(value))

    running_out = when_something_changed(guarded, run_out)
    assert run(guarded, given, mode="rules_apply", confirm=True)["output"]["counts"]["changed"] == IMAGES
    running_out.join()
    assert changed(guarded) == IMAGES


def test_a_session_that_is_lost_in_the_middle_loses_nothing(
    guarded: FakeStash, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = when_something_changed(
        guarded, lambda: monkeypatch.setattr(guarded.core.sessions, "read", lambda _value: None)
    )
    error = run(guarded, mode="rules_apply", confirm=True)["error"]
    lost.join()
    monkeypatch.undo()
    assert "401: Stash does not accept the credentials" in error
    done = changed(guarded)
    assert 0 < done < IMAGES
    (stopped,) = run(guarded, mode="runs")["output"]
    assert (stopped["status"], stopped["counts"]["changed"]) == ("failed", done)
    assert "error" not in run(guarded, mode="resume", run=stopped["id"])
    assert changed(guarded) == IMAGES
