"""The backup of Stash's database: logged, or an error that says that nothing was applied."""

from __future__ import annotations

import pytest

from lib.errors import TransportError
from lib.stash.address import Address
from lib.stash.backup import back_up_database
from lib.stash.connection import Connection
from tests.support.scripted_server import Line, ScriptedServer, answer, errors, hang_up

DONE = {
    "without a path": (None, "Stash's database was backed up. Stash's log names the file."),
    "with a path": ("/b/stash.sqlite", "Stash's database was backed up. File: /b/stash.sqlite"),
}


@pytest.mark.parametrize(("path", "message"), DONE.values(), ids=DONE)
def test_a_backup_is_logged(caplog: pytest.LogCaptureFixture, path: str | None, message: str) -> None:
    with ScriptedServer(answer({"backupDatabase": path})) as server, caplog.at_level("INFO"):
        back_up_database(Connection(Address.parse(server.url)))
    assert [record.getMessage() for record in caplog.records] == [message]


FAILED = {
    "refused": (errors("vacuum failed: disk full"), "so nothing was applied.*vacuum failed: disk full$"),
    "without an answer": (hang_up, "so nothing was applied.*Is Stash running there\\?$"),
}


@pytest.mark.parametrize(("line", "message"), FAILED.values(), ids=FAILED)
def test_a_backup_that_fails_says_that_nothing_was_applied(line: Line, message: str) -> None:
    with ScriptedServer(line) as server, pytest.raises(TransportError, match=message):
        back_up_database(Connection(Address.parse(server.url), pauses=()))
