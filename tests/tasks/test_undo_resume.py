"""Undo and resume, one after the other: what was left alone, what was undone in part, and what stands again."""

from __future__ import annotations

import csv
import os
import shutil
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any

import pytest

import lib.runs.apply
from lib.errors import DataError, TransportError
from lib.runs import retention
from lib.stash import connection
from lib.tasks import Context
from lib.tasks.import_images import import_images
from lib.tasks.plan import plan_leave_out
from lib.tasks.rules_apply import rules_apply
from lib.tasks.run import run as details
from lib.tasks.undo_resume import list_runs, resume, undo
from tests.faults.environment import Environment
from tests.faults.environment import open_environment as stage
from tests.faults.faults import FAULTS
from tests.faults.proxy import Fault, FaultProxy, pass_on
from tests.faults.scenarios import table
from tests.support.scripted_server import Heard

RULES = "rules: [{name: titles, strategy: overwrite, set: {title: '%s {path.stem}'}}]"


@pytest.fixture(scope="module")
def opened() -> Iterator[Environment]:
    """A server behind a proxy that can misbehave."""
    patched = pytest.MonkeyPatch()
    # What an image may take is a second; nobody waits that long here for an answer that is lost.
    patched.setattr(connection, "SECONDS_PER_IMAGE", 0.0)
    with stage(filled=False) as found:
        yield found
    patched.undo()


@pytest.fixture
def library(opened: Environment) -> Environment:
    """The same without values and without a history."""
    opened.proxy.heal()
    opened.reset()
    return opened


@pytest.fixture
def context(library: Environment) -> Iterator[Context]:
    with library.context() as found:
        yield found


def apply(library: Environment, context: Context, word: str) -> int:
    """A run that gives every image a title that begins with this word."""
    library.write("rules.yaml", RULES % word)
    return int(rules_apply(context)["run"])


def titles(library: Environment) -> set[str]:
    """The first words of all titles."""
    return {(image["title"] or "").partition(" ")[0] for image in library.state().images.values()}


def statuses(context: Context) -> dict[int, str]:
    return {run["id"]: run["status"] for run in list_runs(context)}


def after(count: int, fault: str, document: bytes = b"mutation Apply") -> Fault:
    """So many documents that change images, or other ones, are done; every later one meets the fault."""
    done = iter(range(count))

    def meet(proxy: FaultProxy, request: Heard, line: socket.socket) -> None:
        well = document not in request.body or next(done, None) is not None
        (pass_on if well else FAULTS[fault])(proxy, request, line)

    return meet


def disturbed(library: Environment, fault: Fault, work: Callable[[], object]) -> None:
    """Run what meets this fault, and may end with an error."""
    library.proxy.disturb(1, fault, lasting=True)
    with suppress(TransportError):
        work()
    library.proxy.heal()


def test_what_an_undo_left_alone_can_be_taken_back_later(library: Environment, context: Context) -> None:
    first, second = apply(library, context, "first"), apply(library, context, "second")
    assert undo(context, first)["counts"]["left_alone"] == len(library.begin.images)
    undo(context, second)
    assert titles(library) == {"first"}
    assert undo(context)["run"] is None, "the button means it no more"
    assert undo(context, first)["counts"]["changed"] == len(library.begin.images)
    assert library.state() == library.begin
    with pytest.raises(DataError, match="undone already"):
        undo(context, first)


def test_the_list_shows_what_undo_and_redo_accept(library: Environment, context: Context) -> None:
    apply(library, context, "first")
    for run in (1, 2, 3):
        undo(context, run)
    listed = [(run["id"], run["undoes"], run["redoes"], run["undoable"]) for run in list_runs(context)]
    assert listed == [(4, 3, None, True), (3, 2, 1, False), (2, 1, None, True), (1, None, None, False)]


@pytest.mark.parametrize(("count", "resumable"), [(0, True), (99, False)], ids=["failed", "done"])
def test_the_list_shows_what_resume_accepts(
    library: Environment, context: Context, count: int, resumable: bool
) -> None:
    disturbed(library, after(count, "401"), lambda: apply(library, context, "first"))
    assert [run["resumable"] for run in list_runs(context)] == [resumable]


