"""A small Stash for tests and for trying things out: see `python -m tests.fake_stash --help`."""

from __future__ import annotations

from tests.fake_stash.stash import FakeStash

__all__ = ["FakeStash"]
