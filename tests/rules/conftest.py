"""Closes the archives that a test of the rules has read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.rules.factories import OPENED


@pytest.fixture(autouse=True)
def closed_archives() -> Iterator[None]:
    yield
    while OPENED:
        OPENED.pop().close()
