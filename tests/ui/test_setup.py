"""The Setup view."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.ui.driver import PageDriver, answer_with


def test_setup_lists_every_check(driver: PageDriver) -> None:
    driver.open("setup")
    expect(driver.page.locator(".it-check", has_text="Python").first).to_contain_text("in order")
    driver.shot("setup")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ('exec: "python": executable file not found in $PATH', "Settings > System > Python executable path"),
        ("plugin plugin is disabled", "Settings > Plugins"),
        ("Image Tools: The disk is full.", "The disk is full."),
    ],
)
def test_errors_suggest_a_fix(driver: PageDriver, said: str, shown: str) -> None:
    answer_with(driver.page, "setup", {"errors": [{"message": said}], "data": {"runPluginOperation": None}})
    driver.open("setup")
    expect(driver.page.get_by_role("alert")).to_contain_text(shown)
