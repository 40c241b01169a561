"""The settings: how saved values are read, and that each of them changes what the plugin does."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from lib.stash.settings import Settings
from tests.support.ids import shown
from tests.support.server import ROOT, Server


@pytest.mark.parametrize(
    ("saved", "settings"),
    [
        ({}, Settings()),
        ({"keepRuns": 5, "ignoreNewImages": True}, Settings(keepRuns=5, ignoreNewImages=True)),
        ({"keepRuns": "5", "ignoreNewImages": "true"}, Settings(keepRuns=5, ignoreNewImages=True)),
        ({"keepRuns": 2.0, "ignoreNewImages": "false"}, Settings(keepRuns=2)),
        ({"keepRuns": None, "importFolder": ""}, Settings()),
        ({"importFolder": "/pictures/in"}, Settings(importFolder="/pictures/in")),
        ({"a_newer_versions": 1}, Settings()),
        ({"inboxFolder": "/pictures/inbox"}, Settings()),
    ],
    ids=shown,
)
def test_saved_values_are_read(saved: dict[str, Any], settings: Settings) -> None:
    assert Settings.of(saved) == settings


@pytest.mark.parametrize(
    "saved",
    [{"keepRuns": "many"}, {"keepRuns": []}, {"keepRuns": float("inf")}, {"ignoreNewImages": "yes"}],
    ids=shown,
)
def test_an_invalid_value_is_logged(saved: dict[str, Any], caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert Settings.of(saved) == Settings()
    assert f"Setting {next(iter(saved))}: " in caplog.text


def test_zero_is_the_default() -> None:
    assert (Settings().keep_runs, Settings().confirm_above) == (100, 1000)
    assert (Settings(keepRuns=-1).keep_runs, Settings(confirmAbove=5).confirm_above) == (100, 5)


RULES = """\
rules:
  - {name: first, mode: apply, when: [task, scan], set: {code: first}}
  - {name: second, mode: apply, when: [task], set: {details: second}}
"""


def new_images(stash: Server) -> Any:
    """Why nothing was done with new images."""
    return stash.run_operation(mode="process_new_images")["text"]


def navigation_entry(stash: Server) -> Any:
    """Whether the code of the navigation bar hides the entry for the saved value."""
    value = stash.ask("{ configuration { plugins } }")["configuration"]["plugins"][stash.plugin].get("hideNavEntry")
    code = (ROOT / "assets" / "stash" / "navigation.js").read_text(encoding="utf-8")
    assert "?.hideNavEntry" in code
    return f"=== {json.dumps(value)} " in code


def folder_of_a_new_image(stash: Server) -> Any:
    """The folder that a new image without a path is created in; an error if it has none."""
    answer = stash.operation(mode="create_image", image={"title": "Placeholder"})
    output = answer["data"]["runPluginOperation"]
    return os.path.dirname(output["visual_files"][0]["path"]) if output else answer["errors"][0]["message"]


def number_of_runs(stash: Server) -> Any:
    """How many runs the history has after three previews."""
    for _ in range(3):
        stash.run_operation(mode="rules_preview")
    return len(stash.run_operation(mode="runs", previews=True))


def confirmation(stash: Server) -> Any:
    """Whether changing all images needs a confirmation."""
    output = stash.run_operation(mode="rules_apply")
    if output["run"] is not None:
        stash.run_operation(mode="undo", run=output["run"])
    return output["run"] is None


def rules(stash: Server) -> Any:
    """The rules that a preview runs."""
    return set(stash.run_operation(mode="rules_preview")["counts"]["rules"])


EFFECTS: dict[str, tuple[Any, Any, Callable[[Server], Any]]] = {
    # setting -> two values, and what differs
    "ignoreNewImages": (False, True, new_images),
    "hideNavEntry": (False, True, navigation_entry),
    "importFolder": ("", "new", folder_of_a_new_image),
    "keepRuns": (0, 1, number_of_runs),
    "confirmAbove": (0, 1, confirmation),
    "onlyRules": ("", "second", rules),
}


def test_every_setting_has_its_effect_here() -> None:
    assert list(EFFECTS) == [setting.name for setting in fields(Settings)]


@pytest.fixture(scope="module")
def with_rules(stash: Server) -> Iterator[Server]:
    """The server with two rules."""
    folder = Path(stash.folder, "image_tools")
    folder.mkdir(exist_ok=True)
    (folder / "rules.yaml").write_text(RULES, encoding="utf-8")
    yield stash
    stash.configure()


@pytest.mark.parametrize("setting", EFFECTS)
def test_a_setting_changes_what_the_plugin_does(with_rules: Server, setting: str) -> None:
    *values, effect = EFFECTS[setting]
    observed = []
    for value in values:
        in_library = os.path.join(with_rules.library, value) if setting == "importFolder" and value else value
        with_rules.configure(**{setting: in_library})
        observed.append(effect(with_rules))
    assert observed[0] != observed[1]
