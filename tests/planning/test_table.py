"""The planner of imports splits rows into batches that fit into memory."""

from __future__ import annotations

import pytest

from lib.planning.table import BATCH_SIZE, split_batches
from lib.tables.chunks import MAX_ROW
from lib.tables.reader import Row

BATCHES = {
    "none": ([], []),
    "short rows": ([10] * (BATCH_SIZE + 1), [BATCH_SIZE, 1]),
    "long rows": ([600_000] * 5, [2, 2, 1]),
    "a very long row": ([10, MAX_ROW, 10], [2, 1]),
}


@pytest.mark.parametrize(("lengths", "sizes"), BATCHES.values(), ids=BATCHES)
def test_split_batches(lengths: list[int], sizes: list[int]) -> None:
    rows = [Row(number, {"title": "x" * length, "tags": None}) for number, length in enumerate(lengths)]
    found = list(split_batches(rows))
    assert [len(batch) for batch in found] == sizes
    assert [row for batch in found for row in batch] == rows
