"""The manifest: what it names exists, and what exists of that kind is named."""

from __future__ import annotations

import os
import re
from dataclasses import fields
from importlib import import_module
from typing import Any

import pytest
import yaml

from lib.stash.settings import Settings
from lib.tasks import TASKS, arguments
from lib.tasks.setup.environment import PACKAGES
from tests.support.server import PLUGIN, ROOT, Server

MANIFEST: dict[str, Any] = yaml.safe_load((ROOT / "plugin.yml").read_text(encoding="utf-8"))
BUTTONS: list[dict[str, Any]] = MANIFEST["tasks"]
KINDS = {bool: "BOOLEAN", int: "NUMBER", str: "STRING"}
NOT_OURS = {".git", ".venv", "vendor", "build", "dist"}


@pytest.mark.parametrize("task", BUTTONS, ids=[task["name"] for task in BUTTONS])
def test_a_button_is_a_task_with_arguments_that_it_takes(task: dict[str, Any]) -> None:
    args = dict(task["defaultArgs"])
    assert all(isinstance(value, str) for value in args.values()), "Stash hands every default over as text"
    mode = args.pop("mode")
    arguments.check(mode, args, import_module(TASKS[mode]).OPERATIONS[mode].arguments)


@pytest.mark.parametrize("task", BUTTONS, ids=[task["name"] for task in BUTTONS])
def test_a_button_says_whether_it_changes_something(task: dict[str, Any]) -> None:
    assert task["description"].startswith(("Changes nothing. ", "Changes images; can be undone"))


@pytest.mark.parametrize("mode", TASKS)
def test_every_mode_has_its_operation_and_says_what_it_does(mode: str) -> None:
    assert mode in import_module(TASKS[mode]).OPERATIONS


def test_no_operation_is_left_out_of_the_table() -> None:
    assert {mode for module in set(TASKS.values()) for mode in import_module(module).OPERATIONS} == set(TASKS)


def test_every_setting_is_shown_and_read() -> None:
    shown = {key: setting["type"] for key, setting in MANIFEST["settings"].items()}
    assert shown == {field.name: KINDS[type(field.default)] for field in fields(Settings)}
    assert all(setting["displayName"] and setting["description"] for setting in MANIFEST["settings"].values())
    assert all(re.fullmatch("[a-z]+([A-Z][a-z]+)*", key) for key in shown), "v0.25 mangles any other spelling"


def test_the_hook_is_the_one_for_new_images() -> None:
    assert [hook["triggeredBy"] for hook in MANIFEST["hooks"]] == [["Image.Create.Post"]]


def test_it_starts_the_entrypoint_without_site() -> None:
    assert MANIFEST["exec"] == ["python", "-S", "{pluginDir}/image_tools.py"]
    assert MANIFEST["interface"] == "raw"


def test_it_is_the_only_yml() -> None:
    found = []
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in NOT_OURS]
        found += [os.path.relpath(os.path.join(folder, name), ROOT) for name in files if name.endswith(".yml")]
    assert found == ["plugin.yml"]


def test_its_version_is_the_newest_in_the_changelog() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## (\d+\.\d+\.\d+)", changelog, re.MULTILINE)
    assert newest
    assert newest[1] == MANIFEST["version"]


def test_check_setup_looks_for_the_packages_that_are_required() -> None:
    required = re.findall(r"^([A-Za-z0-9-]+)", (ROOT / "requirements.txt").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(PACKAGES) == sorted(required)


def test_plugin_is_loaded_without_warnings(stash: Server) -> None:
    plugins = stash.ask("{ plugins { id name version enabled tasks { name } hooks { hooks } settings { name } } }")[
        "plugins"
    ]
    ours = next(plugin for plugin in plugins if plugin["id"] == PLUGIN)
    assert ours["name"] == "Image Tools"
    assert ours["enabled"]
    assert [hook["hooks"] for hook in ours["hooks"]] == [["Image.Create.Post"]]
    told = [line for line in stash.log() if line.startswith(("Error", "Warning"))]
    assert [line for line in told if "FFprobe" not in line] == []  # a file of the library is no picture
