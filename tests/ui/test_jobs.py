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
from tests.ui.driver import Visitor, mode_of, write_rules

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
    """A stand-in with images and nothing done yet."""
    with FakeStash(images=IMAGES, plugin=str(ROOT)) as fake:
        yield fake


@pytest.fixture
def visitor(page: Page, fake: FakeStash) -> Iterator[Visitor]:
    """A person at its page."""
    visitor = visiting(page, fake)
    yield visitor
    assert not visitor.wrong


def visiting(page: Page, fake: FakeStash) -> Visitor:
    """A person at the page of a stand-in on which one rule is for all images."""
    server = Server(fake.url, fake.library, str(fake.core.options.config))
    write_rules(server, RULES)
    return Visitor(page, server)


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


def look_when_idle(visitor: Visitor, fake: FakeStash, asked: list[str | None] | None = None) -> None:
    """From now on the page sees the queue only once it is empty, as a window in the background does.

    `asked` collects the operations that it asks for.
    """

    def handle(route: Any) -> None:
        if asked is not None:
            asked.append(mode_of(route))
        if "jobQueue" in route.request.post_data:
            fake.wait_idle()
        route.fallback()

    visitor.page.route("**/graphql", handle)


def test_the_plan_of_another_window_is_not_shown_for_ones_own(visitor: Visitor, fake: FakeStash) -> None:
    visitor.open("preview?of=all")
    with occupied(fake):
        visitor.press("Preview all images")
        visitor.sees("waits behind")
        queue(fake, "Preview rules", mode="rules_preview", ids=["1"])
        look_when_idle(visitor, fake)
    expect(visitor.page.locator(".it-about")).to_contain_text(f"All images · {IMAGES} images were looked at")


@pytest.fixture(scope="module")
def applied(fake: FakeStash) -> int:
    """A run that can be taken back."""
    server = Server(fake.url, fake.library, str(fake.core.options.config))
    write_rules(server, RULES)
    run: int = server.run_operation(mode="rules_apply", confirm=True)["run"]
    return run


@pytest.mark.parametrize(
    ("place", "first", "press"),
    [
        ("preview", "", "Preview all images"),
        ("undo/{run}", "", "See what would be taken back"),
        ("undo/{run}", "See what would be taken back", "Take back"),
    ],
)
def test_a_task_that_never_began_says_so(
    visitor: Visitor, fake: FakeStash, applied: int, place: str, first: str, press: str
) -> None:
    visitor.open(place.format(run=applied))
    if first:
        visitor.press(first)
        visitor.sees(press)
    with occupied(fake):
        visitor.press(press)
        visitor.sees("waits behind")
        visitor.server.run_operation(mode="rules_preview", ids=[])  # somebody else's
        visitor.press("Stop")
        expect(visitor.page.get_by_role("alert")).to_contain_text("before it began")


@pytest.mark.parametrize("name", ["Apply rules", "Check setup"])
@pytest.mark.usefixtures("applied")
def test_nothing_is_said_in_stash_of_a_task_that_never_began(visitor: Visitor, fake: FakeStash, name: str) -> None:
    visitor.open("runs")
    with occupied(fake):
        job = queue(fake, name, mode="unknown")
        fake.core.jobs.stop_job(int(job))
    assert said(visitor, fake, job) is None


def said(visitor: Visitor, fake: FakeStash, job: str) -> Any:
    """What the part in Stash's own UI says of a job that ended."""
    ended = fake.core.jobs.find(int(job))
    assert ended
    return visitor.page.evaluate(SAID, ended.shown())


def test_the_last_line_in_stash_is_the_tasks_own(visitor: Visitor, fake: FakeStash) -> None:
    visitor.open("runs")
    with occupied(fake):
        job = queue(fake, "Check rules", mode="rules_check")
        queue(fake, "Image statistics", mode="statistics")
    assert "Rules: valid" in said(visitor, fake, job)["text"]


