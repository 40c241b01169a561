"""The tasks that only read, as buttons: nothing but the manifest's own arguments, and what they say in the log."""

from __future__ import annotations

import pytest

from tests.support.server import PLUGIN, Server

RUN = "mutation($id: ID!, $name: String!) { runPluginTask(plugin_id: $id, task_name: $name) }"


def press(stash: Server, name: str) -> list[str]:
    """Press a button; what was logged since, without the prefix of plugins."""
    before = len(stash.log())
    stash.ask(RUN, {"id": PLUGIN, "name": name})
    stash.wait_idle()
    lines = stash.log()[-min(30, before + 30) :]
    return [line.replace("[Plugin / Image Tools] ", "") for line in lines if "[Plugin / Image Tools]" in line]


def test_the_plugin_is_loaded_and_nothing_is_wrong(stash: Server) -> None:
    plugins = stash.ask("{ plugins { id name version enabled tasks { name } hooks { hooks } settings { name } } }")[
        "plugins"
    ]
    ours = next(plugin for plugin in plugins if plugin["id"] == PLUGIN)
    assert ours["name"] == "Image Tools"
    assert ours["enabled"]
    assert [hook["hooks"] for hook in ours["hooks"]] == [["Image.Create.Post"]]
    assert [line for line in stash.log() if line.startswith(("Error", "Warning"))] == []


def test_check_setup(stash: Server) -> None:
    lines = press(stash, "Check setup")
    found = [line.split(": ")[1] for line in lines if ": ok: " in line]
    assert {"Plugin", "Python", "Packages", "Server", "Libraries", "Folder"} <= set(found)
    assert lines[-1].startswith("Info: Setup: ")
    assert lines[-1].endswith("0 failed")


def test_check_setup_as_an_operation(stash: Server) -> None:
    answer = stash.run_operation(mode="setup")
    assert answer["ok"] is True
    assert {check["state"] for check in answer["checks"]} <= {"ok", "warning"}


def test_image_statistics(stash: Server) -> None:
    lines = press(stash, "Image statistics")
    count = len(stash.ids())
    assert lines[-1].startswith(f"Info: {count} images, ")
    assert any(line.startswith("Info: Formats: ") and "jpg 17" in line for line in lines)


def test_statistics_count_what_the_server_counts(stash: Server, ids: dict[str, str]) -> None:
    stash.update(ids["misc/plain.png"], title="Plain", organized=True)
    found = stash.run_operation(mode="statistics")
    assert (found["images"], found["organized"], found["missing"]["title"]) == (25, 1, 24)
    assert {name: count for name, count in found["formats"].items() if count} == {
        "gif": 1,
        "jpg": 17,
        "png": 6,
        "webp": 1,
    }
    assert found["several_files"] == 1, "the twins"
    assert found["bytes"] == stash.ask("{ findImages(filter: {per_page: 0}) { filesize } }")["findImages"]["filesize"]
    sizes = [image["bytes"] for image in found["largest"]]
    assert sizes == sorted(sizes, reverse=True)
    assert len(sizes) == 5


@pytest.mark.parametrize("mode", ["setup", "statistics"])
def test_they_change_nothing(stash: Server, mode: str) -> None:
    document = '{ findImages(filter: {per_page: -1, sort: "id"}) { images { id updated_at title } } }'
    before = stash.ask(document)
    stash.run_task(mode=mode)
    assert stash.ask(document) == before


def test_a_wrong_task_says_so_in_the_log(stash: Server) -> None:
    stash.run_task(mode="statistics", limit=5)
    assert any("statistics has no argument limit (allowed: none)" in line for line in stash.log() if "Error" in line)
