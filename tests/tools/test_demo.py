"""The demo fails when any one of its tasks and methods is made to do nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from lib.tasks import TASKS
from tests.support.server import ROOT
from tools.demo.stage import NOTHING, Seen, Stage, stage, write_nothing
from tools.demo.steps import STEPS, Step, is_right, perform

METHODS = [mode for mode, module in TASKS.items() if module in ("lib.tasks.image_methods", "lib.tasks.create_image")]


@pytest.fixture(scope="module")
def playing() -> Iterator[Stage]:
    """One stage for all steps, in their order."""
    with stage() as playing:
        yield playing


@pytest.fixture(scope="module")
def earlier() -> dict[str, Seen]:
    """The steps that were played so far."""
    return {}


@pytest.mark.parametrize("step", STEPS, ids=[step.name for step in STEPS])
def test_each_step_fails_without_the_plugin_and_passes_with_it(
    playing: Stage, earlier: dict[str, Seen], step: Step
) -> None:
    if step.name != "Scan":
        assert not is_right(step, perform(step, playing.with_plugin(NOTHING), earlier))
    earlier[step.name] = perform(step, playing, earlier)
    assert is_right(step, earlier[step.name]), earlier[step.name].log


def test_a_hook_that_does_nothing_is_seen(tmp_path: Path) -> None:
    write_nothing(tmp_path / "plugin", hooks=True)
    with stage(plugin=str(tmp_path / "plugin")) as playing:
        assert not is_right(STEPS[0], perform(STEPS[0], playing, {}))


def test_every_button_and_every_method_is_played() -> None:
    buttons = [task["name"] for task in yaml.safe_load((ROOT / "plugin.yml").read_text(encoding="utf-8"))["tasks"]]
    assert {*buttons, *METHODS} - {"create_image_follow_up"} <= {step.name for step in STEPS}
