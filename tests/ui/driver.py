"""Drive the Image Tools page in a real browser: act, check what is visible, and collect errors."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import ConsoleMessage, Dialog, Locator, Page, Request, Route, expect

from tests.fake_stash import FakeStash
from tests.support.server import PLUGIN, ROOT, Server

SHOTS = Path(os.environ.get("PAGE_SHOTS", Path(__file__).parents[2] / "build" / "screenshots"))
ROUTE = "/plugins/image-tools"
"""Where the page is found on a server: a route of its web UI."""
ASSETS = f"/plugin/{PLUGIN}/assets/"
"""Where its files are, and where it was up to 0.2.0."""

UNDO = re.compile(r"^Undo [\d,]+ images?$")
"""The button under the preview of an undo."""

expect.set_options(timeout=30_000)


@dataclass
class PageDriver:
    """`page` is Playwright's; `wrong` collects console errors, uncaught exceptions and requests to other hosts."""

    page: Page
    server: Server
    wrong: list[str] = field(default_factory=list)
    allowed: str = ""
    """A regular expression of console errors that the test provokes."""

    def __post_init__(self) -> None:
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.wrong.append(f"uncaught: {error}"))
        self.page.on("request", self._watch)
        self.page.on("dialog", self._refuse)

    def _hear(self, message: ConsoleMessage) -> None:
        url = str(message.location.get("url"))
        if url.endswith("/favicon.ico"):
            return  # the browser's own wish, now and then: the fake server's log-in has none
        if message.type == "error" and not (self.allowed and re.search(self.allowed, message.text)):
            self.wrong.append(f"console: {message.text} ({url})")

    def _refuse(self, dialog: Dialog) -> None:
        self.wrong.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _watch(self, request: Request) -> None:
        if not request.url.startswith((self.server.url, "data:", "blob:")):
            self.wrong.append(f"foreign: {request.url}")

    @property
    def root(self) -> str:
        """The page's address."""
        return self.server.url + ROUTE

    def open(self, place: str = "", *, anew: bool = False) -> None:
        """Go to a place of the page by its address, such as `review/3`; `anew`: load the page again, too."""
        if anew:
            self.page.goto("about:blank")
        self.page.goto(f"{self.root}#/{place}")
        hash_ = self.page.evaluate("location.hash")
        expect(self.page.locator(".it-view")).to_have_attribute("data-place", hash_)  # not the view before

    def tab(self, name: str) -> None:
        """Follow one of the page's own tabs."""
        self.page.get_by_role("navigation", name="Image Tools").get_by_role("link", name=name).click()

    def press(self, name: str | re.Pattern[str], within: Locator | None = None) -> None:
        """Press the button of that name."""
        (within or self.page).get_by_role("button", name=name).first.click()

    def sees(self, text: str) -> None:
        """Some element with this text is visible, or becomes so."""
        expect(self.page.get_by_text(text).locator("visible=true").first).to_be_visible()

    @property
    def changes(self) -> Locator:
        """The images of a plan that are shown."""
        return self.page.locator(".it-change")

    def change(self, name: str) -> Locator:
        """The shown image whose file has this name."""
        return self.changes.filter(has_text=name)

    def tick(self, name: str, within: Locator | None = None) -> Locator:
        """The first checkbox that includes a part whose name has this text."""
        return (within or self.page).get_by_role("checkbox", name=name).first

    def agree(self) -> None:
        """Answer the dialog that asks with its main button."""
        self.page.get_by_role("dialog").get_by_role("button").last.click()

    def preview_sample(self) -> None:
        """Start a review of a sample."""
        self.open("review")
        self.press("Review a sample")
        expect(self.page.locator(".it-summary")).to_be_visible()

    def apply(self) -> None:
        """Apply the plan that is shown, and wait for the run's own view."""
        self.press("Apply to")
        self.agree()
        self.page.wait_for_url("**#/runs/*")
        expect(self.page.locator(".it-tile-changed")).to_be_visible()

    def undo(self) -> None:
        """Undo the run that is shown, and wait for the undo's own view."""
        self.page.get_by_role("link", name="Undo…").click()
        self.press(UNDO)
        self.page.wait_for_url("**#/runs/*")
        expect(self.page.locator(".it-tile-reverted")).to_be_visible()

    def shot(self, name: str) -> None:
        """Write a screenshot of what is shown."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SHOTS / f"{name}.png")


@contextmanager
def planned(images: int) -> Iterator[Server]:
    """A fake server with so many images without files, and a plan that gives each of them its number as code."""
    with FakeStash(images=images, plugin=str(ROOT)) as fake:
        server = Server(fake.url, fake.library, str(fake.core.options.config))
        write_rules(server, "version: 1\nrules: [{name: numbered, set: {code: 'No. {image.id}'}}]\n")
        server.run_operation(mode="rules_preview")
        yield server


def write_rules(server: Server, text: str) -> None:
    """Make this text the user's rules file."""
    folder = Path(server.folder) / "image_tools"
    folder.mkdir(exist_ok=True)
    (folder / "rules.yaml").write_text(text, encoding="utf-8")


def hold_import(server: Server, image: str) -> int:
    """An import of a table that is held, for it would create 201 tags; its plan."""
    tables = Path(server.folder) / "image_tools" / "imports"
    tables.mkdir(parents=True, exist_ok=True)
    tags = "; ".join(f"Held {number}" for number in range(201))
    (tables / "held.csv").write_text(f"id,tags\n{image},{tags}\n", encoding="utf-8")
    plan: int = server.run_operation(mode="import_images", path="held.csv", apply=True, create=True)["plan"]
    return plan


def read_rules(server: Server) -> str:
    """The user's rules file."""
    return (Path(server.folder) / "image_tools" / "rules.yaml").read_text(encoding="utf-8")


def mode_of(route: Any) -> str | None:
    """The operation of the plugin that a request of the page asks for, if it asks for one."""
    sent = route.request.post_data_json or {}
    mode: str | None = sent.get("variables", {}).get("args", {}).get("mode")
    return mode


def answer_with(page: Page, mode: str, content: dict[str, Any]) -> None:
    """Let the page's calls of one operation be answered with this body instead of the server's."""

    def handle(route: Any) -> None:
        if mode_of(route) == mode:
            route.fulfill(json=content)
        else:
            route.continue_()

    page.route("**/graphql", handle)


@contextmanager
def held(page: Page, said: str, count: int = 1) -> Iterator[None]:
    """The next requests whose address or content holds this text, this many, wait for the end, which waits for them."""
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        if len(waiting) < count and said in route.request.url + (route.request.post_data or ""):
            waiting.append(route)
        else:
            route.fallback()

    page.route("**/*", hold)
    yield
    while len(waiting) < count:
        page.wait_for_timeout(20)
    for route in waiting:
        route.continue_()
    page.unroute("**/*", hold)
