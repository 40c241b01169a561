"""What an address can do by itself: show. Whoever makes one, as another website can, starts nothing with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Frame, Page, expect

from tests.fake_stash import FakeStash
from tests.support.server import Server
from tests.ui.conftest import at_page
from tests.ui.driver import ASSETS, ROUTE, UNDO, PageDriver, read_rules, write_rules

RULES = """version: 1
rules:
- name: numbered
  match: {name: '00?.jpg'}
  set: {title: 'Picture {path.stem}'}
- name: waiting
  mode: preview
  set: {code: '{path.stem}'}
"""
READING = {"rules_read", "rules_check", "rules_explain", "plan", "plan_groups", "run", "runs", "setup"}
"""The operations that leave history, rules and images as they are."""

ADDRESSES = {
    "": "Rules",
    "rules": "Rules",
    "rules/numbered?to=off&save=1&start=1": "Rules",
    "review": "Review",
    "review?start=1": "Review",
    "review?start=1&of=all": "Review",
    "review?start=1&ids=1,2": "Review",
    "review?start=1&q=Grace": "Review",
    "review?start=1&image_filter=%7B%22organized%22%3Afalse%7D": "Review",
    "review?image_filter=%7B%22organized": "Review",
    "review/{plan}?start=1&apply=1&sampled=1": "Review",
    "review/{plan}?image_filter=%7B": "Review",
    "review/{plan}?rule=numbered&field=title": "Review",
    "review/{plan}?value=Picture 001&folder=/a&file=1&by=folder&groups=2": "Review",
    "review?rule=numbered": "Review",
    "review/{run}": "Review",
    "preview": "Review",
    "preview/{plan}?rule=numbered": "Review",
    "review/999": "Review",
    "review/none": "Review",
    "explain": "Explain",
    "explain/1?start=1": "Explain",
    "explain/999": "Explain",
    "runs": "Runs",
    "runs/{run}?start=1&undo=1&resume=1": "Run {run}",
    "runs/{plan}": "Run {plan}",
    "runs/999": "Run 999",
    "undo": "Runs",
    "undo/{run}": "Undo run {run}",
    "undo/{run}?start=1&preview=": "Undo run {run}",
    "undo/{run}?redo=999": "Undo run {run}",
    "undo/{plan}": "Undo run {plan}",
    "undo/999": "Undo run 999",
    "setup?start=1": "Setup",
    "rules_apply/{plan}?start=1": "Rules",
    "resume/{run}": "Rules",
    "constructor": "Rules",
    "__proto__/1": "Rules",
    "explain/%E0%A4%A": "Rules",
    "%": "Rules",
}
"""place -> the heading of what is shown there. What names no place leads to the rules."""
WAITING = {
    "review?start=1": "Review a sample",
    "review?start=1&ids=1,2": "Review these images",
    "review": "Review a sample",
    "undo/{run}": "Preview the undo",
}
"""place -> the button that it waits for."""
LEADING = [
    ("rules", "button", "Save and preview", "review", "Apply to"),
    ("runs/{run}", "link", "Undo…", "undo/{run}", UNDO),
]


@pytest.fixture(scope="module")
def numbers(stash: Server, ids: dict[str, str]) -> dict[str, int]:
    """A run that can be undone, and a plan that can be applied."""
    write_rules(stash, RULES)
    run = stash.run_operation(mode="rules_apply", plan=stash.run_operation(mode="rules_preview")["plan"])["run"]
    stash.update(ids["sets/Grace Hopper/[2022-05-28] Studio Blue - Red Dress/001.jpg"], title="")
    return {"run": run, "plan": stash.run_operation(mode="rules_preview")["plan"]}


@pytest.fixture
def foreign(page: Page) -> Iterator[Page]:
    """The page of another website."""
    with FakeStash() as other:
        page.goto(other.url)
        yield page
        page.goto("about:blank")


def kept(stash: Server) -> tuple[Any, str]:
    """The history and the rules."""
    stash.wait_idle()
    return stash.run_operation(mode="runs", previews=True), read_rules(stash)


def sent(page: Page) -> list[str]:
    """What is asked of the server from here on: an operation's mode, or the beginning of another mutation."""
    asked: list[str] = []

    def note(request: Any) -> None:
        body = request.post_data_json if request.url.endswith("/graphql") else None
        if body and body["query"].startswith("mutation Operation("):
            asked.append(body["variables"]["args"]["mode"])
        elif body and body["query"].lstrip().startswith("mutation"):
            asked.append(body["query"][:40])

    page.context.on("request", note)
    return asked


def module(stash: Server, name: str) -> str:
    """The address of one of the page's modules."""
    (version,) = (
        one["version"] for one in stash.ask("{ plugins { id version } }")["plugins"] if one["id"] == stash.plugin
    )
    return f"{stash.url}{ASSETS}{version}/page/{name}.js"


def is_drawn(page: Page) -> None:
    """What the place asked for has been answered."""
    expect(page.locator(".image-tools h2")).to_be_visible()
    expect(page.locator(".it-loading")).to_have_count(0, timeout=60_000)


@pytest.fixture(scope="module")
def reader(browser: Browser, stash: Server) -> Iterator[PageDriver]:
    """One window that follows many addresses."""
    with browser.new_context() as context:
        yield at_page(context.new_page(), stash)


