"""The whole way with the keyboard alone."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.support.server import Server
from tests.ui.driver import PageDriver, write_rules

RULES = """version: 1
rules:
- name: keyed
  match: {name: 'plain.png'}
  set: {title: With the keyboard}
"""
NAME = """() => {
    const element = document.activeElement;
    return element.getAttribute("aria-label") || element.textContent;
}"""


def tab_to(driver: PageDriver, name: str) -> None:
    """Press Tab until what has the focus is called so; everything on the way shows that it has it."""
    for _ in range(60):
        driver.page.keyboard.press("Tab")
        if re.search(name, driver.page.evaluate(NAME)):
            return
    raise AssertionError(f"{name} cannot be reached with the Tab key")


def test_preview_apply_and_undo(driver: PageDriver, stash: Server, ids: dict[str, str]) -> None:
    write_rules(stash, RULES)
    press = driver.page.keyboard.press
    driver.open("rules")
    tab_to(driver, r"^Review$")
    press("Enter")
    tab_to(driver, r"^Review a sample")
    press("Enter")
    driver.page.wait_for_url("**#/review/*")
    expect(driver.page.locator("h2:focus")).to_have_text("Review")  # the focus is at the new heading
    expect(driver.changes).to_have_count(1)
    tab_to(driver, r"^Include /.*plain.png$")
    press("Space")
    driver.sees("1 image excluded")
    press("Space")  # the focus is still there
    driver.sees("Apply to 1 image")
    for _ in range(40):
        press("Shift+Tab")
        if driver.page.evaluate(NAME).startswith("Apply to"):
            break
    press("Enter")
    expect(driver.page.get_by_role("dialog")).to_be_visible()
    press("Escape")  # the dialog is left, and the focus is where it was
    expect(driver.page.get_by_role("dialog")).to_have_count(0)
    expect(driver.page.locator(":focus")).to_have_text("Apply to 1 image of the sample")
    press("Enter")
    expect(driver.page.get_by_role("dialog")).to_be_visible()
    press("Enter")
    driver.page.wait_for_url("**#/runs/*")
    expect(driver.page.locator(".it-tile-changed")).to_be_visible()
    title = "title"
    assert stash.image(ids["misc/plain.png"], title) == {title: "With the keyboard"}
    tab_to(driver, r"Undo")
    press("Enter")
    expect(driver.page.get_by_role("button", name="Undo 1 image")).to_be_visible()
    tab_to(driver, r"^Undo 1 image")
    press("Enter")
    driver.page.wait_for_url("**#/runs/*")
    expect(driver.page.locator(".it-tile-reverted")).to_be_visible()
    assert stash.image(ids["misc/plain.png"], title) == {title: ""}
