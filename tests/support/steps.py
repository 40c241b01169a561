"""How much Python does: counted in lines, so that it is the same on a fast machine, a slow one and a busy one.

What a single call of a function in C does is not seen. Where that may take long, a test hands it so much that it would
take hours, and `timeout` ends it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any


class Steps:
    """The lines that were run, those of loops each time."""

    def __init__(self) -> None:
        self.count = 0


@contextmanager
def steps_at_most(most: int) -> Iterator[Steps]:
    """Count the lines that the block's calls run; an AssertionError as soon as they are more than `most`."""
    steps = Steps()

    def line(_frame: FrameType, event: str, _arg: Any) -> Any:
        steps.count += event == "line"
        assert steps.count <= most, f"more than {most:,} lines are run"
        return line

    before = sys.gettrace()
    sys.settrace(line)
    try:
        yield steps
    finally:
        sys.settrace(before)
    assert steps.count <= most, f"more than {most:,} lines are run"  # whoever caught the one above
