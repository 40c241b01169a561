"""Run a task with the manifest's arguments only, as its button in Stash does."""

from __future__ import annotations

from tests.support.server import PLUGIN, Server

RUN = "mutation($id: ID!, $name: String!) { runPluginTask(plugin_id: $id, task_name: $name) }"


def run_task(stash: Server, name: str) -> list[str]:
    """Run a task of the manifest, and return the lines that it logs."""
    before = len(stash.log())
    stash.ask(RUN, {"id": PLUGIN, "name": name})
    stash.wait_idle()
    lines = stash.log()[-min(30, before + 30) :]
    return [line.replace("[Plugin / Image Tools] ", "") for line in lines if "[Plugin / Image Tools]" in line]
