"""Explain, Runs and Set-up."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.server import Server
from tests.ui.driver import Visitor, answer_with, mode_of, write_rules

RULES = """version: 1
rules:
- name: dated
  match: {missing: date}
  set: {date: '{meta.date}'}
- name: wide
  match: {width: {gt: 100000}}
  set: {title: never}
"""
BROKEN = "version: 1\nrules: [{name: broken, set: {nothing: x}}]\n"
NO_STORAGE = """for (const name of ["localStorage", "sessionStorage"]) {
    Object.defineProperty(window, name, { get() { throw new DOMException("denied", "SecurityError"); } });
}"""
DATED = "photos/2011/IMG_20110501_183000.jpg"


def test_explain_shows_conditions_values_and_sources(visitor: Visitor, stash: Server, ids: dict[str, str]) -> None:
    write_rules(stash, RULES)
    visitor.open("explain")
    visitor.page.get_by_label("Image, by its number").fill(f"http://stash/images/{ids[DATED]}?x=1")
    visitor.press("Explain")
    dated = visitor.page.locator(".it-rule-card", has_text="dated")
    expect(dated).to_contain_text("matches")
    expect(dated).to_contain_text("sets Date: 2011-05-01")
    wide = visitor.page.locator(".it-rule-card", has_text="wide")
    expect(wide).to_contain_text("does not match")
    wide.locator("summary").first.click()
    expect(wide.get_by_role("row").last).to_contain_text("does not hold")
    expect(visitor.page.get_by_role("row", name="meta.date")).to_contain_text("2011-05-01")
    visitor.shot("explain")
    write_rules(stash, RULES.replace("name: wide", "name: renamed"))
    visitor.page.get_by_label("Image, by its number").press("Enter")
    expect(visitor.page.locator(".it-rule-card", has_text="renamed")).to_be_visible()
    for name in ("the first", "2022-05-28 Red Dress.jpg"):
        visitor.page.get_by_label("Image, by its number").fill(name)
        visitor.press("Explain", visitor.page.locator("form"))
        visitor.sees("An image's number is expected")


def test_what_ran_since_the_last_visit_and_why_a_run_failed(visitor: Visitor, stash: Server) -> None:
    write_rules(stash, RULES)
    stash.run_operation(mode="rules_preview", ids=[])
    visitor.open("runs")
    expect(visitor.page.locator(".it-run").first).to_be_visible()
    expect(visitor.page.locator(".it-run", has_text="New since your last visit")).to_have_count(0)
    stash.run_operation(mode="rules_preview", ids=[])
    visitor.open("runs", anew=True)
    expect(visitor.page.locator(".it-run", has_text="New since your last visit")).to_have_count(1)
    visitor.shot("runs")


def test_runs_are_shown_where_the_browser_keeps_nothing(page: Page, stash: Server) -> None:
    visitor = Visitor(page, stash)
    page.add_init_script(NO_STORAGE)
    stash.run_operation(mode="rules_preview", ids=[])
    visitor.open("setup")
    visitor.tab("Runs")
    expect(page.locator(".it-run").first).to_be_visible()
    assert not visitor.wrong


def test_a_task_that_could_not_begin_says_why(visitor: Visitor, stash: Server) -> None:
    visitor.open("preview")
    write_rules(stash, BROKEN)
    visitor.press("Preview all images")
    expect(visitor.page.locator(".it-note[role=alert]")).to_contain_text("nothing")  # a toast says it in Stash, too


def test_a_run_that_ended_just_before_a_task_is_not_taken_for_its_run(visitor: Visitor, stash: Server) -> None:
    """The newest run ended in the same second as the task began, and before it."""
    write_rules(stash, RULES)
    stash.run_operation(mode="rules_preview", ids=[])
    visitor.open("preview")
    write_rules(stash, BROKEN)
    ended: list[str] = []

    def handle(route: Any) -> None:
        answer = route.fetch()
        data = answer.json()["data"]
        if (job := data.get("findJob")) and job["startTime"]:
            ended.append(re.sub(r"\.\d+", "", job["startTime"]))
        elif ended and mode_of(route) == "runs":
            data["runPluginOperation"][0]["ended"] = ended[-1]
        route.fulfill(response=answer, json={"data": data})

    visitor.page.route("**/graphql", handle)
    visitor.press("Preview all images")
    expect(visitor.page.locator(".it-note[role=alert]")).to_contain_text("nothing")
    assert ended


def test_set_up_lists_every_check(visitor: Visitor) -> None:
    visitor.open("setup")
    expect(visitor.page.locator(".it-check", has_text="Python").first).to_contain_text("in order")
    visitor.shot("setup")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ('exec: "python": executable file not found in $PATH', "Settings > System > Python executable path"),
        ("plugin plugin is disabled", "Settings > Plugins"),
        ("Image Tools: The disk is full.", "The disk is full."),
    ],
)
def test_errors_say_what_to_do(visitor: Visitor, said: str, shown: str) -> None:
    answer_with(visitor.page, "setup", {"errors": [{"message": said}], "data": {"runPluginOperation": None}})
    visitor.open("setup")
    expect(visitor.page.get_by_role("alert")).to_contain_text(shown)
