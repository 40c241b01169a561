"""What every suite shares: one server a module, the fake server or what the environment names.

STASH_BIN: a Stash binary, started on throw-away folders. STASH_URL: a running Stash of which only is read (with
STASH_API_KEY where it has a password); then only tests marked `reads` are run. STASH_VERSION: the release that the
fake server plays; tests marked `since` a later one are left out.
"""

from __future__ import annotations

import gc
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from typing import Any

import pytest

from lib.client import StashClient
from tests.fake_stash.language.versions import number
from tests.support.server import Server, release, serve

STASH_URL = os.environ.get("STASH_URL")
MEMORY, ENOUGH = "/dev/shm", 4 << 30
"""A file system in memory, and the bytes that must be free in it. Every commit to runs.sqlite is flushed: on a disk, tests
that write wait for that half of their time."""
if "TMPDIR" not in os.environ and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ENOUGH:
    os.environ["TMPDIR"] = MEMORY  # for the processes that tests start, too
    tempfile.tempdir = None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what this server cannot answer, and with STASH_URL all that could write or counts on the library."""
    played = number(release())

    def runs(item: pytest.Item) -> bool:
        since = item.get_closest_marker("since")
        return (not STASH_URL or bool(item.get_closest_marker("reads"))) and not (
            since and number(since.args[0]) > played
        )

    left_out = [item for item in items if not runs(item)]
    items[:] = [item for item in items if runs(item)]
    config.hook.pytest_deselected(items=left_out)


gc.disable()  # until all tests are collected: modules and tests stay to the end


def pytest_collection_finish() -> None:
    """Leave all of them out of every later collection, which took a tenth of the time."""
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="module")
def stash() -> Iterator[Server]:
    """A server on which the sample library was scanned. A module's tests share it: none relies on another's images."""
    if STASH_URL:
        yield Server(STASH_URL.rstrip("/"), library="", folder="", api_key=os.environ.get("STASH_API_KEY"))
    else:
        with serve() as server:
            yield server


@pytest.fixture(scope="module")
def ids(stash: Server) -> dict[str, str]:
    """Every image's id by its path below the library."""
    return stash.ids()


@pytest.fixture
def client(stash: Server) -> Iterator[StashClient]:
    """A client of that server."""
    with StashClient.connect(stash.url, api_key=stash.api_key) as client:
        yield client


@pytest.fixture
def sent(client: StashClient) -> list[dict[str, Any]]:
    """The `query` and `variables` of every request that the client sends from here on."""
    requests: list[dict[str, Any]] = []

    def note(response: Any, *_args: Any, **_kwargs: Any) -> None:
        requests.append(json.loads(response.request.body))

    client.connection.session.hooks["response"].append(note)
    return requests
