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
from tests.faults.invariants import Bench, numbers
from tests.faults.scenarios import WORKS

GRID = [(work, fault) for work in WORKS for fault in FAULTS]
NARROW = 14
"""Outside of `make torture` every third pair is taken, and one request in so many, a different one for each fault."""


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("work", "fault"), GRID if WIDE else GRID[::3], ids=lambda name: name)
def test_a_request_that_fails(bench: Bench, tried: Callable[[str, int], None], work: str, fault: str) -> None:
    _, requests = bench.undisturbed(work)
    number = GRID.index((work, fault))
    if WIDE:  # every request alone, and every third with all that follow it
        cases = [(at, False) for at in numbers(requests, 1, 0)] + [(at, True) for at in numbers(requests, 3, number)]
    else:
        cases = [(at, bool(number % 2)) for at in numbers(requests, NARROW, number)]
    tried("faults", len(cases))
    for at, lasting in cases:
        try:
            bench.disturbed(work, fault, at, lasting=lasting)
        except Exception as error:
            more = ", and all after it" if lasting else ""
            raise AssertionError(f"{work}: request {at} of {requests}{more}: {fault}") from error


def failed(bench: Bench, work: str, at: int) -> None:
    """Run a work whose requests from this one on answer 401."""
    bench.prepare(WORKS[work])
    bench.stage.proxy.disturb(at, FAULTS["401"], lasting=True)
    assert bench.run(WORKS[work]).error
    bench.stage.proxy.heal()


def test_what_a_failed_run_made_can_be_taken_back(bench: Bench) -> None:
    """Performer and studio were made, and the tags behind them were not."""
    failed(bench, "rules_apply", 12)
    made = bench.stage.state().names - bench.stage.begin.names
    assert made == {("performers", "New Performer"), ("studios", "New Studio")}
    with bench.stage.context(calm=True) as context:
        assert undo(context)["counts"]["names"] == ["New Performer", "New Studio"]
    assert bench.stage.state() == bench.stage.begin


@pytest.mark.parametrize(("work", "at"), [("rules_apply", 6), ("undo", 1), ("import_images", 3)])
def test_a_run_that_failed_while_it_was_planned_is_not_resumed(bench: Bench, work: str, at: int) -> None:
    """It would carry out a part and take it for the whole."""
    failed(bench, work, at)
    before = bench.stage.state()
    run = bench.stage.journal().runs[-1]
    assert run["status"] == "failed"
    with bench.stage.context(calm=True) as context, pytest.raises(DataError, match="ended while it was planned"):
        resume(context, run["id"])
    assert bench.stage.state() == before


def test_a_locked_database_blames_no_image(bench: Bench) -> None:
    """The run ends and can be resumed: an image that had failed would be left out."""
    bench.prepare(WORKS["rules_apply"])
    bench.stage.proxy.disturb(1, beginning_with(b"mutation Apply", FAULTS["locked"]), lasting=True)
    assert LOCKED in bench.run(WORKS["rules_apply"]).error
    bench.stage.proxy.heal()
    with bench.stage.context(calm=True) as context:
        counts = resume(context, bench.stage.journal().runs[-1]["id"])["counts"]
    assert (counts["changed"], counts["failed"]) == (len(bench.stage.begin.images), 0)


def test_what_somebody_changes_meanwhile_stays(bench: Bench) -> None:
    """Between the plan and its batch somebody else was at work."""
    bench.prepare(WORKS["rules_apply"])
    image = next(iter(bench.stage.begin.images))
    with bench.stage.context(calm=True) as context:
        rules_preview(context)
        bench.stage.stash.update(image, title="Theirs")
        counts = rules_apply(context)["counts"]
    assert (counts["skipped"], counts["changed"]) == (1, len(bench.stage.begin.images) - 1)
    assert bench.stage.state().images[image]["title"] == "Theirs"
