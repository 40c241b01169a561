"""The server's version, as builds of all kinds say it."""

from __future__ import annotations

import pytest

from lib.errors import DataError
from lib.stash import capabilities


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("v0.30.1", (0, 30, 1)),
        ("v0.31.1-160-gc1fa78e0", (0, 31, 1)),
        ("0.25.0", (0, 25, 0)),
        ("", None),
        ("develop", None),
        ("v0.30", None),
    ],
)
def test_its_number(text: str, number: tuple[int, int, int] | None) -> None:
    assert capabilities.parse_version(text) == number


@pytest.mark.parametrize("text", ["v0.25.0", "v0.30.1", "v1.0.0", "", "develop"])
def test_new_enough_or_unknown_is_let_through(text: str) -> None:
    capabilities.require_version(text)


@pytest.mark.parametrize("text", ["v0.24.3", "v0.9.0"])
def test_too_old_is_refused(text: str) -> None:
    with pytest.raises(DataError, match=f"Stash {text} is too old: v0.25.0"):
        capabilities.require_version(text)
