"""Undo needs what it undoes: the same fixtures as the tests of lib.runs."""

from tests.runs.conftest import desk, name, store

__all__ = ["desk", "name", "store"]
