"""Ten thousand planned changes: the first rows at once, and no jam on the way to the last."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.fake_stash import FakeStash
from tests.page.visitor import Visitor, write_rules
from tests.server import ROOT, Server

IMAGES = 10_000
RULES = "version: 1\nrules: [{name: numbered, set: {code: 'No. {image.id}'}}]\n"
WITHIN = 1.0
LONGEST_TASK = 250
"""Milliseconds that the browser may be kept from drawing while somebody scrolls."""


@pytest.fixture(scope="module")
def large() -> Iterator[Server]:
    """A server with many images without files, and a plan for all of them."""
    with FakeStash(images=IMAGES, plugin=str(ROOT)) as stash:
        server = Server(stash.url, stash.library, str(stash.core.options.config))
        write_rules(server, RULES)
        server.run_operation(mode="rules_preview")
        yield server


def test_first_rows_and_scrolling(page: Page, large: Server) -> None:
    visitor = Visitor(page, large)
    visitor.open("setup")
    expect(page.locator(".it-check").first).to_be_visible()
    began = time.monotonic()
    page.evaluate("location.hash = '#/preview/1'")
    page.locator(".it-change").first.wait_for()
    took = time.monotonic() - began
    visitor.shot("large")
    assert took < WITHIN
    page.evaluate(
        """() => {
            window.tasks = [];
            new PerformanceObserver((list) => window.tasks.push(...list.getEntries().map((entry) => entry.duration)))
                .observe({ entryTypes: ["longtask"] });
        }"""
    )
    for _ in range(20):
        page.mouse.wheel(0, 30_000)
        page.wait_for_timeout(30)
    page.get_by_label("Go to image").fill(str(IMAGES))
    page.keyboard.press("Enter")
    expect(visitor.changes.filter(has_text=f"No. {IMAGES:,}".replace(",", ""))).to_be_visible()
    assert page.locator(".it-change").count() <= 500  # what is far away is let go
    assert max(page.evaluate("window.tasks"), default=0) < LONGEST_TASK
    assert not visitor.wrong
