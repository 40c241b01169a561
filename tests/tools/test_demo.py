"""The demo fails if any of its tasks and methods does nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from lib.tasks import TASKS
from tests.support.server import ROOT
from tools.demo.environment import NOOP, Environment, Observation, start_environment, write_noop_plugin
from tools.demo.steps import STEPS, Step, has_expected_result, perform

METHODS = [mode for mode, module in TASKS.items() if module in ("lib.tasks.image_methods", "lib.tasks.create_image")]


@pytest.fixture(scope="module")
def environment() -> Iterator[Environment]:
    """Start one environment for all steps, in their order."""
    with start_environment() as environment:
        yield environment


@pytest.fixture(scope="module")
def earlier() -> dict[str, Observation]:
    """Return the results of the steps so far."""
    return {}


@pytest.mark.parametrize("step", STEPS, ids=[step.name for step in STEPS])
def test_each_step_fails_without_the_plugin_and_passes_with_it(
    environment: Environment, earlier: dict[str, Observation], step: Step
) -> None:
    if step.name != "Scan":
        assert not has_expected_result(step, perform(step, environment.with_plugin(NOOP), earlier))
    earlier[step.name] = perform(step, environment, earlier)
    assert has_expected_result(step, earlier[step.name]), earlier[step.name].log


def test_scan_fails_with_a_noop_hook(tmp_path: Path) -> None:
    write_noop_plugin(tmp_path / "plugin", hooks=True)
    with start_environment(plugin=str(tmp_path / "plugin")) as environment:
        assert not has_expected_result(STEPS[0], perform(STEPS[0], environment, {}))


def test_every_task_and_method_is_a_step() -> None:
    buttons = [task["name"] for task in yaml.safe_load((ROOT / "plugin.yml").read_text(encoding="utf-8"))["tasks"]]
    assert {*buttons, *METHODS} - {"create_image_follow_up"} <= {step.name for step in STEPS}
