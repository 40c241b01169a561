"""Review: groups, exclusions, edits, filters, missing names and samples, as somebody decides with them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.fake_stash import FakeStash
from tests.support.server import ROOT, Server
from tests.ui.driver import PageDriver, write_rules

SET = "sets/Grace Hopper/[2022-05-28] Studio Blue - Red Dress"
NAMES = ("001.jpg", "002.jpg", "003.jpg")
RULES = """version: 1
rules:
- name: titled
  match: {name: '00?.jpg'}
  set: {title: 'Title {path.stem}', rating100: '80', code: Same}
- name: tagged
  mode: preview
  match: {name: '00?.jpg'}
  add: {tags: Seaa}
"""


@pytest.fixture(autouse=True)
def _as_before(stash: Server, ids: dict[str, str]) -> Iterator[None]:
    """Write the rules, and afterwards give the images back what they had."""
    write_rules(stash, RULES)
    yield
    for name in NAMES:
        stash.update(ids[f"{SET}/{name}"], title="", code="", rating100=None, tag_ids=[])


@pytest.fixture(scope="module")
def sea(stash: Server) -> str:
    """The id of a tag that is spelled almost like the one that is missing."""
    return stash.create("tag", "Sea")


@pytest.fixture
def review(driver: PageDriver, stash: Server) -> PageDriver:
    """The review of all images."""
    open_review(driver, stash)
    return driver


def open_review(driver: PageDriver, stash: Server, place: str = "review/{plan}", **args: Any) -> int:
    plan: int = stash.run_operation(mode="rules_preview", all=True, **args)["plan"]
    driver.open(place.format(plan=plan))
    expect(driver.page.locator(".it-summary")).to_be_visible()
    expect(driver.changes.first).to_be_visible()
    return plan


def values(stash: Server, ids: dict[str, str], fields: str = "title code rating100") -> dict[str, Any]:
    return {name: stash.image(ids[f"{SET}/{name}"], fields) for name in NAMES}


def group(driver: PageDriver, name: str) -> Locator:
    return driver.page.locator(".it-group", has_text=name)


def test_what_the_first_count_shows_is_written(review: PageDriver, stash: Server, ids: dict[str, str]) -> None:
    expect(review.page.locator(".it-tile-planned")).to_contain_text("3")
    review.apply()
    expect(review.page.locator(".it-tile-changed")).to_contain_text("3")
    assert [image["title"] for image in values(stash, ids).values()] == ["Title 001", "Title 002", "Title 003"]


def test_a_group_is_excluded_and_edited(review: PageDriver, stash: Server, ids: dict[str, str]) -> None:
    expect(group(review, "Code").locator(".it-thumb")).to_have_count(3)
    review.tick("Code", group(review, "Code")).uncheck()
    expect(group(review, "Code")).to_contain_text("3 excluded")
    review.press("Edit", group(review, "Rating"))
    group(review, "Rating").get_by_role("radio", name="2 stars").click()
    expect(review.change("001.jpg")).to_contain_text("edited")
    review.apply()
    assert values(stash, ids, "code rating100")["002.jpg"] == {"code": "", "rating100": 40}


def test_one_field_of_one_image(review: PageDriver, stash: Server, ids: dict[str, str]) -> None:
    row = review.change("001.jpg")
    review.tick("Title of", row).uncheck()
    review.press("Edit Code", row)
    row.get_by_role("textbox", name="Code").fill("Other")
    review.press("Save", row)
    expect(row).to_contain_text("Other")
    expect(review.tick("001.jpg", row)).to_have_js_property("indeterminate", value=True)
    review.apply()
    assert [image["title"] for image in values(stash, ids).values()] == ["", "Title 002", "Title 003"]
    assert [image["code"] for image in values(stash, ids).values()] == ["Other", "Same", "Same"]


def test_a_filter_applies_what_is_shown(review: PageDriver, stash: Server, ids: dict[str, str]) -> None:
    review.press("Show the images", group(review, "Code"))
    expect(review.page.locator(".it-shown")).to_contain_text("Value: Same")
    expect(review.change("001.jpg")).not_to_contain_text("Title 001")
    review.tick("001.jpg", review.change("001.jpg")).uncheck()
    review.press("Apply only this to 2 images")
    expect(review.page.get_by_role("dialog")).to_contain_text("Change 2 images?")
    review.agree()
    review.page.wait_for_url("**#/runs/*")
    expect(review.page.locator(".it-tile-changed")).to_contain_text("2")
    assert [image["code"] for image in values(stash, ids).values()] == ["", "Same", "Same"]
    assert {image["title"] for image in values(stash, ids).values()} == {""}


@pytest.mark.parametrize(
    ("filters", "images"),
    [
        pytest.param({"file": "001"}, 1, id="file name"),
        pytest.param({"folder": f"{{library}}/{SET}"}, 3, id="folder"),
        pytest.param({"field": "title", "value": "Title 002"}, 1, id="value"),
        pytest.param({"rule": "titled", "field": "rating100"}, 3, id="rule and field"),
        pytest.param({"file": "nothing"}, 0, id="none"),
    ],
)
def test_filters_are_in_the_address(driver: PageDriver, stash: Server, filters: dict[str, str], images: int) -> None:
    plan = stash.run_operation(mode="rules_preview", all=True)["plan"]
    query = "&".join(f"{key}={quote(value.format(library=stash.library))}" for key, value in filters.items())
    driver.open(f"review/{plan}?{query}")
    expect(driver.page.locator(".it-shown")).to_contain_text(f"{images} image")
    expect(driver.changes).to_have_count(images)


def test_a_search_applies_what_it_finds(review: PageDriver, stash: Server, ids: dict[str, str]) -> None:
    search = review.page.get_by_role("searchbox")
    search.fill("001")
    expect(review.changes).to_have_count(1)
    assert "file=001" in review.page.url
    expect(search).to_be_focused()
    review.press("Remove the filter File name: 001")
    expect(review.changes).to_have_count(3)
    expect(search).to_have_value("")
    search.fill("002")
    review.press("Apply only this to 1 image")
    review.agree()
    review.page.wait_for_url("**#/runs/*")
    expect(review.page.locator(".it-tile-changed")).to_contain_text("1")
    assert [image["title"] for image in values(stash, ids).values()] == ["", "Title 002", ""]


def test_missing_names_are_answered_together(driver: PageDriver, stash: Server, ids: dict[str, str], sea: str) -> None:
    write_rules(stash, f"{RULES}- name: others\n  match: {{name: '00?.jpg'}}\n  add: {{performers: Nobody}}\n")
    open_review(driver, stash)
    panel = driver.page.get_by_role("region", name="Missing tags, performers and studios")
    expect(panel).to_contain_text("3 images lack one.")
    driver.press("This is Sea", panel)
    driver.press("Ignore (Nobody)", panel)
    driver.press("Save 2 answers", panel)
    expect(driver.page.get_by_role("region", name="Missing tags, performers and studios")).to_have_count(0)
    expect(driver.change("001.jpg")).to_contain_text("Sea")
    driver.apply()
    assert stash.image(ids[f"{SET}/001.jpg"], "tags { id }") == {"tags": [{"id": sea}]}


def test_another_name_can_be_picked(driver: PageDriver, stash: Server) -> None:
    stash.create("tag", "Harbor")
    open_review(driver, stash)
    panel = driver.page.get_by_role("region", name="Missing tags, performers and studios")
    driver.press("This is… (Seaa)", panel)
    panel.get_by_role("combobox").fill("Harb")
    panel.get_by_role("option", name="Harbor").click()
    expect(panel.get_by_role("button", name="This is Harbor")).to_have_attribute("aria-pressed", "true")
    driver.press("Create (Seaa)", panel)
    expect(panel.get_by_role("button", name="Save 1 answer")).to_be_enabled()
    driver.press("Discard answers", panel)


def test_a_sample_is_named_as_one(driver: PageDriver, stash: Server) -> None:
    open_review(driver, stash, sample=20, seed=1)
    driver.sees("A random sample of 4 images")
    expect(driver.page.locator(".it-about button").first).to_have_text("Review all images")
    driver.press("Apply to")
    expect(driver.page.get_by_role("dialog")).to_contain_text("This is only a sample.")
    driver.press("Cancel")
    driver.press("Review all images")
    driver.sees("4 images checked")


def test_a_sample_stays_until_another_is_drawn(driver: PageDriver, stash: Server) -> None:
    with driver.page.expect_response(lambda answer: "rules_preview" in (answer.request.post_data or "")) as first:
        driver.preview_sample()
    write_rules(stash, RULES.replace("Title", "Another title"))
    with driver.page.expect_response(lambda answer: "rules_preview" in (answer.request.post_data or "")) as second:
        driver.preview_sample()
    seeds = [answer.value.json()["data"]["runPluginOperation"]["seed"] for answer in (first, second)]
    assert str(seeds[0]) == str(seeds[1])


def test_one_rule_is_reviewed_without_the_others(driver: PageDriver) -> None:
    driver.open("review?rule=tagged")
    driver.sees("Only the rule tagged")
    driver.press("Review all images")
    driver.page.wait_for_url("**#/review/*")
    expect(driver.page.locator(".it-about")).to_contain_text("Only the rule tagged")
    driver.sees("3 images lack one.")


def test_a_backup_is_offered_and_made(review: PageDriver, stash: Server) -> None:
    stash.configure(confirmAbove=2)
    review.open("runs")
    open_review(review, stash)
    review.press("Apply to 3 images")
    review.page.get_by_label("Back up Stash's database first").check()
    review.agree()
    review.page.wait_for_url("**#/runs/*")
    expect(review.page.locator(".it-tile-changed")).to_contain_text("3")
    assert any("was backed up" in line for line in stash.log())
    stash.configure()


def test_the_size_of_thumbnails_is_remembered(review: PageDriver) -> None:
    review.page.get_by_role("button", name="Large", exact=True).click()
    expect(review.change("001.jpg").locator(".it-thumb-large")).to_be_visible()
    review.page.reload()
    expect(review.change("001.jpg").locator(".it-thumb-large")).to_be_visible()


def test_a_click_on_a_thumbnail_enlarges_it(review: PageDriver) -> None:
    review.press("Enlarge", review.change("001.jpg"))
    expect(review.page.locator("[role=dialog] img, .Lightbox img").first).to_be_visible()  # a real Stash's own


def test_a_held_run_is_applied_or_discarded(page: Page) -> None:
    with FakeStash(images=3, plugin=str(ROOT)) as fake:
        server = Server(fake.url, fake.library, str(fake.core.options.config))
        rule = "- name: many\n  when: scan\n  add: {tags: {value: 'T {image.id}', create: true}}\n"
        write_rules(server, f"version: 1\nmax_new: 1\nrules:\n{rule}")
        held = server.run_operation(mode="process_new_images", first=1)
        driver = PageDriver(page, server)
        driver.open(f"review/{held['plan']}")
        driver.sees("This run is held:")
        expect(page.get_by_role("button", name="Discard")).to_be_visible()
        driver.apply()
        assert server.ask("{ findTags { count } }")["findTags"]["count"] == 3
        assert not driver.wrong