def test_what_was_sent_and_not_answered_is_counted(library: Environment, context: Context) -> None:
    disturbed(library, after(0, "500 after the server acted"), lambda: apply(library, context, "first"))
    sent = len(library.state().changed_since(library.begin))
    counts = list_runs(context)[0]["counts"]
    assert (counts["changed"], counts["in_doubt"]) == (0, sent)
    disturbed(library, after(0, "500 after the server acted"), lambda: resume(context, 1))
    counts = list_runs(context)[0]["counts"]
    assert (counts["changed"], counts["in_doubt"]) == (sent, len(library.begin.images) - sent)
    answer = resume(context, 1)["counts"]
    assert (answer["changed"], "in_doubt" in answer) == (len(library.begin.images), False)
    assert list_runs(context)[0]["counts"] == answer


def test_what_an_undo_sent_that_was_not_answered_is_counted(
    library: Environment, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply(library, context, "first")
    monkeypatch.setattr(lib.runs.apply, "MIN_BATCH", 5)
    disturbed(library, after(1, "500 after the server acted"), lambda: undo(context))
    counts = list_runs(context)[0]["counts"]
    back = sum(not image["title"] for image in library.state().images.values())
    assert (counts["changed"], counts["in_doubt"]) == (5, back - 5)


def fates(counts: dict[str, Any]) -> dict[str, int]:
    """How many rows of a report have each fate."""
    with open(counts["report"], encoding="utf-8-sig", newline="") as file:
        return dict(Counter(row["fate"] for row in csv.DictReader(file)))


@pytest.mark.parametrize("previewed", [False, True], ids=["a new plan", "a saved plan"])
def test_report_lists_unconfirmed_rows_until_resume(library: Environment, context: Context, previewed: bool) -> None:
    table(library)
    if previewed:
        import_images(context, apply=False, create=True)
    importing = partial(import_images, context, apply=True, create=True)
    disturbed(library, after(0, "500 after the server acted"), importing)
    run = list_runs(context)[0]
    sent = run["counts"]["in_doubt"]
    left = len(library.begin.images) - sent
    assert fates(run["counts"]) == {"in doubt": sent, "would change": left}
    disturbed(library, after(0, "401"), lambda: resume(context, run["id"]))
    assert fates(run["counts"]) == {"changed": sent, "in doubt": left}
    counts = resume(context, run["id"])["counts"]
    assert counts["report"] == run["counts"]["report"]
    assert fates(counts) == {"changed": len(library.begin.images)}


def test_what_was_in_doubt_and_did_not_arrive_would_change_again(library: Environment, context: Context) -> None:
    table(library)
    disturbed(library, after(0, "401"), lambda: import_images(context, apply=True, create=True))
    # The first look is at what is in doubt, the second at what is to be written.
    disturbed(library, after(1, "401", b"query ByIds"), lambda: resume(context, 1))
    run = list_runs(context)[0]
    assert (fates(run["counts"]), "in_doubt" in run["counts"]) == ({"would change": len(library.begin.images)}, False)


def test_a_report_that_is_gone_stops_no_resume(library: Environment, context: Context) -> None:
    table(library)
    disturbed(library, after(0, "401"), lambda: import_images(context, apply=True, create=True))
    shutil.rmtree(os.path.join(library.folder, "exports"))
    assert resume(context, 1)["counts"]["changed"] == len(library.begin.images)


PARTS = {
    "by an undo that was interrupted": (after(1, "401"), "undone in part by run 2, or may have been. Resume run 2"),
    "by an undo in which an image failed": (
        after(0, "an error on the last item"),
        "undone in part by run 2, or may have been. Undo run 1",
    ),
}


@pytest.mark.parametrize(("fault", "message"), PARTS.values(), ids=PARTS.keys())
def test_a_run_that_was_taken_back_in_part_is_not_resumed(
    library: Environment, context: Context, monkeypatch: pytest.MonkeyPatch, fault: Fault, message: str
) -> None:
    disturbed(library, after(1, "401"), lambda: apply(library, context, "first"))
    monkeypatch.setattr(lib.runs.apply, "MIN_BATCH", 5)
    disturbed(library, fault, lambda: undo(context, 1))
    before = library.state()
    with pytest.raises(DataError, match=message):
        resume(context, 1)
    assert library.state() == before
    finish = {"Resume": lambda: resume(context, 2), "Undo": lambda: undo(context, 1)}
    finish[message.split(". ")[1].split(maxsplit=1)[0]]()
    assert (library.state(), statuses(context)[1]) == (library.begin, "undone")


def test_a_run_whose_undo_took_nothing_back_is_resumed(library: Environment, context: Context) -> None:
    disturbed(library, after(1, "401"), lambda: apply(library, context, "first"))
    disturbed(library, FAULTS["401"], lambda: undo(context, 1))
    resume(context, 1)
    assert titles(library) == {"first"}


AGAIN = {
    "an undo": ([1], {1: "undone", 2: "done"}),
    "the undo of an undo": ([1, 2], {1: "done", 2: "undone", 3: "done"}),
    "and of that": ([1, 2, 3], {1: "undone", 2: "done", 3: "undone", 4: "done"}),
    "and of that, too": ([1, 2, 3, 4], {1: "done", 2: "undone", 3: "done", 4: "undone", 5: "done"}),
}


@pytest.mark.parametrize(("undone", "wanted"), AGAIN.values(), ids=AGAIN.keys())
def test_what_stands_again_is_undone_no_more(
    library: Environment, context: Context, undone: list[int], wanted: dict[int, str]
) -> None:
    apply(library, context, "first")
    for run in undone:
        undo(context, run)
    assert statuses(context) == wanted
    stands = wanted[1] == "done"
    assert titles(library) == ({"first"} if stands else {""})
    assert undo(context)["undone"] == (1 if stands else None)
    assert library.state() == library.begin


def test_what_stands_again_in_part_stays_undone(library: Environment, context: Context) -> None:
    apply(library, context, "first")
    undo(context)
    library.stash.update(next(iter(library.begin.images)), title="theirs")
    assert undo(context, 2)["counts"]["left_alone"] == 1
    assert statuses(context)[1] == "undone"
    assert undo(context)["undone"] is None, "the button means it no more"
    undo(context, 1)
    assert titles(library) == {"", "theirs"}


def test_an_unfinished_run_can_be_resumed_after_redo(library: Environment, context: Context) -> None:
    disturbed(library, after(1, "401"), lambda: apply(library, context, "first"))
    undo(context)
    assert titles(library) == {""}
    undo(context, 2)
    assert titles(library) == {"first", ""}
    resume(context, 1)
    assert (titles(library), statuses(context)[1]) == ({"first"}, "done")


def an_undo_that_is_resumed(library: Environment, context: Context) -> None:
    disturbed(library, after(1, "401", b"query ByIds"), lambda: undo(context, 1))
    resume(context, 1)
    resume(context, 2)


def an_undo_that_is_done_again(_library: Environment, context: Context) -> None:
    undo(context)
    undo(context, 2)
    resume(context, 1)
    undo(context, 3)


@pytest.mark.parametrize("taken_back", [an_undo_that_is_resumed, an_undo_that_is_done_again])
def test_a_run_resumed_after_its_undo_was_planned_isnt_undone(
    library: Environment,
    context: Context,
    monkeypatch: pytest.MonkeyPatch,
    taken_back: Callable[[Environment, Context], None],
) -> None:
    monkeypatch.setattr(lib.runs.apply, "MIN_BATCH", 5)
    disturbed(library, after(1, "401"), lambda: apply(library, context, "first"))
    taken_back(library, context)
    assert titles(library) == {"first", ""}
    assert details(context, 1)["undoable"]
    assert undo(context)["undone"] == 1
    assert library.state() == library.begin


def test_a_redo_that_failed_half_way_can_be_taken_back(
    library: Environment, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lib.runs.apply, "MIN_BATCH", 5)
    apply(library, context, "first")
    undo(context)
    disturbed(library, after(1, "401"), lambda: undo(context, 2))
    assert titles(library) == {"first", ""}
    assert details(context, 1)["undoable"]
    undo(context, 1)
    assert library.state() == library.begin


def test_an_undo_that_changed_nothing_undoes_nothing(library: Environment, context: Context) -> None:
    run = apply(library, context, "first")
    for id_ in library.begin.images:
        library.stash.update(id_, organized=True)
    assert undo(context)["counts"]["changed"] == 0
    with context.database() as store:
        retention.prune(store, 0, keep_id=run)
    for id_ in library.begin.images:
        library.stash.update(id_, organized=False)
    assert list(statuses(context)) == [run]
    undo(context, run)
    assert library.state() == library.begin


def test_what_is_left_out_of_an_undo_stays_to_be_undone(
    library: Environment, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lib.runs.apply, "MIN_BATCH", 5)
    apply(library, context, "first")
    disturbed(library, after(1, "401"), lambda: undo(context))
    plan_leave_out(context, 2, list(library.begin.images)[-7:])
    resume(context, 2)
    assert undo(context)["undone"] == 1
    assert library.state() == library.begin


def test_what_the_server_refused_is_not_taken_back(library: Environment, context: Context) -> None:
    library.proxy.disturb(1, after(0, "an error on the last item"), lasting=True)
    library.write("rules.yaml", "rules: [{name: titles, strategy: overwrite, set: {title: first}}]")
    failed = {failure["id"] for failure in rules_apply(context)["failures"]}
    library.proxy.heal()
    theirs = {id_: {**library.begin.images[id_], "title": "first"} for id_ in failed}
    for id_ in failed:
        library.stash.update(id_, title="first")
    undo(context)
    assert failed
    assert library.state().images == {**library.begin.images, **theirs}


def test_urls_that_are_right_are_not_counted_as_changed_back(library: Environment, context: Context) -> None:
    library.write("rules.yaml", "rules: [{name: urls, add: {urls: 'https://example.org/{path.stem}'}}]")
    rules_apply(context)
    for id_ in library.begin.images:
        library.stash.update(id_, urls=[])
    assert undo(context)["counts"]["planned"] == 0


def test_a_studio_that_somebody_took_off_stays_off(library: Environment, context: Context) -> None:
    id_ = next(iter(library.begin.images))
    library.stash.update(id_, studio_id=library.stash.create("studio", "Old"))
    library.write("rules.yaml", "rules: [{name: s, strategy: overwrite, create: [studios], set: {studio: New}}]")
    run = rules_apply(context)["run"]
    library.stash.update(id_, studio_id=None)
    undo(context)
    assert undo(context, run)["counts"]["changed"] == 0
    assert library.state().images[id_]["studio"] is None


TAGS = "rules: [{name: tags, create: [tags], add: {tags: [One, Two]}}]"


def test_undo_deletes_names_of_a_failed_request(library: Environment, context: Context) -> None:
    library.write("rules.yaml", TAGS)
    locked = after(0, "the last item is locked", b"mutation Create")
    disturbed(library, locked, lambda: rules_apply(context))
    assert len(library.state().names) == len(library.begin.names) + 1
    assert len(undo(context)["counts"]["names"]) == 1
    assert library.state() == library.begin


def test_names_go_with_the_last_run_that_used_them(library: Environment, context: Context) -> None:
    library.write("rules.yaml", TAGS)
    ids = sorted(library.begin.images, key=int)
    first, second = (rules_apply(context, ids=some)["run"] for some in (ids[:3], ids[3:6]))
    assert undo(context, first)["counts"]["names"] == []
    assert len(undo(context, second)["counts"]["names"]) == 2
    assert library.state() == library.begin


def test_what_two_runs_wrote_is_undone_from_the_newest_on(library: Environment, context: Context) -> None:
    """In between somebody wrote something: it is what the second run found."""
    id_ = next(iter(library.begin.images))
    library.write("rules.yaml", "rules: [{name: titles, strategy: overwrite, set: {title: first}}]")
    first = rules_apply(context, ids=[id_])["run"]
    library.stash.update(id_, title="mine")
    second = rules_apply(context, ids=[id_])["run"]
    assert f"run {second}; undo that one first" in undo(context, first)["left_alone"][0]["text"]
    undo(context, second)
    assert titles(library) == {"", "mine"}
    assert undo(context, first)["counts"]["left_alone"] == 1
    assert titles(library) == {"", "mine"}
