"""Answers that stall, come in another order than they were asked for, or are none of Stash's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.server import Server
from tests.ui.driver import PageDriver, mode_of, planned
from tests.ui.proxy import below_a_path

IMAGES = 600


@pytest.fixture(scope="module")
def many() -> Iterator[Server]:
    """A fake server with a plan for many images."""
    with planned(IMAGES) as server:
        yield server


def behind(address: str, page: Page, server: Server) -> PageDriver:
    """A person at the page of a server that is found at this address."""
    return PageDriver(page, Server(address, server.library, server.folder))


def arguments(body: bytes) -> dict[str, Any]:
    """Those of the operation that a request asks for."""
    found: dict[str, Any] = json.loads(body or b"{}").get("variables", {}).get("args", {})
    return found


@pytest.mark.parametrize(("status", "body"), [(502, {"message": "Bad gateway"}), (200, []), (200, {"data": None})])
def test_json_that_is_no_answer_of_stash_is_told_by_its_status(driver: PageDriver, status: int, body: object) -> None:
    driver.allowed = "502"
    driver.page.route(
        "**/graphql",
        lambda route: route.fulfill(status=status, json=body) if mode_of(route) == "runs" else route.fallback(),
    )
    driver.open("runs")
    expect(driver.page.get_by_role("alert")).to_contain_text(f"HTTP status {status}")


def test_an_answer_that_stalls_ends_with_the_limit_of_time(page: Page, many: Server) -> None:
    with below_a_path(many.url, lambda body: arguments(body).get("mode") == "runs") as address:
        driver = behind(address, page, many)
        page.clock.install()
        driver.open("runs")
        with page.expect_response(lambda answer: mode_of(answer) == "runs"):
            driver.tab("Setup")
            driver.tab("Runs")
        page.clock.fast_forward(61_000)
        driver.sees("Stash did not answer within 60 seconds.")
        page.goto("about:blank")


def test_images_left_while_loading_are_shown_on_return(page: Page, many: Server) -> None:
    stalled: list[bytes] = []

    def stalls(body: bytes) -> bool:
        if arguments(body).get("page") != 8 or stalled:
            return False
        stalled.append(body)
        return True

    with below_a_path(many.url, stalls) as address:
        driver = behind(address, page, many)
        driver.open("review/1")
        expect(driver.changes.first).to_be_visible()
        block = page.get_by_role("region", name="Images 351 to 400")
        with page.expect_response(lambda answer: arguments(answer.request.post_data_buffer or b"").get("page") == 8):
            block.evaluate("element => element.scrollIntoView()")
        page.evaluate("scrollTo(0, 0)")
        expect(page.get_by_role("region", name="Images 351 to 400")).not_to_be_in_viewport()
        page.wait_for_timeout(100)
        block.evaluate("element => element.scrollIntoView()")
        expect(block.locator(".it-change").first).to_be_visible()
        page.goto("about:blank")


def test_the_last_of_two_checks_is_shown(driver: PageDriver) -> None:
    held: list[Any] = []
    driver.page.route("**/graphql", lambda route: held.append(route) if mode_of(route) == "setup" else route.fallback())
    driver.open("setup")
    driver.press("Check again")
    while len(held) < 2:
        driver.page.wait_for_timeout(20)
    for number in (1, 0):
        check = {"name": "order", "state": "ok", "text": f"answer {number}", "remedy": ""}
        held[number].fulfill(json={"data": {"runPluginOperation": {"ok": True, "checks": [check]}}})
        driver.page.wait_for_timeout(200)
    expect(driver.page.locator(".it-check")).to_contain_text("answer 1")
