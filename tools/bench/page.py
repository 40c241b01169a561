"""Measure the Image Tools page in a browser: the first rows of 10,000 planned changes, and the longest frame of a scroll."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

from playwright.sync_api import sync_playwright

from tests.ui.conftest import CHROMIUM, FLAGS, what_lacks
from tests.ui.driver import PageDriver, planned
from tools.bench.contenders import Contender, Group, Run

IMAGES = 10_000
_WATCH = """() => {
    window.tasks = [0];
    new PerformanceObserver((list) => window.tasks.push(...list.getEntries().map((entry) => entry.duration)))
        .observe({ entryTypes: ["longtask"] });
}"""


def groups() -> Iterator[Group]:
    """Return the groups to measure if a browser is installed, the server's answer first."""
    if lacks := what_lacks():
        print(f"page: skipped, {lacks}")
        return
    contenders = [
        Contender("the server's answer of 50 of them", server_answers),
        Contender("the first rows in the page", first_rows),
        Contender("the longest that scrolling keeps the browser from drawing", longest_task),
    ]
    yield Group(f"a plan of {IMAGES:,}", contenders)


def server_answers(_url: str) -> Run:
    """Request one page of the plan."""

    def run() -> float:
        with planned(IMAGES) as server:
            return _seconds(lambda: server.run_operation(mode="plan", plan=1))

    return run


def first_rows(_url: str) -> Run:
    """Open an empty tab and wait for the first rows."""
    return lambda: _at_page(lambda driver: _seconds(lambda: _open(driver)))


def longest_task(_url: str) -> Run:
    """Scroll through the whole plan."""

    def scroll(driver: PageDriver) -> float:
        _open(driver)
        driver.page.evaluate(_WATCH)
        for _ in range(20):
            driver.page.mouse.wheel(0, 30_000)
            driver.page.wait_for_timeout(30)
        return float(max(driver.page.evaluate("window.tasks"))) / 1000

    return lambda: _at_page(scroll)


def _open(driver: PageDriver) -> None:
    driver.open("review/1")
    driver.changes.first.wait_for()


def _at_page(act: Callable[[PageDriver], float]) -> float:
    with ExitStack() as stack:
        server = stack.enter_context(planned(IMAGES))
        playwright = stack.enter_context(sync_playwright())
        browser = stack.enter_context(playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS))
        return act(PageDriver(browser.new_page(viewport={"width": 1280, "height": 900}), server))


def _seconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start
