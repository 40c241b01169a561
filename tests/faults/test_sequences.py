"""Random sequences of apply, edit, undo, redo and resume under faults, and that they notice what they are for."""

from __future__ import annotations

import pytest

from lib.planning import undo
from lib.runs import undone
from tests.faults.conftest import WIDE
from tests.faults.sequences import check_all

SEEDS = [range(start, start + 12) for start in range(1, 601 if WIDE else 37, 12)]
BROKEN = {
    "later runs are forgotten": (undone, "later_writes", lambda *_: {}),
    "what was undone is forgotten": (undone, "settled", lambda *_: set()),
    "every value counts as undone": (undo, "KEPT", "gone"),
}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("seeds", SEEDS, ids=lambda seeds: f"{seeds[0]} to {seeds[-1]}")
def test_every_value_is_restored(seeds: range) -> None:
    assert check_all(seeds) == []


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("module", "name", "broken"), BROKEN.values(), ids=BROKEN)
def test_a_broken_record_is_noticed(monkeypatch: pytest.MonkeyPatch, module: object, name: str, broken: object) -> None:
    monkeypatch.setattr(module, name, broken)
    assert any(check_all(range(start, start + 10)) for start in range(1, 200, 10))
