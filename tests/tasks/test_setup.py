"""Check setup: how many checks it runs, and how many requests they take."""

from __future__ import annotations

from typing import Any

from lib.client import StashClient
from lib.log import Progress
from lib.plugin import PluginInput
from lib.tasks import Context
from lib.tasks.setup import CHECKS, setup
from tests.support.server import Server


def test_each_check_runs_once(stash: Server, client: StashClient, sent: list[dict[str, Any]]) -> None:
    result = setup(Context(client, PluginInput({"Dir": stash.folder}, {}), Progress()))
    names = [check["name"] for check in result["checks"]]
    assert len(names) == len(set(names)) == CHECKS
    queries = [request["query"].split()[1] for request in sent]
    assert sorted(set(queries)) == sorted(queries), "no question is asked twice"