@pytest.mark.parametrize("place", ADDRESSES)
def test_an_address_only_reads(reader: PageDriver, stash: Server, numbers: dict[str, int], place: str) -> None:
    before = kept(stash)
    asked = sent(reader.page)
    reader.open(place.format(**numbers))
    is_drawn(reader.page)
    expect(reader.page.locator(".image-tools h2")).to_have_text(ADDRESSES[place].format(**numbers))
    assert set(asked) <= READING
    assert kept(stash) == before
    assert not reader.wrong


@pytest.mark.parametrize("place", WAITING)
def test_it_waits_for_a_click_that_starts_it_once(
    driver: PageDriver, stash: Server, numbers: dict[str, int], place: str
) -> None:
    before, _ = kept(stash)
    driver.open(place.format(**numbers))
    driver.press(WAITING[place])
    expect(driver.changes.first).to_be_visible()
    driver.open(place.format(**numbers), anew=True)
    expect(driver.page.get_by_role("button", name=WAITING[place])).to_be_visible()
    after, _ = kept(stash)
    assert after[0]["id"] == before[0]["id"] + 1


@pytest.mark.parametrize(("place", "role", "name", "leads", "then"), LEADING, ids=[row[2] for row in LEADING])
def test_a_click_that_leads_there_starts_it_once(
    driver: PageDriver, stash: Server, numbers: dict[str, int], place: str, role: Any, name: str, leads: str, then: Any
) -> None:
    before, _ = kept(stash)
    driver.open(place.format(**numbers))
    is_drawn(driver.page)
    driver.page.get_by_role(role, name=name).click()
    expect(driver.page.get_by_role("button", name=then)).to_be_visible()
    driver.open(leads.format(**numbers), anew=True)
    expect(driver.page.get_by_role("button", name=WAITING[leads])).to_be_visible()
    after, _ = kept(stash)
    assert after[0]["id"] == before[0]["id"] + 1


def test_stashs_list_leads_to_a_preview(page: Page, stash: Server) -> None:
    page.goto(f"{stash.url}/healthz")
    address = f"{stash.url}{ROUTE}#/review"
    page.evaluate(
        # not awaited: the page that would answer is left
        "([path, url]) => void import(path).then((page) => page.begin(url))",
        [module(stash, "in-stash"), f"{address}?ids=1,2"],
    )
    page.wait_for_url(f"{address}/*")
    expect(page.locator(".it-change").first).to_be_visible()


def test_a_ticket_is_for_the_next_place_alone(driver: PageDriver, stash: Server, numbers: dict[str, int]) -> None:
    before = kept(stash)
    driver.open("runs")
    leave = "async ([path, url]) => (await import(path)).ticketFor(url)"
    driver.page.evaluate(leave, [module(stash, "ticket"), f"#/undo/{numbers['run']}"])
    driver.open("setup")
    driver.open(f"undo/{numbers['run']}")
    expect(driver.page.get_by_role("button", name=WAITING["undo/{run}"])).to_be_visible()
    assert kept(stash) == before


def test_another_website_cannot_start_anything(foreign: Page, stash: Server, numbers: dict[str, int]) -> None:
    address = f"{stash.url}{ROUTE}#/"
    before = kept(stash)
    asked = sent(foreign)
    with foreign.expect_popup() as window:
        foreign.evaluate("url => { window.other = open(url); }", f"{address}review?start=1")
    is_drawn(window.value)
    for number in range(3):
        for place in (f"review?start=1&n={number}", f"undo/{numbers['run']}?n={number}"):
            foreign.evaluate("url => { window.other.location = url; }", address + place)
            window.value.wait_for_url(f"**{place}")
            is_drawn(window.value)
    assert set(asked) <= READING
    assert kept(stash) == before


@pytest.mark.parametrize("written", ["%7B%22organized", "null", "5"])
def test_a_filter_that_cannot_be_read_is_not_all_images(driver: PageDriver, written: str) -> None:
    driver.open(f"review?image_filter={written}")
    expect(driver.page.get_by_role("alert")).to_contain_text("The filter in this address can't be read.")
    expect(driver.page.get_by_role("button", name="Review")).to_have_count(0)


@pytest.mark.parametrize("around", [["other"], ["stash", "other"], ["other", "stash"]], ids="-".join)
def test_the_page_shows_nothing_inside_another_website(foreign: Page, stash: Server, around: list[str]) -> None:
    asked = sent(foreign)
    roots = {"other": foreign.url, "stash": f"{stash.url}/healthz"}
    inner = framed(foreign, *(roots[name] for name in around), f"{stash.url}{ROUTE}#/setup")
    expect(
        inner.get_by_text("Image Tools is not shown inside another website. Open it in its own tab.")
    ).to_be_visible()
    assert asked == []


def test_stash_itself_may_show_the_page_in_a_frame(page: Page, stash: Server) -> None:
    own = f"{stash.url}/healthz"
    inner = framed(page, own, own, f"{stash.url}{ROUTE}#/setup")
    expect(inner.locator(".it-check").first).to_be_visible()


FRAME = """(src) => new Promise((onload) => {
    document.body.append(Object.assign(document.createElement("iframe"), { onload, src }));
})"""


def framed(page: Page, outermost: str, *inner: str) -> Frame:
    """The innermost of these addresses, each of which is shown in a frame of the one before."""
    page.goto(outermost)
    frame = page.main_frame
    for url in inner:
        frame.evaluate(FRAME, url)
        (frame,) = frame.child_frames
    return frame
