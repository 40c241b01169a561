"""The Runs view, and the results of tasks that failed to start."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.support.server import Server
from tests.ui.driver import PageDriver, mode_of, write_rules

RULES = "version: 1\nrules: [{name: dated, match: {missing: date}, set: {date: '{meta.date}'}}]\n"
BROKEN = "version: 1\nrules: [{name: broken, set: {nothing: x}}]\n"
NO_STORAGE = """for (const name of ["localStorage", "sessionStorage"]) {
    Object.defineProperty(window, name, { get() { throw new DOMException("denied", "SecurityError"); } });
}"""


def test_runs_since_the_last_visit_are_marked(driver: PageDriver, stash: Server) -> None:
    write_rules(stash, RULES)
    stash.run_operation(mode="rules_preview", ids=[])
    driver.open("runs")
    expect(driver.page.locator(".it-run").first).to_be_visible()
    expect(driver.page.locator(".it-run", has_text="New since your last visit")).to_have_count(0)
    stash.run_operation(mode="rules_preview", ids=[])
    driver.open("runs", anew=True)
    expect(driver.page.locator(".it-run", has_text="New since your last visit")).to_have_count(1)
    driver.shot("runs")


def test_runs_are_listed_without_browser_storage(page: Page, stash: Server) -> None:
    driver = PageDriver(page, stash)
    page.add_init_script(NO_STORAGE)
    stash.run_operation(mode="rules_preview", ids=[])
    driver.open("setup")
    driver.tab("Runs")
    expect(page.locator(".it-run").first).to_be_visible()
    assert not driver.wrong


def test_a_task_that_cannot_start_shows_its_error(driver: PageDriver, stash: Server) -> None:
    driver.open("review")
    write_rules(stash, BROKEN)
    driver.press("Review all images")
    expect(driver.page.locator(".it-note[role=alert]")).to_contain_text("nothing")  # a toast says it in Stash, too


def test_a_run_that_ended_just_before_is_not_the_tasks_run(driver: PageDriver, stash: Server) -> None:
    """The newest run ended in the same second as the task began, and before it."""
    write_rules(stash, RULES)
    stash.run_operation(mode="rules_preview", ids=[])
    driver.open("review")
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

    driver.page.route("**/graphql", handle)
    driver.press("Review all images")
    expect(driver.page.locator(".it-note[role=alert]")).to_contain_text("nothing")
    assert ended
