"""The Explain view."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.support.server import Server
from tests.ui.driver import PageDriver, write_rules

RULES = """version: 1
rules:
- name: dated
  match: {missing: date}
  set: {date: '{meta.date}'}
- name: wide
  match: {width: {gt: 100000}}
  set: {title: never}
"""
DATED = "photos/2011/IMG_20110501_183000.jpg"


def test_explain_shows_conditions_values_and_sources(driver: PageDriver, stash: Server, ids: dict[str, str]) -> None:
    write_rules(stash, RULES)
    driver.open("explain")
    driver.page.get_by_label("Image, by its number").fill(f"http://stash/images/{ids[DATED]}?x=1")
    driver.press("Explain")
    dated = driver.page.locator(".it-rule-card", has_text="dated")
    expect(dated).to_contain_text("matches")
    expect(dated).to_contain_text("sets Date: 2011-05-01")
    wide = driver.page.locator(".it-rule-card", has_text="wide")
    expect(wide).to_contain_text("does not match")
    wide.locator("summary").first.click()
    expect(wide.get_by_role("row").last).to_contain_text("does not hold")
    expect(driver.page.get_by_role("row", name="meta.date")).to_contain_text("2011-05-01")
    driver.shot("explain")
    write_rules(stash, RULES.replace("name: wide", "name: renamed"))
    driver.page.get_by_label("Image, by its number").press("Enter")
    expect(driver.page.locator(".it-rule-card", has_text="renamed")).to_be_visible()
    for name in ("the first", "2022-05-28 Red Dress.jpg"):
        driver.page.get_by_label("Image, by its number").fill(name)
        driver.press("Explain", driver.page.locator("form"))
        driver.sees("An image's number is expected")