def test_the_reason_is_the_tasks_own(page: Page) -> None:
    with FakeStash(version="v0.25.0", plugin=str(ROOT)) as old:  # whose jobs tell no reason
        visitor = visiting(page, old)
        write_rules(visitor.server, BROKEN)
        visitor.open("preview")
        with occupied(old):
            visitor.press("Preview all images")
            visitor.sees("waits behind")
            queue(old, "Undo", mode="undo", run=4711)
            look_when_idle(visitor, old)
        expect(page.get_by_role("alert")).to_contain_text("nothing")
        assert not visitor.wrong


@pytest.mark.usefixtures("applied")
def test_an_older_answer_adds_nothing_to_the_runs(visitor: Visitor, fake: FakeStash) -> None:
    visitor.open("preview")
    held: list[tuple[Any, Any]] = []

    def handle(route: Any) -> None:
        if mode_of(route) == "runs" and not held:
            held.append((route, route.fetch()))
        else:
            route.fallback()

    with occupied(fake):
        visitor.press("Preview all images")
        visitor.sees("waits behind")
        visitor.page.route("**/graphql", handle)
        visitor.tab("Runs")
        while not held:
            visitor.page.wait_for_timeout(20)
    expect(visitor.page.locator(".it-run").first).to_be_visible()
    [(route, answer)] = held
    with contextlib.suppress(Error):  # it is no longer waited for
        route.fulfill(response=answer)
    visitor.page.wait_for_timeout(200)
    runs = len(visitor.server.run_operation(mode="runs"))
    assert visitor.page.locator(".it-run").count() == runs


@pytest.mark.usefixtures("applied")
def test_the_end_of_a_task_is_told_once(visitor: Visitor, fake: FakeStash) -> None:
    visitor.open("runs")
    expect(visitor.page.locator(".it-run").first).to_be_visible()
    asked: list[str | None] = []
    look = "document.dispatchEvent(new Event('visibilitychange'))"
    with occupied(fake):
        queue(fake, "Preview rules", mode="rules_preview")
        visitor.page.evaluate(look)
        visitor.sees("waits behind")
        look_when_idle(visitor, fake, asked)
    visitor.page.evaluate(f"{look}; {look}")
    expect(visitor.page.locator(".it-job")).to_have_count(0)
    visitor.page.wait_for_timeout(500)
    assert asked.count("runs") == 1


@pytest.fixture
def stopped(visitor: Visitor, applied: int) -> str:
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

    visitor.page.route("**/graphql", handle)
    return f"runs/{applied}"


def test_why_a_run_was_not_resumed_stays_in_its_view(visitor: Visitor, fake: FakeStash, stopped: str) -> None:
    visitor.open(stopped)
    with occupied(fake):
        visitor.press("Resume")
        visitor.sees("waits behind")
        look_when_idle(visitor, fake)
    expect(visitor.page.get_by_role("alert")).to_contain_text("resumed")
    visitor.page.wait_for_load_state("networkidle")
    expect(visitor.page.get_by_role("alert")).to_contain_text("resumed")
    assert visitor.page.url.endswith(stopped)


def test_resume_says_that_the_server_is_away(visitor: Visitor, stopped: str) -> None:
    visitor.open(stopped)
    visitor.sees("It was stopped before its end")
    cut_off(visitor, "mutation Task")
    visitor.press("Resume")
    expect(visitor.page.get_by_role("alert")).to_contain_text("Stash does not answer")
    expect(visitor.page.get_by_role("button", name="Resume")).to_be_enabled()


def test_stop_says_that_the_server_is_away(visitor: Visitor, fake: FakeStash) -> None:
    visitor.open("preview")
    with occupied(fake):
        visitor.press("Preview all images")
        visitor.sees("waits behind")
        cut_off(visitor, "stopJob")
        visitor.press("Stop")
        expect(visitor.page.get_by_role("alert")).to_contain_text("Preview of rules: Stash does not answer")


