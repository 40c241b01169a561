"""The settings as Stash hands them out: only what was saved, and before v0.28 numbers as text."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from lib.stash.settings import Settings
from tests.support.ids import shown


@pytest.mark.parametrize(
    ("saved", "settings"),
    [
        ({}, Settings()),
        ({"keepRuns": 5, "ignoreNewImages": True}, Settings(keepRuns=5, ignoreNewImages=True)),
        ({"keepRuns": "5", "ignoreNewImages": "true"}, Settings(keepRuns=5, ignoreNewImages=True)),
        ({"keepRuns": 2.0, "ignoreNewImages": "false"}, Settings(keepRuns=2)),
        ({"keepRuns": None, "importFolder": ""}, Settings()),
        ({"importFolder": "/pictures/in"}, Settings(importFolder="/pictures/in")),
        ({"a_newer_versions": 1}, Settings()),
    ],
    ids=shown,
)
def test_saved(saved: dict[str, Any], settings: Settings) -> None:
    assert Settings.of(saved) == settings


@pytest.mark.parametrize(
    "saved",
    [{"keepRuns": "many"}, {"keepRuns": []}, {"keepRuns": float("inf")}, {"ignoreNewImages": "yes"}],
    ids=shown,
)
def test_what_cannot_be_read_counts_as_unset_and_is_said(
    saved: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert Settings.of(saved) == Settings()
    assert f"The setting {next(iter(saved))} is " in caplog.text


def test_0_is_the_standard() -> None:
    assert (Settings().keep_runs, Settings().confirm_above) == (100, 1000)
    assert (Settings(keepRuns=-1).keep_runs, Settings(confirmAbove=5).confirm_above) == (100, 5)
