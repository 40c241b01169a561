"""What stands in Stash's own web UI: the entry in its bar, the menu of its image list, links, and toasts."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.server import Server, serve
from tests.ui.conftest import at_page
from tests.ui.driver import ROUTE, PageDriver, write_rules

real = pytest.mark.skipif(not os.environ.get("STASH_BIN"), reason="needs the web UI of a real Stash: STASH_BIN")

RULES = """version: 1
rules:
- name: numbered
  match: {name: '00?.jpg'}
  set: {title: 'Picture {path.stem}'}
"""
SETTINGS = "mutation($id: ID!, $input: Map!) { configurePlugin(plugin_id: $id, input: $input) }"


@pytest.fixture
def inside(page: Page, stash: Server) -> Iterator[PageDriver]:
    """A person in Stash's own UI."""
    write_rules(stash, RULES)
    driver = at_page(page, stash)
    yield driver
    assert not driver.wrong


def entry(page: Page) -> Locator:
    return page.locator(f'a.nav-utility[href="{ROUTE}"]').locator("visible=true").first


def listen(page: Page, address: str) -> None:
    """Go there, until the page has asked Stash to tell of jobs, which is a while after it is drawn."""
    asked: list[str | bytes] = []

    def note(frame: str | bytes) -> None:
        if "JobsSubscribe" in str(frame):
            asked.append(frame)

    page.on("websocket", lambda socket: socket.on("framesent", note))
    page.goto(address)
    while not asked:
        page.wait_for_timeout(20)


def test_the_bar_has_an_entry_that_leads_to_the_page(inside: PageDriver) -> None:
    inside.page.goto(inside.server.url)
    expect(entry(inside.page)).to_be_visible()
    assert inside.page.locator(".top-nav").evaluate("bar => bar.scrollWidth <= bar.clientWidth")
    entry(inside.page).click()
    expect(inside.page.get_by_role("textbox", name="The rules file")).to_be_visible()
    inside.page.reload()
    expect(inside.page.get_by_role("textbox", name="The rules file")).to_be_visible()
    inside.page.get_by_role("link", name="Stash", exact=True).click()  # the page goes, and its title with it
    expect(inside.page.locator(".image-tools")).to_have_count(0)


def test_unsaved_rules_are_not_lost_by_a_click_in_the_bar(inside: PageDriver) -> None:
    editor = inside.page.get_by_role("textbox", name="The rules file")
    elsewhere = inside.page.locator('a[href="/images"]').locator("visible=true").first
    inside.page.goto(f"{inside.server.url}/images")
    elsewhere.wait_for()
    entry(inside.page).click()
    inside.sees("No errors.")
    editor.fill("version: 1\n")
    for leave in (elsewhere.click, inside.page.go_back):
        with inside.page.expect_event("dialog"):
            leave()  # the question is answered with no
        inside.page.wait_for_timeout(300)
        expect(editor).to_have_value("version: 1\n")
        assert inside.wrong == ["dialog: Your changes to the rules are not saved."]
        inside.wrong.clear()
    inside.press("Back to the saved text")
    elsewhere.click()
    expect(inside.page.locator(".image-tools")).to_have_count(0)


@pytest.mark.parametrize("slash", ["", "/"])
def test_the_menu_entry_opens_rules_from_another_view(inside: PageDriver, slash: str) -> None:
    inside.page.goto(f"{inside.root}{slash}#/runs")
    expect(inside.page.get_by_role("heading", name="Runs")).to_be_visible()
    entry(inside.page).click()
    expect(inside.page.get_by_role("textbox", name="The rules file")).to_be_visible()
    inside.tab("Runs")
    expect(inside.page.get_by_role("heading", name="Runs")).to_be_visible()


def test_modules_that_do_not_come_are_told_and_asked_for_again(inside: PageDriver) -> None:
    inside.allowed = "Failed to load resource"
    inside.page.route("**/in-stash.js", lambda route: route.abort())
    inside.page.goto(inside.root)
    expect(inside.page.get_by_role("alert")).to_contain_text("Image Tools cannot start")
    inside.page.unroute("**/in-stash.js")
    inside.press("Reload the page")
    expect(inside.page.get_by_role("textbox", name="The rules file")).to_be_visible()


def test_the_entry_hides_by_its_setting(inside: PageDriver) -> None:
    inside.server.ask(SETTINGS, {"id": inside.server.plugin, "input": {"hideNavEntry": True}})
    inside.page.goto(f"{inside.server.url}/settings?tab=plugins")
    expect(inside.page.get_by_role("link", name="Open the page of Image Tools")).to_be_visible()
    expect(inside.page.locator(f'a.nav-utility[href="{ROUTE}"]')).to_have_count(0)
    inside.server.ask(SETTINGS, {"id": inside.server.plugin, "input": {}})


