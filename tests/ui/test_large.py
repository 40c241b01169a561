"""Ten thousand planned changes: the first rows at once, and no jam on the way to the last."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Request, expect

from tests.support.server import Server
from tests.ui.driver import PageDriver, planned

IMAGES = 10_000
PAGE = 50
"""Images of a plan that are asked for at once."""
MOST_ROWS = 500
"""Images of a plan that stand in the page at once, wherever somebody scrolls."""


@pytest.fixture(scope="module")
def large() -> Iterator[Server]:
    """A server with many images without files, and a plan for all of them."""
    with planned(IMAGES) as server:
        yield server


def test_first_rows_and_scrolling(page: Page, large: Server) -> None:
    """How long they take is measured by `make bench`."""
    driver = PageDriver(page, large)
    asked: list[int] = []
    page.on("response", lambda response: asked.append(len(response.body())) if is_page(response.request) else None)
    driver.open("review/1")
    driver.changes.first.wait_for()
    expect(driver.changes).to_have_count(PAGE)  # drawn in steps
    assert len(asked) == 1
    assert asked[0] < 100_000
    driver.shot("large")
    for _ in range(20):
        page.mouse.wheel(0, 30_000)
        page.wait_for_timeout(30)
        assert driver.changes.count() <= MOST_ROWS
    assert len(asked) < IMAGES / PAGE / 2  # what is only passed by is not fetched
    page.get_by_label("Go to image").fill(str(IMAGES))
    page.keyboard.press("Enter")
    expect(driver.changes.filter(has_text=f"No. {IMAGES}")).to_be_visible()
    page.get_by_role("link", name=f"Explain Image {IMAGES}").click()
    driver.sees("Found in this image")
    page.go_back()
    expect(driver.changes.filter(has_text=f"No. {IMAGES}")).to_be_visible()  # back at the same place
    assert driver.changes.count() <= MOST_ROWS  # what is far away is let go
    assert not driver.wrong


def is_page(sent: Request) -> bool:
    """Whether it asks for images of a plan."""
    return '"mode":"plan"' in (sent.post_data or "")


def test_stop_and_resume(page: Page, large: Server) -> None:
    driver = PageDriver(page, large)
    driver.open("review/1")
    driver.press("Apply to 10,000 images")
    driver.agree()
    bar = page.get_by_role("region", name="Apply rules")
    expect(bar).to_contain_text("left")  # seconds, once some are done
    driver.press("Stop", bar)
    driver.tab("Runs")
    expect(page.locator(".it-run").first).to_contain_text(re.compile("Stopped|Done"))
    if "Done" in page.locator(".it-run").first.inner_text():
        pytest.skip("the run was over before Stop reached it")
    done = numbers(page.locator(".it-run").first.inner_text())
    page.locator(".it-run a").first.click()
    driver.sees("This run stopped before its end")
    driver.shot("stopped")
    driver.press("Resume")
    expect(page.locator(".it-heading")).to_contain_text("Done", timeout=60_000)
    changed = large.ask('{ findImages(image_filter: {code: {value: "", modifier: NOT_NULL}}) { count } }')
    assert 0 < done[0] < changed["findImages"]["count"] == IMAGES
    assert not driver.wrong


def numbers(text: str) -> list[int]:
    """Every number in a text."""
    return [int(found.replace(",", "")) for found in re.findall(r"[\d,]*\d", text)]
