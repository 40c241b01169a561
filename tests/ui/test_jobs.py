"""Whose run, and whose reason, is shown for a task, where others are under way beside it."""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Error, Page, expect

from tests.fake_stash import FakeStash
from tests.fake_stash.server.jobs import Job
from tests.support.server import PLUGIN, ROOT, Server
from tests.ui.driver import PageDriver, mode_of, write_rules

IMAGES = 60
RULES = "version: 1\nrules: [{name: numbered, set: {code: 'No. {image.id}'}}]\n"
BROKEN = "version: 1\nrules: [{name: broken, set: {nothing: x}}]\n"
SAID = """async (job) => {
    const { name } = performance.getEntriesByType("resource").find(({ name }) => name.endsWith("/page/api.js"));
    const { said } = await import(name.replace("api.js", "in-stash.js"));
    return said("/", "plugin", job);
}"""


@pytest.fixture(scope="module")
def fake() -> Iterator[FakeStash]:
    """A fake server with images and nothing done yet."""
    with FakeStash(images=IMAGES, plugin=str(ROOT)) as fake:
        yield fake


@pytest.fixture
def driver(page: Page, fake: FakeStash) -> Iterator[PageDriver]:
    """A person at its page."""
    driver = open_page(page, fake)
    yield driver
    assert not driver.wrong


def open_page(page: Page, fake: FakeStash) -> PageDriver:
    """A person at the page of a fake server on which one rule is for all images."""
    server = Server(fake.url, fake.library, str(fake.core.options.config))
    write_rules(server, RULES)
    return PageDriver(page, server)


def queue(fake: FakeStash, name: str, **args: Any) -> str:
    """Queue a task of this name, as another window does."""
    document = "mutation($id: ID!, $name: String, $args: Map) { runPluginTask(plugin_id: $id, description: $name, args_map: $args) }"
    body = fake.execute(document, {"id": PLUGIN, "name": name, "args": args})
    job: str = body["data"]["runPluginTask"]
    return job


@contextlib.contextmanager
def occupied(fake: FakeStash) -> Iterator[None]:
    """The server's queue is occupied for the block, and empty afterwards."""
    over = threading.Event()

    def work(job: Job) -> None:
        job.on_cancel = over.set
        over.wait(60)

    fake.core.jobs.add("Scanning...", work)
    try:
        yield
    finally:
        over.set()
        fake.wait_idle()


def look_when_idle(driver: PageDriver, fake: FakeStash, asked: list[str | None] | None = None) -> None:
    """From now on the page sees the queue only once it is empty, as a window in the background does.

    `asked` collects the operations that it asks for.
    """

    def handle(route: Any) -> None:
        if asked is not None:
            asked.append(mode_of(route))
        if "jobQueue" in route.request.post_data:
            fake.wait_idle()
        route.fallback()

    driver.page.route("**/graphql", handle)


def test_the_plan_of_another_window_is_not_shown_for_ones_own(driver: PageDriver, fake: FakeStash) -> None:
    driver.open("review?of=all")
    with occupied(fake):
        driver.press("Review all images")
        driver.sees("waits behind")
        queue(fake, "Preview rules", mode="rules_preview", ids=["1"])
        look_when_idle(driver, fake)
    expect(driver.page.locator(".it-about")).to_contain_text(f"All images · {IMAGES} images checked")


@pytest.fixture(scope="module")
def applied(fake: FakeStash) -> int:
    """A run that can be undone."""
    server = Server(fake.url, fake.library, str(fake.core.options.config))
    write_rules(server, RULES)
    run: int = server.run_operation(mode="rules_apply", confirm=True)["run"]
    return run


@pytest.mark.parametrize(
    ("place", "first", "press"),
    [
        ("review", "", "Review all images"),
        ("undo/{run}", "", "Preview the undo"),
        ("undo/{run}", "Preview the undo", "Undo 60 images"),
    ],
)
def test_a_task_that_never_began_says_so(
    driver: PageDriver, fake: FakeStash, applied: int, place: str, first: str, press: str
) -> None:
    driver.open(place.format(run=applied))
    if first:
        driver.press(first)
        driver.sees(press)
    with occupied(fake):
        driver.press(press)
        driver.sees("waits behind")
        driver.server.run_operation(mode="rules_preview", ids=[])  # somebody else's
        driver.press("Stop")
        expect(driver.page.get_by_role("alert")).to_contain_text("before it began")


@pytest.mark.parametrize("name", ["Apply rules", "Check setup"])
@pytest.mark.usefixtures("applied")
def test_nothing_is_said_in_stash_of_a_task_that_never_began(driver: PageDriver, fake: FakeStash, name: str) -> None:
    driver.open("runs")
    with occupied(fake):
        job = queue(fake, name, mode="unknown")
        fake.core.jobs.stop_job(int(job))
    assert said(driver, fake, job) is None


