"""What the page shows of a review is what its Apply writes: every tile, count and confirmation, for generated rules files.

`REVIEWED_RULES` sets how many files; with STASH_BIN a real Stash and its web UI answer.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, expect

from tests.faults.environment import Environment, add_values
from tests.faults.proxy import FaultProxy
from tests.support.server import Server
from tests.tasks.generated_rules import generate
from tests.ui.driver import PageDriver, write_rules

FILES = int(os.environ.get("REVIEWED_RULES", "2"))
DISJOINT = ("planned", "left_out", "preview", "missing", "nothing_found", "already_right", "organized")
FIELDS = {
    "title": "Title",
    "code": "Studio Code",
    "date": "Date",
    "rating100": "Rating",
    "details": "Details",
    "photographer": "Photographer",
    "organized": "Organized",
    "studio": "Studio",
    "tags": "Tags",
    "performers": "Performers",
    "urls": "URLs",
}


@pytest.fixture(scope="module")
def environment(stash: Server) -> Iterator[Environment]:
    """The library, in which every other image has values to lose, and every fifth is organized."""
    add_values(stash)
    for image in sorted(stash.ids().values(), key=int)[::5]:
        stash.update(image, organized=True)
    proxy = FaultProxy(stash.url)
    with proxy:
        yield Environment(stash, proxy)


def number_in(shown: Locator | str) -> int:
    """The first number of a text."""
    text = shown if isinstance(shown, str) else shown.inner_text()
    found = re.search(r"\d[\d,]*", text)
    assert found, text
    return int(found[0].replace(",", ""))


def tiles(driver: PageDriver) -> dict[str, int]:
    """The counts of the view that is shown, by name."""
    shown = driver.page.locator(".it-tile").all()
    names = [re.findall(r"it-tile-(\w+)", tile.get_attribute("class") or "")[0] for tile in shown]
    return {name: number_in(tile.locator("dd")) for name, tile in zip(names, shown, strict=True)}


def fields(driver: PageDriver) -> dict[str, int]:
    """How many images the page says it changes, by field."""
    facets = driver.page.get_by_role("group", name="Fields").get_by_role("button").all()
    return {facet.inner_text().rpartition(" ")[0]: number_in(facet.locator(".it-count")) for facet in facets}


def review_all(driver: PageDriver) -> None:
    driver.preview_sample()
    sample = driver.page.url
    driver.press("Review all")
    driver.page.wait_for_url(lambda url: "#/review/" in url and url != sample)
    expect(driver.page.locator(".it-about")).not_to_contain_text("sample")
    expect(driver.page.locator(".it-loading")).to_have_count(0)


@pytest.mark.parametrize("seed", range(FILES))
def test_what_is_shown_is_written(driver: PageDriver, environment: Environment, seed: int) -> None:
    write_rules(environment.stash, generate(seed))
    before = environment.state()
    review_all(driver)
    shown = tiles(driver)
    matched = driver.page.locator(".it-about p").inner_text().split(" · ")[-1]
    assert sum(shown.get(name, 0) for name in DISJOINT) == number_in(matched)
    if not shown["planned"]:
        expect(driver.page.get_by_role("button", name="Apply to")).to_have_count(0)
        return
    told = fields(driver)
    if seed % 2:
        driver.tick("", driver.page.locator(".it-group").first).uncheck()
        expect(driver.page.locator(".it-group").first).to_contain_text("excluded")
        shown, told = tiles(driver), {}
    if shown["planned"]:
        apply_and_compare(driver, environment, shown["planned"], told)
    assert environment.state() == before


def apply_and_compare(driver: PageDriver, environment: Environment, count: int, told: dict[str, int]) -> None:
    """Apply what is shown, compare the library with it, and undo."""
    before = environment.state()
    button = driver.page.get_by_role("button", name="Apply to")
    assert number_in(button) == count
    button.click()
    assert number_in(driver.page.get_by_role("dialog").get_by_role("heading")) == count
    driver.agree()
    driver.page.wait_for_url("**#/runs/*")
    expect(driver.page.locator(".it-tile-changed")).to_be_visible()
    shown = tiles(driver)
    changed = environment.state().changed_since(before)
    assert (shown["changed"], shown.get("skipped", 0), shown.get("failed", 0)) == (count, 0, 0)
    assert len({image for image, _ in changed}) == count
    by_field = Counter(FIELDS[field] for _, field in changed)
    assert not told or told == by_field
    run = int(driver.page.url.rpartition("/")[2])
    environment.stash.run_operation(mode="undo", run=run)
