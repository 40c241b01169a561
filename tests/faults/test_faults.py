"""Every request of every task that writes, and every way in which its answer can fail to come."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lib.errors import DataError
from lib.tasks.rules_apply import rules_apply
from lib.tasks.rules_preview import rules_preview
from lib.tasks.undo_resume import resume, undo
from tests.faults.conftest import WIDE
from tests.faults.faults import FAULTS, LOCKED, beginning_with
from tests.faults.invariants import Runner, numbers
from tests.faults.scenarios import SCENARIOS

pytestmark = pytest.mark.timeout(600)

GRID = [(scenario, fault) for scenario in SCENARIOS for fault in FAULTS]
NARROW = 14
"""Outside of `make torture` every third pair is taken, and one request in so many, a different one for each fault."""


@pytest.mark.parametrize(("scenario", "fault"), GRID if WIDE else GRID[::3], ids=lambda name: name)
def test_a_request_that_fails(
    runner: Runner, count_cases: Callable[[str, int], None], scenario: str, fault: str
) -> None:
    _, requests = runner.baseline(scenario)
    number = GRID.index((scenario, fault))
    if WIDE:  # every request alone, and every third with all that follow it
        cases = [(at, False) for at in numbers(requests, 1, 0)] + [(at, True) for at in numbers(requests, 3, number)]
    else:
        cases = [(at, bool(number % 2)) for at in numbers(requests, NARROW, number)]
    count_cases("faults", len(cases))
    for at, lasting in cases:
        try:
            runner.check_fault(scenario, fault, at, lasting=lasting)
        except Exception as error:
            more = ", and all after it" if lasting else ""
            raise AssertionError(f"{scenario}: request {at} of {requests}{more}: {fault}") from error


def failed(runner: Runner, scenario: str, at: int) -> None:
    """Run a scenario whose requests from this one on answer 401."""
    runner.prepare(SCENARIOS[scenario])
    runner.environment.proxy.disturb(at, FAULTS["401"], lasting=True)
    assert runner.run(SCENARIOS[scenario]).error
    runner.environment.proxy.heal()


def test_what_a_failed_run_made_can_be_taken_back(runner: Runner) -> None:
    """Performer and studio were made, and the tags behind them were not."""
    failed(runner, "rules_apply", 12)
    made = runner.environment.state().names - runner.environment.begin.names
    assert made == {("performers", "New Performer"), ("studios", "New Studio")}
    with runner.environment.context(direct=True) as context:
        assert undo(context)["counts"]["names"] == ["New Performer", "New Studio"]
    assert runner.environment.state() == runner.environment.begin


@pytest.mark.parametrize(("scenario", "at"), [("rules_apply", 6), ("undo", 1), ("import_images", 3)])
def test_a_run_that_failed_while_it_was_planned_is_not_resumed(runner: Runner, scenario: str, at: int) -> None:
    """It would carry out a part and take it for the whole."""
    failed(runner, scenario, at)
    before = runner.environment.state()
    run = runner.environment.journal().runs[-1]
    assert run["status"] == "failed"
    with (
        runner.environment.context(direct=True) as context,
        pytest.raises(DataError, match="ended while it was planned"),
    ):
        resume(context, run["id"])
    assert runner.environment.state() == before


def test_a_locked_database_blames_no_image(runner: Runner) -> None:
    """The run ends and can be resumed: an image that had failed would be left out."""
    runner.prepare(SCENARIOS["rules_apply"])
    runner.environment.proxy.disturb(1, beginning_with(b"mutation Apply", FAULTS["locked"]), lasting=True)
    assert LOCKED in runner.run(SCENARIOS["rules_apply"]).error
    runner.environment.proxy.heal()
    with runner.environment.context(direct=True) as context:
        counts = resume(context, runner.environment.journal().runs[-1]["id"])["counts"]
    assert (counts["changed"], counts["failed"]) == (len(runner.environment.begin.images), 0)


def test_what_somebody_changes_meanwhile_stays(runner: Runner) -> None:
    """Between the plan and its batch somebody else was at work."""
    runner.prepare(SCENARIOS["rules_apply"])
    image = next(iter(runner.environment.begin.images))
    with runner.environment.context(direct=True) as context:
        rules_preview(context)
        runner.environment.stash.update(image, title="Theirs")
        counts = rules_apply(context)["counts"]
    assert (counts["skipped"], counts["changed"]) == (1, len(runner.environment.begin.images) - 1)
    assert runner.environment.state().images[image]["title"] == "Theirs"
