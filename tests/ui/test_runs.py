"""The Runs view, and the results of tasks that failed to start."""

from __future__ import annotations

import os
import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.server import Server
from tests.ui.driver import UNDO, PageDriver, hold_import, mode_of, write_rules

IS_REAL = bool(os.environ.get("STASH_BIN"))
RULES = "version: 1\nrules: [{name: dated, match: {missing: date}, set: {date: '{meta.date}'}}]\n"
BROKEN = "version: 1\nrules: [{name: broken, set: {nothing: x}}]\n"
SET = "sets/Grace Hopper/[2022-05-28] Studio Blue - Red Dress"
TITLES = """version: 1
rules:
- name: numbered
  match: {name: '00?.jpg'}
  set: {title: '{path.stem}', code: x}
  add: {tags: {value: From the page, create: true}}
"""
NO_STORAGE = """for (const name of ["localStorage", "sessionStorage"]) {
    Object.defineProperty(window, name, { get() { throw new DOMException("denied", "SecurityError"); } });
}"""


@pytest.fixture
def applied(stash: Server) -> int:
    """A run that changed three images."""
    write_rules(stash, TITLES)
    run: int = stash.run_operation(mode="rules_apply", confirm=True)["run"]
    return run


def row(driver: PageDriver, run: int) -> Locator:
    """A run in the list."""
    return driver.page.locator(f".it-run[data-id='{run}']")


def wand(page: Page) -> Locator:
    """The entry in Stash's navigation bar."""
    return page.locator("a.nav-utility").locator("visible=true").first


def test_a_run_is_undone_and_redone_from_its_row(
    driver: PageDriver, stash: Server, ids: dict[str, str], applied: int
) -> None:
    undo, redo = applied + 2, applied + 4  # each has a preview before it
    driver.open("runs")
    expect(row(driver, applied)).to_contain_text("numbered → Title, Code, Tags")
    expect(row(driver, applied)).to_contain_text("3 images changed")
    expect(row(driver, applied)).to_contain_text("by hand")
    row(driver, applied).get_by_role("link", name=f"Undo… run {applied}").click()
    expect(driver.page.locator("h2")).to_have_text(f"Undo run {applied}")
    driver.sees("Undo also deletes 1 tag, performer or studio")
    expect(driver.changes).to_have_count(3)
    driver.press(UNDO)
    driver.page.wait_for_url(f"**#/runs/{undo}")
    driver.tab("Runs")
    expect(row(driver, undo)).to_contain_text(f"Undo of run {applied} → Title, Code, Tags")
    expect(row(driver, undo)).to_contain_text("3 images reverted")
    expect(row(driver, applied)).to_contain_text("Undone")
    expect(row(driver, applied).get_by_role("link", name="Undo…")).to_have_count(0)
    row(driver, undo).get_by_role("link", name=f"Redo… run {applied}").click()
    expect(driver.page.locator("h2")).to_have_text(f"Redo run {applied}")
    driver.shot("redo")
    driver.press("Redo 3 images")
    driver.page.wait_for_url(f"**#/runs/{redo}")
    driver.sees(f"Redo of run {applied} → Title, Code")
    image = ids[f"{SET}/001.jpg"]
    assert stash.image(image, "title code") == {"title": "001", "code": "x"}
    stash.run_operation(mode="undo", run=redo)


def test_previews_are_hidden_until_the_switch_asks(driver: PageDriver, stash: Server) -> None:
    write_rules(stash, RULES)
    plan = stash.run_operation(mode="rules_preview", ids=[])["plan"]
    driver.open("runs")
    expect(driver.page.locator(".it-loading")).to_have_count(0)
    expect(row(driver, plan)).to_have_count(0)
    driver.page.get_by_text("Show previews").click()
    expect(row(driver, plan)).to_contain_text("would change")
    expect(driver.page.get_by_label("Show previews")).to_be_focused()
    driver.page.reload()
    expect(row(driver, plan)).to_be_visible()  # the address has the switch


def test_a_long_history_has_pages(driver: PageDriver, stash: Server, applied: int) -> None:
    run = next(run for run in stash.run_operation(mode="runs") if run["id"] == applied)

    def handle(route: Any) -> None:
        if mode_of(route) != "runs":
            route.fallback()
            return
        page = route.request.post_data_json["variables"]["args"].get("page")
        runs = [run | {"id": 1000 + number} for number in range(1 if page == 2 else 50)]
        route.fulfill(json={"data": {"runPluginOperation": runs}})

    driver.page.route("**/graphql", handle)
    driver.open("runs")
    expect(driver.page.locator(".it-run")).to_have_count(50)
    pages = driver.page.get_by_role("navigation", name="Pages of runs")
    driver.press("Next", pages)
    expect(driver.page.locator(".it-run")).to_have_count(1)
    expect(pages).to_contain_text("Page 2")
    expect(pages.get_by_role("button", name="Next")).to_be_disabled()
    driver.page.go_back()
    expect(driver.page.locator(".it-run")).to_have_count(50)


def test_a_held_run_waits_above_all_others(
    driver: PageDriver, stash: Server, ids: dict[str, str], applied: int
) -> None:
    held = hold_import(stash, ids[f"{SET}/001.jpg"])
    driver.open("runs")
    waiting = driver.page.get_by_role("region", name="Waiting for your decision")
    expect(waiting.locator(".it-run")).to_have_count(1)
    expect(waiting).to_contain_text("Import → Tags")
    expect(waiting).to_contain_text("Would create 201 tags, performers and studios")
    expect(wand(driver.page)).to_have_accessible_name("Image Tools: 1 run waits for your decision")
    expect(wand(driver.page)).to_have_text("1")
    expect(row(driver, applied)).to_be_visible()
    driver.shot("held")
    waiting.get_by_role("link", name=f"Review run {held}").click()
    driver.page.wait_for_url(f"**#/review/{held}")
    expect(driver.changes).to_have_count(1)
    stash.run_operation(mode="plan_discard", plan=held)
    driver.tab("Runs")
    expect(row(driver, applied)).to_be_visible()
    expect(waiting).to_have_count(0)
    expect(wand(driver.page)).to_have_accessible_name("Image Tools")


def test_runs_since_the_last_visit_are_marked(driver: PageDriver, stash: Server) -> None:
    write_rules(stash, RULES)
    stash.run_operation(mode="rules_preview", ids=[])
    driver.open("runs?previews=1")
    expect(driver.page.locator(".it-run").first).to_be_visible()
    expect(driver.page.locator(".it-run", has_text="New since your last visit")).to_have_count(0)
    stash.run_operation(mode="rules_preview", ids=[])
    driver.open("runs?previews=1", anew=True)
    expect(driver.page.locator(".it-run", has_text="New since your last visit")).to_have_count(1)
    driver.shot("runs")


@pytest.mark.skipif(IS_REAL, reason="Stash's own UI isn't drawn without the browser's storage")
def test_runs_are_listed_without_browser_storage(page: Page, stash: Server) -> None:
    driver = PageDriver(page, stash)
    page.add_init_script(NO_STORAGE)
    stash.run_operation(mode="rules_preview", ids=[])
    driver.open("setup")
    driver.open("runs?previews=1")
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
