"""A real browser and a server: the fake server with its host page or, with STASH_BIN, a real Stash with its web UI."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.fake_stash.web.host import has_libraries
from tests.support.server import Server
from tests.ui.driver import PageDriver

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser")
"""Debian's builds; the first, without a window, takes three quarters of the others' processor time."""
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)
FLAGS = (
    "--no-sandbox",  # tests run as root in containers
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NO_RELEASE_NOTES = 'mutation { configureUISetting(key: "lastNoteSeen", value: 99991231) }'


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    if lacks := what_lacks():
        pytest.skip(f"{lacks}; .ci/chromium.sh installs a browser on Debian")
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS) as browser:
        yield browser


def what_lacks() -> str:
    """Why no browser can be started here; empty where one can."""
    if not has_libraries() and not os.environ.get("STASH_BIN"):
        return "node_modules is missing: run make setup"
    if CHROMIUM is None:
        return "Chromium is not installed"
    driver = [sys.executable, "-m", "playwright", "--version"]
    started = subprocess.run(driver, capture_output=True, text=True, errors="replace", timeout=60, check=False)
    return f"Playwright's driver does not start: {started.stderr.strip()[-200:]}" if started.returncode else ""


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """What the windows of a module share: the browser's cache, for Stash's libraries are megabytes."""
    with browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True) as context:
        yield context


@pytest.fixture(scope="module")
def visited() -> set[str]:
    """The servers that a module's windows were at."""
    return set()


@pytest.fixture
def page(context: BrowserContext, visited: set[str]) -> Iterator[Page]:
    """A new window, with nothing remembered."""
    page = context.new_page()
    context.clear_cookies()
    session = context.new_cdp_session(page)
    for origin in visited:
        session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
    session.detach()
    page.on("framenavigated", lambda frame: visited.add("/".join(frame.url.split("/")[:3])))
    yield page
    page.unroute_all(behavior="ignoreErrors")  # a request may be in flight, such as that of the wand
    page.close()


@pytest.fixture
def driver(page: Page, stash: Server) -> Iterator[PageDriver]:
    """Drive the page, and check at the end that no error occurred."""
    driver = at_page(page, stash)
    yield driver
    assert not driver.wrong


def at_page(page: Page, stash: Server) -> PageDriver:
    """Return a driver of the page on this server."""
    if os.environ.get("STASH_BIN"):
        stash.ask(NO_RELEASE_NOTES)
    return PageDriver(page, stash)