def said(driver: PageDriver, fake: FakeStash, job: str) -> Any:
    """What the part in Stash's own UI says of a job that ended."""
    ended = fake.core.jobs.find(int(job))
    assert ended
    return driver.page.evaluate(SAID, ended.shown())


def test_the_last_line_in_stash_is_the_tasks_own(driver: PageDriver, fake: FakeStash) -> None:
    driver.open("runs")
    with occupied(fake):
        job = queue(fake, "Check rules", mode="rules_check")
        queue(fake, "Image statistics", mode="statistics")
    assert "Rules: valid" in said(driver, fake, job)["text"]


def test_the_reason_is_the_tasks_own(page: Page) -> None:
    with FakeStash(version="v0.25.0", plugin=str(ROOT)) as old:  # whose jobs tell no reason
        driver = open_page(page, old)
        write_rules(driver.server, BROKEN)
        driver.open("review")
        with occupied(old):
            driver.press("Review all images")
            driver.sees("waits behind")
            queue(old, "Undo", mode="undo", run=4711)
            look_when_idle(driver, old)
        expect(page.get_by_role("alert")).to_contain_text("nothing")
        assert not driver.wrong


@pytest.mark.usefixtures("applied")
def test_an_older_answer_adds_nothing_to_the_runs(driver: PageDriver, fake: FakeStash) -> None:
    driver.open("review")
    held: list[tuple[Any, Any]] = []

    def handle(route: Any) -> None:
        if mode_of(route) == "runs" and not held:
            held.append((route, route.fetch()))
        else:
            route.fallback()

    with occupied(fake):
        driver.press("Review all images")
        driver.sees("waits behind")
        driver.page.route("**/graphql", handle)
        driver.tab("Runs")
        while not held:
            driver.page.wait_for_timeout(20)
    expect(driver.page.locator(".it-run").first).to_be_visible()
    [(route, answer)] = held
    with contextlib.suppress(Error):  # it is no longer waited for
        route.fulfill(response=answer)
    driver.page.wait_for_timeout(200)
    runs = len(driver.server.run_operation(mode="runs"))
    assert driver.page.locator(".it-run").count() == runs


@pytest.mark.usefixtures("applied")
def test_the_end_of_a_task_is_told_once(driver: PageDriver, fake: FakeStash) -> None:
    driver.open("runs")
    expect(driver.page.locator(".it-run").first).to_be_visible()
    asked: list[str | None] = []
    look = "document.dispatchEvent(new Event('visibilitychange'))"
    with occupied(fake):
        queue(fake, "Preview rules", mode="rules_preview")
        driver.page.evaluate(look)
        driver.sees("waits behind")
        look_when_idle(driver, fake, asked)
    driver.page.evaluate(f"{look}; {look}")
    expect(driver.page.locator(".it-job")).to_have_count(0)
    driver.page.wait_for_timeout(500)
    assert asked.count("runs") == 1


@pytest.fixture
def stopped(driver: PageDriver, applied: int) -> str:
    """The place of a run that is shown as stopped, as is every run for which the list of runs is asked."""

    def handle(route: Any) -> None:
        if mode_of(route) in ("run", "runs"):
            body = route.fetch().json()
            told = body["data"]["runPluginOperation"]
            for run in told if isinstance(told, list) else [told]:
                run.update(status="stopped", resumable=True)
            route.fulfill(json=body)
        else:
            route.fallback()

    driver.page.route("**/graphql", handle)
    return f"runs/{applied}"


def test_why_a_run_was_not_resumed_stays_in_its_view(driver: PageDriver, fake: FakeStash, stopped: str) -> None:
    driver.open(stopped)
    with occupied(fake):
        driver.press("Resume")
        driver.sees("waits behind")
        look_when_idle(driver, fake)
    expect(driver.page.get_by_role("alert")).to_contain_text("resumed")
    driver.page.wait_for_load_state("networkidle")
    expect(driver.page.get_by_role("alert")).to_contain_text("resumed")
    assert driver.page.url.endswith(stopped)


def test_resume_says_that_the_server_is_away(driver: PageDriver, stopped: str) -> None:
    driver.open(stopped)
    driver.sees("This run stopped before its end")
    cut_off(driver, "mutation Task")
    driver.press("Resume")
    expect(driver.page.get_by_role("alert")).to_contain_text("Stash does not answer")
    expect(driver.page.get_by_role("button", name="Resume")).to_be_enabled()


