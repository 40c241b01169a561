"""The frame around the views: tabs, titles, an error in a view, themes."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.ui.driver import PageDriver

TABS = ["Review", "Runs", "Rules", "Explain", "Setup"]
BROKEN = "export function Runs() { throw new Error('This view cannot be drawn.'); }"
COLORS = """() => {
    const plain = document.createElement("div");
    plain.className = "card";
    document.querySelector(".main").append(plain);
    const colors = [document.querySelector(".image-tools"), plain, document.querySelector(".it-job, .it-card")].map((element) => {
        const { color, backgroundColor } = getComputedStyle(element);
        return [color, backgroundColor];
    });
    plain.remove();
    return [getComputedStyle(document.body).color, ...colors];
}"""


def test_tabs_lead_to_their_views(driver: PageDriver) -> None:
    driver.open()
    tabs = driver.page.get_by_role("navigation", name="Image Tools").get_by_role("link")
    expect(tabs).to_have_text(TABS)
    expect(driver.page.locator(".it-nav [aria-current=page]")).to_have_text("Rules")  # the route opens them
    for name in TABS:
        driver.tab(name)
        expect(driver.page.locator("h2")).to_have_text(name)
        expect(driver.page.locator("h2")).to_be_focused()
        expect(driver.page.locator(".it-nav [aria-current=page]")).to_have_text(name)
        assert driver.page.title() == f"{name} · Image Tools"
    driver.page.go_back()
    expect(driver.page.locator("h2")).to_have_text("Explain")


def test_an_error_in_a_view_leaves_the_tabs(driver: PageDriver) -> None:
    driver.allowed = "cannot be drawn|above error occurred"
    driver.page.route("**/runs/Runs.js", lambda route: route.fulfill(body=BROKEN, content_type="text/javascript"))
    driver.open("runs")
    expect(driver.page.get_by_role("alert")).to_contain_text("This view cannot be drawn.")
    driver.tab("Setup")
    expect(driver.page.locator("h2")).to_have_text("Setup")
    assert all("cannot be drawn" in said for said in driver.wrong)
    driver.wrong.clear()


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_text_and_boxes_have_the_colors_of_the_theme(driver: PageDriver, theme: str) -> None:
    driver.open("review")
    expect(driver.page.locator(".it-card")).to_be_visible()
    if theme == "light":
        driver.page.add_style_tag(content="body { background: #fff; color: #222; } .card { background: #eee; }")
    text, ours, plain, box = driver.page.evaluate(COLORS)
    assert ours[0] == text
    assert box == plain
    driver.shot(f"{theme}-review")
