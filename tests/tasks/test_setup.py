"""Check setup: the results of the checks, in the log and as an answer."""

from __future__ import annotations

from tests.support.manifest_tasks import run_task
from tests.support.server import Server


def test_check_setup(stash: Server) -> None:
    lines = run_task(stash, "Check setup")
    found = [line.split(": ")[1] for line in lines if ": ok: " in line]
    assert {"Plugin", "Python", "Packages", "Server", "Libraries", "Folder"} <= set(found)
    assert lines[-1].startswith("Info: Setup: ")
    assert lines[-1].endswith("0 failed")


def test_setup_as_an_operation(stash: Server) -> None:
    answer = stash.run_operation(mode="setup")
    assert answer["ok"] is True
    assert {check["state"] for check in answer["checks"]} <= {"ok", "warning"}


def test_setup_changes_nothing(stash: Server) -> None:
    document = '{ findImages(filter: {per_page: -1, sort: "id"}) { images { id updated_at title } } }'
    before = stash.ask(document)
    stash.run_task(mode="setup")
    assert stash.ask(document) == before
