"""Names, titles, paths and messages from files and people are text, whatever they look like."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.support.server import Server
from tests.ui.driver import PageDriver, answer_with, write_rules

SCRIPT = "<script>alert(1)</script>"
PICTURE = '"><img src=x onerror=alert(1)>'
TURNED = "safe\u202egpj.exe"
RULES = f"""version: 1
rules:
- name: '{PICTURE}'
  about: '{SCRIPT} {TURNED}'
  match: {{name: 'plain.png'}}
  set:
    title: '{SCRIPT}'
    details: "{TURNED} 'and' \\"quoted\\""
  add: {{tags: {{value: '{PICTURE}', create: true}}, urls: 'javascript:alert(1)'}}
"""


@pytest.fixture(autouse=True)
def _rules(stash: Server) -> None:
    write_rules(stash, RULES)


def is_only_text(driver: PageDriver) -> bool:
    """Nothing in the page was made of what was shown: no script, no picture, no link of theirs."""
    inside = driver.page.locator(".image-tools")
    made = inside.locator("script, img[src='x'], [onerror], a[href^='javascript']")
    return made.count() == 0


def test_rules_and_plans_show_text(driver: PageDriver, stash: Server) -> None:
    driver.open("rules")
    driver.sees(f"{SCRIPT} safe⟨202E⟩gpj.exe")
    assert is_only_text(driver)
    plan = stash.run_operation(mode="rules_preview")["plan"]
    driver.open(f"review/{plan}")
    row = driver.change("plain.png")
    for text in (SCRIPT, PICTURE, "javascript:alert(1)", "'and' \"quoted\""):
        expect(row).to_contain_text(text)
    assert is_only_text(driver)
    driver.shot("hostile")


def test_a_path_cannot_turn_the_line_around(driver: PageDriver, stash: Server) -> None:
    plan = stash.run_operation(mode="rules_preview")
    content = stash.operation(mode="plan", plan=plan["plan"])
    content["data"]["runPluginOperation"]["changes"][0]["path"] = f"/library/{TURNED}\n{SCRIPT}.png"
    answer_with(driver.page, "plan", content)
    driver.open(f"review/{plan['plan']}")
    expect(driver.changes.first).to_contain_text("safe⟨202E⟩gpj.exe␊<script>alert(1)</script>.png")
    assert is_only_text(driver)


def test_an_error_is_text(driver: PageDriver) -> None:
    answer_with(driver.page, "runs", {"errors": [{"message": PICTURE}], "data": {"runPluginOperation": None}})
    driver.open("runs")
    expect(driver.page.get_by_role("alert")).to_contain_text(PICTURE)
    assert is_only_text(driver)


def test_explain_shows_text(driver: PageDriver, ids: dict[str, str]) -> None:
    driver.open(f"explain/{ids['misc/plain.png']}")
    driver.sees("Found in this image")
    expect(driver.page.locator(".it-rule-card")).to_contain_text(PICTURE)
    assert is_only_text(driver)