def test_stop_says_that_the_server_is_away(driver: PageDriver, fake: FakeStash) -> None:
    driver.open("review")
    with occupied(fake):
        driver.press("Review all images")
        driver.sees("waits behind")
        cut_off(driver, "stopJob")
        driver.press("Stop")
        expect(driver.page.get_by_role("alert")).to_contain_text("Preview of rules: Stash does not answer")


def cut_off(driver: PageDriver, document: str) -> None:
    """From now on no request with this in its document reaches the server."""
    driver.allowed = "ERR_FAILED"
    driver.page.route(
        "**/graphql", lambda route: route.abort() if document in route.request.post_data else route.fallback()
    )


def test_a_look_at_an_undo_that_was_stopped_says_so(driver: PageDriver, stopped: str) -> None:
    driver.open(stopped.replace("runs", "undo"))
    driver.press("Preview the undo")
    expect(driver.page.get_by_role("alert")).to_have_text("Stopped")


@pytest.mark.parametrize("waits", [True, False])
def test_a_run_that_is_opened_while_it_runs_is_shown_as_it_ends(
    driver: PageDriver, fake: FakeStash, applied: int, waits: bool
) -> None:
    """Whether its task still waits for its turn, or ends before the page looks at the queue."""
    driver.open("runs")
    expect(driver.page.locator(".it-run").first).to_be_visible()
    asked = as_under_way(driver)
    if waits:
        with occupied(fake):
            queue(fake, "Apply rules", mode="rules_apply")
            driver.open(f"runs/{applied}")
            driver.sees("Running")
            driver.sees("waits behind")
            expect(driver.changes.first).to_be_visible()
    else:
        driver.open(f"runs/{applied}")
    expect(driver.page.locator(".it-heading")).to_contain_text("Done", timeout=5000)
    expect(driver.changes.first).to_contain_text("Changed")
    assert {"run", "plan"} <= asked


def as_under_way(driver: PageDriver) -> set[str]:
    """Let the first answer about a run, and the first about its images, be as while it was planned."""
    asked: set[str] = set()

    def handle(route: Any) -> None:
        mode = mode_of(route)
        if mode not in ("run", "plan") or mode in asked:
            route.fallback()
            return
        asked.add(mode)
        body = route.fetch().json()
        told = body["data"]["runPluginOperation"]
        if mode == "run":
            told["status"] = "running"
        for change in told.get("changes", []):
            change["state"] = "planned"
        route.fulfill(json=body)

    driver.page.route("**/graphql", handle)
    return asked


@pytest.mark.parametrize(
    ("place", "press", "name"),
    [
        ("review", "Review all images", "Preview of rules"),
        ("review/{plan}", "Apply to", "Apply rules"),
        ("undo/{run}", "Preview the undo", "Preview of undo"),
    ],
)
def test_who_has_left_learns_of_a_task_that_failed(
    driver: PageDriver, fake: FakeStash, applied: int, place: str, press: str, name: str
) -> None:
    write_rules(driver.server, RULES.replace("code", "photographer"))
    plan = driver.server.run_operation(mode="rules_preview")["plan"]
    driver.open(place.format(run=applied, plan=plan))
    with occupied(fake):
        driver.press(press)
        if press.startswith("Apply"):
            driver.agree()
        driver.sees("waits behind")
        driver.tab("Runs")
        driver.press("Stop")
        alert = driver.page.get_by_role("alert")
        expect(alert).to_contain_text(f"{name}: It was taken out")
    driver.press("Close", alert)
    expect(alert).to_have_count(0)


def test_an_apply_that_waits_is_not_offered_again(driver: PageDriver, fake: FakeStash) -> None:
    write_rules(driver.server, RULES.replace("code", "details"))
    plan = driver.server.run_operation(mode="rules_preview")["plan"]
    driver.open(f"review/{plan}")
    apply = driver.page.get_by_role("button", name="Apply to")
    with occupied(fake):
        driver.press("Apply to")
        driver.agree()
        driver.sees("waits behind")
        driver.tick("Image 1").uncheck()
        driver.sees("1 image excluded")
        expect(apply).to_be_disabled()
        driver.press("Stop")
        expect(apply).to_be_enabled()


def test_what_is_left_is_told_whatever_the_clock_says(driver: PageDriver, fake: FakeStash) -> None:
    driver.page.add_init_script("const now = Date.now; Date.now = () => now() + 3_600_000;")
    driver.open("runs")
    over = threading.Event()

    def work(job: Job) -> None:
        job.on_cancel = over.set
        while not over.wait(0.05):
            job.set_progress(job.progress + 0.01)

    fake.core.jobs.add("Running plugin task: Apply rules", work)
    driver.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(driver.page.locator(".it-job")).to_contain_text(re.compile(r"\b\d s left"))
    over.set()
    fake.wait_idle()
