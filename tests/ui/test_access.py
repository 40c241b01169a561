"""What axe finds, view by view, at the width of a desk and of a telephone."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.support.server import Server
from tests.ui.driver import PageDriver, hold_import, write_rules

GOOD = """version: 1
rules:
- name: LONG
  about: Changes what it can.
  set: {title: 'The picture {path.stem}', date: '{meta.date}', rating100: '{meta.rating|stars}'}
  add: {tags: {value: ['{meta.keywords}', New here], create: true}}
- name: waiting
  mode: preview
  set: {code: '{path.stem}'}
""".replace("LONG", "a_name_without_a_space_" * 4)
WRONG = GOOD.replace("set: {code", "set: {unknown_key: x, code")
READY = {
    "rules": ".it-outline-name",
    "review": ".it-buttons button:enabled",
    "review/{plan}": ".it-change",
    "explain/1": ".it-table",
    "runs": ".it-run-held",
    "runs?previews=1": ".it-run",
    "runs/{run}": ".it-change",
    "undo/{run}": ".it-change",
    "setup": ".it-check",
    "rules?wrong": ".it-problem",
}
"""place -> what is there once it is drawn."""
PRESSED = {"undo/{run}": "Preview the undo"}
"""place -> the button that it waits for."""
WIDTHS = {"wide": 1280, "narrow": 360}


@pytest.fixture(scope="module")
def numbers(stash: Server) -> dict[str, int]:
    """A plan that was applied."""
    write_rules(stash, GOOD)
    plan = stash.run_operation(mode="rules_preview")["plan"]
    run = stash.run_operation(mode="rules_apply", plan=plan)["run"]
    hold_import(stash, "1")
    return {"run": run, "plan": stash.run_operation(mode="rules_preview", all=True)["plan"]}


@pytest.mark.parametrize("width", WIDTHS)
def test_no_violation_and_no_overflow(driver: PageDriver, stash: Server, numbers: dict[str, int], width: str) -> None:
    driver.page.set_viewport_size({"width": WIDTHS[width], "height": 900})
    found = {}
    for place, ready in READY.items():
        write_rules(stash, WRONG if "wrong" in place else GOOD)
        driver.open(place.format(**numbers))
        if place in PRESSED:
            driver.press(PRESSED[place])
        expect(driver.page.locator(ready).first).to_be_attached()
        driver.shot(f"{width}-{place.partition('/')[0].replace('?', '-')}{'-one' if '{' in place else ''}")
        violations = Axe().run(driver.page, context=".image-tools").response["violations"]
        found[place] = [(one["id"], [node["target"] for node in one["nodes"]][:3]) for one in violations]
        assert driver.page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[width], place
    assert {place: one for place, one in found.items() if one} == {}
