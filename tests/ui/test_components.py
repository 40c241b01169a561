"""The components and hooks that views share, in a view of their own (components.js)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Dialog, Page, expect

from tests.support.server import Server
from tests.ui.conftest import at_page
from tests.ui.driver import PageDriver

VIEW = Path(__file__).with_name("components.js").read_text(encoding="utf-8")


@pytest.fixture
def driver(page: Page, stash: Server) -> Iterator[PageDriver]:
    driver = at_page(page, stash)
    page.route("**/review/Review.js", lambda route: route.fulfill(body=VIEW, content_type="text/javascript"))
    driver.open("review")
    yield driver
    assert not driver.wrong


def test_what_they_show(driver: PageDriver) -> None:
    page = driver.page
    expect(page.locator(".it-tile")).to_have_text(["matched1,234", "images will change0"])
    expect(page.locator(".it-stars").first).to_have_text("3.5 stars")
    expect(page.locator(".it-stars").nth(1)).to_have_text("no rating")
    lit = page.locator(".it-stars").first.locator(".it-star-lit")
    assert [star.evaluate("star => star.style.width") for star in lit.all()] == ["100%", "100%", "100%", "50%", "0%"]
    expect(page.locator("time")).to_have_attribute("title", "Jan 1, 2026, 12:00 PM")
    expect(page.locator("#runs")).to_have_text("0 runs")
    assert Axe().run(page, context=".image-tools").response["violations"] == []


def test_a_question_is_answered_by_its_buttons_and_keys(driver: PageDriver) -> None:
    dialog = driver.page.get_by_role("dialog", name="Sure?")
    for act, answer in (
        (lambda: dialog.get_by_role("button", name="Do it").click(), True),
        (lambda: dialog.get_by_role("button", name="Cancel").click(), False),
        (lambda: driver.page.keyboard.press("Enter"), True),
        (lambda: driver.page.keyboard.press("Escape"), False),
        (lambda: driver.page.evaluate("location.hash = '#/review/3'"), False),
    ):
        driver.press("Ask")
        expect(dialog).to_contain_text("Really.")
        assert Axe().run(driver.page, context="[role=dialog]").response["violations"] == []
        act()
        expect(dialog).to_have_count(0)
        assert driver.page.evaluate("window.answer") is answer


def test_what_is_told(driver: PageDriver) -> None:
    driver.press("Announce")
    expect(driver.page.locator("[role=status].sr-only")).to_have_text("It is done.")
    driver.press("Notify")
    alert = driver.page.get_by_role("alert")
    expect(alert).to_contain_text("Look here.")
    driver.press("Close", alert)
    expect(alert).to_have_count(0)


def test_parameters_change_without_a_step_in_the_history(driver: PageDriver) -> None:
    driver.press("Announce")
    driver.press("Next parameter")
    expect(driver.page.get_by_role("heading", name="Components 2")).to_be_visible()
    driver.press("Go to runs")
    expect(driver.page.get_by_role("heading", name="Runs")).to_be_focused()
    driver.page.go_back()
    expect(driver.page.get_by_role("heading", name="Components 2")).to_be_focused()


def test_unsaved_work_asks_before_the_place_changes(driver: PageDriver) -> None:
    page = driver.page
    heading = page.get_by_role("heading", name="Components")
    driver.press("Change it")
    page.remove_listener("dialog", driver._refuse)
    answers = [False, False, False, True]

    def answer(dialog: Dialog) -> None:
        (dialog.accept if answers.pop(0) else dialog.dismiss)()

    page.on("dialog", answer)
    for left, leave in ((3, lambda: driver.tab("Runs")), (2, lambda: page.evaluate("location.hash = '#/runs'"))):
        leave()
        expect(page).to_have_url(f"{driver.root}#/review")
        expect(heading).to_be_visible()
        assert len(answers) == left
    page.get_by_role("link", name="Stash", exact=True).click()
    expect(heading).to_be_visible()
    driver.tab("Runs")
    expect(page.get_by_role("heading", name="Runs")).to_be_visible()
    assert answers == []


@pytest.mark.skipif(bool(os.environ.get("STASH_BIN")), reason="Stash's own lightbox shows the image there")
def test_an_image_is_enlarged_and_paged_through(driver: PageDriver) -> None:
    driver.press("Enlarge one.png")
    dialog = driver.page.get_by_role("dialog", name="Large view")
    picture = dialog.locator("img")
    expect(picture).to_have_attribute("src", "/image/1/image")
    driver.page.keyboard.press("ArrowRight")
    expect(picture).to_have_attribute("src", "/image/2/image")
    driver.press("Next image", dialog)
    expect(picture).to_have_attribute("src", "/image/1/image")
    driver.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(driver.page.get_by_role("button", name="Enlarge one.png")).to_be_focused()


def test_stars_and_pages_are_chosen(driver: PageDriver) -> None:
    stars = driver.page.get_by_role("radiogroup", name="My rating")
    stars.get_by_role("radio", name="2 stars").click()
    expect(stars.get_by_role("radio", checked=True)).to_have_accessible_name("2 stars")
    driver.page.keyboard.press("ArrowRight")
    expect(stars.get_by_role("radio", checked=True)).to_have_accessible_name("3 stars")
    pages = driver.page.get_by_role("navigation", name="Pages")
    expect(pages).to_contain_text("Page 1 of 3")
    driver.press("Next", pages)
    driver.press("Next", pages)
    expect(pages).to_contain_text("Page 3 of 3")
    expect(pages.get_by_role("button", name="Next")).to_be_disabled()


def test_a_name_is_picked_with_the_keyboard(driver: PageDriver, stash: Server) -> None:
    tags = {name: stash.create("tag", name) for name in ("Picked one", "Picked two")}
    field, said = driver.page.get_by_role("combobox", name="Tag"), driver.page.locator("#said")
    field.focus()
    options = driver.page.get_by_role("option")
    expect(options).to_have_text(["Near"])
    driver.page.keyboard.press("Enter")
    expect(said).to_have_text("Near, 7")
    field.fill("picked")
    expect(options).to_have_text(["Picked one", "Picked two"])
    assert Axe().run(driver.page, context=".it-picker").response["violations"] == []
    driver.page.keyboard.press("ArrowDown")
    driver.page.keyboard.press("Enter")
    expect(said).to_have_text(f"Picked two, {tags['Picked two']}")
    field.fill("nobody's name")
    driver.sees("Stash has nothing with this name.")
    driver.page.keyboard.press("Escape")
    expect(driver.page.locator(".it-picker-none")).to_have_count(0)


def test_a_task_is_started_and_its_end_is_heard(driver: PageDriver) -> None:
    driver.press("Start")
    expect(driver.page.locator("#said")).to_contain_text("run ")
    driver.press("Reload")
    expect(driver.page.locator("#runs")).not_to_have_text("0 runs")
