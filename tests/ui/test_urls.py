"""How the page is reached: without its last slash, below a path, after the log-in, and when the plugin is newer."""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from playwright.sync_api import Page, Request, expect

from tests.fake_stash import FakeStash
from tests.support.server import ROOT, Server
from tests.ui.driver import ASSETS, ROUTE, PageDriver, read_rules
from tests.ui.proxy import below_a_path

VERSION = "{ plugins { id version } }"


@pytest.mark.parametrize("address", [ASSETS, ASSETS.rstrip("/"), f"{ASSETS}index.html"])
def test_links_to_the_old_page_lead_to_the_route(page: Page, stash: Server, address: str) -> None:
    driver = PageDriver(page, stash)
    page.goto(stash.url + address + "#/setup")
    expect(page.locator(".it-check").first).to_be_visible()
    assert page.url == f"{stash.url}{ROUTE}#/setup"
    assert not driver.wrong


def test_below_a_path(driver: PageDriver, stash: Server) -> None:
    with below_a_path(stash.url) as address:
        driver.server = Server(address, stash.library, stash.folder)
        driver.allowed = "(?i)websocket"  # Stash's own; this proxy passes none on
        driver.open("explain/1")
        driver.sees("Found in this image")
        picture = driver.page.locator(".it-thumb img").first
        expect(picture).to_have_js_property("complete", value=True)
        assert picture.evaluate("image => image.naturalWidth") > 0
        driver.tab("Runs")
        driver.page.reload()
        expect(driver.page.get_by_role("heading", name="Runs")).to_be_visible()
        driver.page.goto("about:blank")


def asks(said: str, sent: Request) -> bool:
    return said in (sent.post_data or "")


def test_no_session_leads_to_the_log_in_and_back(page: Page) -> None:
    user: dict[str, str | float | bool] = {"username": "ada", "password": "secret"}
    with FakeStash(plugin=str(ROOT), username="ada", password="secret") as stash:
        driver = PageDriver(page, Server(stash.url, stash.library, ""), allowed="401")
        page.request.post(f"{stash.url}/login", form=user)
        with ExitStack() as answers:  # one still under way would bring the session back
            for said in ("jobQueue", '"mode":"runs"}', '"mode":"runs","page"', f'"{VERSION}","variables"'):
                answers.enter_context(page.expect_event("requestfinished", partial(asks, said)))
            driver.open("runs")
        driver.sees("No runs yet.")
        page.context.clear_cookies()
        ways: list[Request] = []
        page.on("request", lambda sent: ways.append(sent) if "/login?" in sent.url else None)
        driver.tab("Setup")
        page.wait_for_url("**/login?*")
        assert len(ways) == 1  # two questions were refused
        back = parse_qs(urlsplit(page.url).query)["returnURL"][0]
        assert back == f"{stash.url}{ROUTE}#/setup"
        page.request.post(f"{stash.url}/login", form=user)
        page.goto(back)
        expect(page.locator(".it-check").first).to_be_visible(timeout=60_000)
        assert not driver.wrong


def test_who_stays_without_a_session_can_save_with_a_new_one(page: Page, tmp_path: Path) -> None:
    user: dict[str, str | float | bool] = {"username": "ada", "password": "secret"}
    with FakeStash(plugin=str(ROOT), config=str(tmp_path), username="ada", password="secret") as stash:
        driver = PageDriver(page, Server(stash.url, stash.library, str(tmp_path)), allowed="401")
        page.request.post(f"{stash.url}/login", form=user)
        driver.open("rules")
        page.get_by_role("textbox", name="The rules file").fill("version: 1\nrules: []\n")
        page.wait_for_load_state("networkidle")
        page.context.clear_cookies()
        driver.press("Save")
        driver.sees("Log in again")
        assert all(said.startswith("dialog: ") for said in driver.wrong)  # the browser asks, and the reader stays
        driver.wrong.clear()
        page.request.post(f"{stash.url}/login", form=user)
        driver.press("Save")
        driver.sees("Saved.")
        assert read_rules(driver.server) == "version: 1\nrules: []\n"
        assert not driver.wrong


def test_a_page_older_than_the_plugin_loads_its_modules_anew(driver: PageDriver, stash: Server) -> None:
    driver.open("runs")
    newer = {"data": {"plugins": [{"id": stash.plugin, "version": "99.0.0"}]}}
    answered: list[bool] = []

    def once(route: Any) -> None:
        if not answered and (route.request.post_data_json or {}).get("query") == VERSION:
            answered.append(True)
            route.fulfill(json=newer)
        else:
            route.continue_()

    driver.page.route("**/graphql", once)
    with driver.page.expect_event("load"):
        driver.tab("Setup")
    expect(driver.page.locator(".it-check").first).to_be_visible()


def test_modules_are_found_by_version_and_change_nothing(stash: Server) -> None:
    version = next(one["version"] for one in stash.ask(VERSION)["plugins"] if one["id"] == stash.plugin)
    module = requests.get(f"{stash.url}{ASSETS}{version}/page/in-stash.js", timeout=10)
    assert module.status_code == 200
    assert "javascript" in module.headers["Content-Type"]