def cut_off(visitor: Visitor, document: str) -> None:
    """From now on no request with this in its document reaches the server."""
    visitor.allowed = "ERR_FAILED"
    visitor.page.route(
        "**/graphql", lambda route: route.abort() if document in route.request.post_data else route.fallback()
    )


def test_a_look_at_an_undo_that_was_stopped_says_so(visitor: Visitor, stopped: str) -> None:
    visitor.open(stopped.replace("runs", "undo"))
    visitor.press("See what would be taken back")
    expect(visitor.page.get_by_role("alert")).to_have_text("Stopped")


@pytest.mark.parametrize("waits", [True, False])
def test_a_run_that_is_opened_while_it_runs_is_shown_as_it_ends(
    visitor: Visitor, fake: FakeStash, applied: int, waits: bool
) -> None:
    """Whether its task still waits for its turn, or ends before the page looks at the queue."""
    visitor.open("runs")
    expect(visitor.page.locator(".it-run").first).to_be_visible()
    asked = as_under_way(visitor)
    if waits:
        with occupied(fake):
            queue(fake, "Apply rules", mode="rules_apply")
            visitor.open(f"runs/{applied}")
            visitor.sees("Running")
            visitor.sees("waits behind")
            expect(visitor.changes.first).to_be_visible()
    else:
        visitor.open(f"runs/{applied}")
    expect(visitor.page.locator(".it-heading")).to_contain_text("Done", timeout=5000)
    expect(visitor.changes.first).to_contain_text("Changed")
    assert {"run", "plan"} <= asked


def as_under_way(visitor: Visitor) -> set[str]:
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

    visitor.page.route("**/graphql", handle)
    return asked


@pytest.mark.parametrize(
    ("place", "press", "name"),
    [
        ("preview", "Preview all images", "Preview of rules"),
        ("preview/{plan}", "Apply th", "Apply rules"),
        ("undo/{run}", "See what would be taken back", "Preview of undo"),
    ],
)
def test_who_has_left_learns_of_a_task_that_failed(
    visitor: Visitor, fake: FakeStash, applied: int, place: str, press: str, name: str
) -> None:
    write_rules(visitor.server, RULES.replace("code", "photographer"))
    plan = visitor.server.run_operation(mode="rules_preview")["plan"]
    visitor.open(place.format(run=applied, plan=plan))
    with occupied(fake):
        visitor.press(press)
        if press.startswith("Apply"):
            visitor.agree()
        visitor.sees("waits behind")
        visitor.tab("Runs")
        visitor.press("Stop")
        alert = visitor.page.get_by_role("alert")
        expect(alert).to_contain_text(f"{name}: It was taken out")
    visitor.press("Close", alert)
    expect(alert).to_have_count(0)


def test_an_apply_that_waits_is_not_offered_again(visitor: Visitor, fake: FakeStash) -> None:
    write_rules(visitor.server, RULES.replace("code", "details"))
    plan = visitor.server.run_operation(mode="rules_preview")["plan"]
    visitor.open(f"preview/{plan}")
    apply = visitor.page.get_by_role("button", name="Apply th")
    with occupied(fake):
        visitor.press("Apply th")
        visitor.agree()
        visitor.sees("waits behind")
        visitor.press("Leave out")
        visitor.sees("1 image left out")
        expect(apply).to_be_disabled()
        visitor.press("Stop")
        expect(apply).to_be_enabled()


def test_what_is_left_is_told_whatever_the_clock_says(visitor: Visitor, fake: FakeStash) -> None:
    visitor.page.add_init_script("const now = Date.now; Date.now = () => now() + 3_600_000;")
    visitor.open("runs")
    over = threading.Event()

    def work(job: Job) -> None:
        job.on_cancel = over.set
        while not over.wait(0.05):
            job.set_progress(job.progress + 0.01)

    fake.core.jobs.add("Running plugin task: Apply rules", work)
    visitor.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(visitor.page.locator(".it-job")).to_contain_text(re.compile(r"\b\d s left"))
    over.set()
    fake.wait_idle()
