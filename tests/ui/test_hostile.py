"""Names, titles, paths and messages from files and people are text, whatever they look like."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.support.server import Server
from tests.ui.driver import Visitor, answer_with, write_rules

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


def is_only_text(visitor: Visitor) -> bool:
    """Nothing in the page was made of what was shown: no script, no picture, no link of theirs."""
    inside = visitor.page.locator(".image-tools")
    made = inside.locator("script, img[src='x'], [onerror], a[href^='javascript']")
    return made.count() == 0


def test_rules_and_plans_show_text(visitor: Visitor, stash: Server) -> None:
    visitor.open("rules")
    visitor.sees(f"{SCRIPT} safe⟨202E⟩gpj.exe")
    assert is_only_text(visitor)
    plan = stash.run_operation(mode="rules_preview")["plan"]
    visitor.open(f"preview/{plan}")
    row = visitor.change("plain.png")
    for text in (SCRIPT, PICTURE, "javascript:alert(1)", "'and' \"quoted\""):
        expect(row).to_contain_text(text)
    assert is_only_text(visitor)
    visitor.shot("hostile")


def test_a_path_cannot_turn_the_line_around(visitor: Visitor, stash: Server) -> None:
    plan = stash.run_operation(mode="rules_preview")
    content = stash.operation(mode="plan", plan=plan["plan"])
    content["data"]["runPluginOperation"]["changes"][0]["path"] = f"/library/{TURNED}\n{SCRIPT}.png"
    answer_with(visitor.page, "plan", content)
    visitor.open(f"preview/{plan['plan']}")
    expect(visitor.changes.first).to_contain_text("safe⟨202E⟩gpj.exe␊<script>alert(1)</script>.png")
    assert is_only_text(visitor)


def test_an_error_is_text(visitor: Visitor) -> None:
    answer_with(visitor.page, "runs", {"errors": [{"message": PICTURE}], "data": {"runPluginOperation": None}})
    visitor.open("runs")
    expect(visitor.page.get_by_role("alert")).to_contain_text(PICTURE)
    assert is_only_text(visitor)


def test_explain_shows_text(visitor: Visitor, ids: dict[str, str]) -> None:
    visitor.open(f"explain/{ids['misc/plain.png']}")
    visitor.sees("Found in this image")
    expect(visitor.page.locator(".it-rule-card")).to_contain_text(PICTURE)
    assert is_only_text(visitor)