def test_the_tools_have_a_button_beside_the_parser(inside: PageDriver) -> None:
    inside.page.goto(f"{inside.server.url}/settings?tab=tools")
    expect(inside.page.get_by_role("link", name="Scene Filename Parser")).to_be_visible()
    tool = inside.page.locator(f'.setting a[href$="{ROUTE}"]')
    expect(tool).to_have_text("Image Tools")
    inside.shot("tools")
    tool.click()
    expect(inside.page.get_by_role("textbox", name="The rules file")).to_be_visible()


@real
@pytest.mark.parametrize(
    ("query", "select", "said", "shown"),
    [("q=Grace", 0, "The images of your list", 3), ("q=Grace", 2, "2 selected images", 2), ("", 0, "All images", 3)],
)
def test_the_list_leads_to_a_preview_of_its_images(
    inside: PageDriver, query: str, select: int, said: str, shown: int
) -> None:
    page = inside.page
    page.goto(f"{inside.server.url}/images?{query}")
    boxes = page.locator(".image-card input[type=checkbox]")
    expect(boxes.first).to_be_attached()
    for number in range(select):
        # By itself: Stash draws the cards anew while one is selected, and a pointer would meet what has moved there.
        boxes.nth(number).evaluate("box => box.click()")
        expect(boxes.nth(number)).to_be_checked()
    page.locator("#more-menu").first.click()
    inside.shot("menu")
    page.get_by_text("Preview rules for these images…").click()
    inside.sees(said)
    expect(inside.changes).to_have_count(shown)


def test_the_menu_of_a_list_leads_to_a_review(inside: PageDriver) -> None:
    """The fake server's list has the entry as a button."""
    if os.environ.get("STASH_BIN"):
        pytest.skip("the next tests use Stash's own list")
    inside.page.goto(f"{inside.server.url}/images?q=Grace")
    inside.press("Preview rules for these images…")
    inside.sees("The images of your list")
    expect(inside.changes).to_have_count(3)


@pytest.mark.parametrize("version", ["v0.30.1", "v0.31.0"])
def test_a_performers_list_leads_to_its_images(page: Page, version: str) -> None:
    """The fake server has both shapes of the list."""
    with serve(version=version) as stash:
        write_rules(stash, RULES)
        performer = stash.create("performer", "Grace")
        stash.update(
            stash.ids()["sets/Grace Hopper/[2022-05-28] Studio Blue - Red Dress/002.jpg"], performer_ids=[performer]
        )
        driver = PageDriver(page, stash)
        page.goto(f"{stash.url}/performers/{performer}/images")
        expect(page.get_by_role("button", name="Preview rules for these images…")).to_have_count(1)
        driver.press("Preview rules for these images…")
        driver.sees("The images of your list")
        expect(driver.changes).to_have_count(1)
        assert not driver.wrong


@real
def test_a_filter_of_the_list_is_taken_along(inside: PageDriver, ids: dict[str, str]) -> None:
    tag = inside.server.create("tag", "Chosen")
    inside.server.update(ids["sets/Grace Hopper/[2022-05-28] Studio Blue - Red Dress/002.jpg"], tag_ids=[tag])
    inside.page.goto(f"{inside.server.url}/tags/{tag}/images")
    expect(inside.page.locator(".image-card")).to_have_count(1)
    inside.page.locator("#more-menu").locator("visible=true").first.click()
    inside.page.get_by_text("Preview rules for these images…").click()
    inside.sees("The images of your list")
    expect(inside.changes).to_have_count(1)


def test_an_image_leads_to_its_explanation(inside: PageDriver) -> None:
    inside.page.goto(f"{inside.server.url}/images/1")
    inside.page.get_by_role("link", name="Explain what rules make of this image").click()
    inside.sees("Found in this image")


@real
def test_a_toast_tells_what_a_task_really_did(inside: PageDriver) -> None:
    page = inside.page
    listen(page, f"{inside.server.url}/settings?tab=tasks")
    toast = page.locator(".toast")
    page.get_by_role("button", name="Apply rules", exact=True).click()
    expect(toast).to_contain_text("Apply rules: 3 images changed.")
    inside.shot("toast")
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(toast).to_contain_text("3 images reverted.")
    write_rules(inside.server, "rules: [")
    page.get_by_role("button", name="Apply rules", exact=True).click()
    expect(toast).to_contain_text("Apply rules failed: rules: line 1")
    inside.shot("toast-failed")
    page.get_by_role("button", name="Check setup", exact=True).click()
    expect(toast).to_contain_text("Check setup: Setup: ")


@real
def test_what_stash_drew_before_is_drawn_anew(inside: PageDriver, ids: dict[str, str]) -> None:
    image = ids["sets/Grace Hopper/[2022-05-28] Studio Blue - Red Dress/001.jpg"]
    listen(inside.page, f"{inside.server.url}/images/{image}")
    expect(inside.page.locator(".image-header")).to_contain_text("001")
    inside.server.run_task(mode="rules_apply")
    expect(inside.page.locator(".image-header")).to_contain_text("Picture 001")
    inside.server.run_task(mode="undo")
    expect(inside.page.locator(".image-header")).not_to_contain_text("Picture 001")
