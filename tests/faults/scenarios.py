"""The tasks that write, each with a library to begin with, what is run, and what is run after it failed."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lib.errors import TransportError
from lib.runs.opening import open_database
from lib.tasks import Context
from lib.tasks.create_image import create_image, create_image_follow_up
from lib.tasks.import_images import import_images
from lib.tasks.process_new_images import CHECKPOINT, process_new_images
from lib.tasks.rules_apply import rules_apply
from lib.tasks.undo_resume import list_runs, resume, undo
from tests.client.create.pictures import draw
from tests.faults import reviews
from tests.faults.environment import STAYS, Environment, State
from tests.faults.faults import FAULTS, beginning_with

RULES = """
version: 1
defaults: {when: [task, scan], strategy: overwrite, create: [tags, studios, performers]}
rules:
- name: the same for many
  match: {path: 'misc/*'}
  set: {code: same, studio: New Studio}
  add: {tags: All}
  remove: {tags: Goes}
- name: values of their own
  match: {path: 'photos/*'}
  set: {title: 'T {path.stem}'}
- name: everything
  match: {not: {path: ['misc/*', 'photos/*']}}
  set: {title: 'T {path.stem}', code: same, studio: New Studio, rating100: '60'}
  add: {tags: ['New {path.folder}', All], performers: New Performer, urls: 'https://example.org/{path.stem}'}
  remove: {tags: Goes}
- {name: sidecars, when: scan, set: {photographer: '{sidecar.author}'}}
"""
OLD = 5
"""Images that were looked at before the scan whose images are new."""


@dataclass(frozen=True)
class Scenario:
    """`run` is disturbed. `again` is what the user does after a failure; `back` takes everything back."""

    prepare: Callable[[Environment], None]
    run: Callable[[Environment, Context], Any]
    again: Callable[[Environment, Context], Any]
    back: bool = True
    journalled: bool = True
    counted: bool = False
    """Whether its answer counts what was changed since it began."""
    check: Callable[[Environment, State], None] = lambda _environment, _end: None
    """Whether an undisturbed run did what it is for: all others are compared with that one."""


def rules(environment: Environment) -> None:
    environment.write("rules.yaml", RULES)


def reviewed(environment: Environment) -> None:
    rules(environment)
    with environment.context(direct=True) as context:
        reviews.review(context)


def applied(environment: Environment) -> None:
    rules(environment)
    with environment.context(direct=True) as context:
        rules_apply(context)


def broken(environment: Environment) -> None:
    """An apply that failed at its first change, with all that follows."""
    rules(environment)
    environment.proxy.disturb(1, beginning_with(b"mutation Apply", FAULTS["401"]), lasting=True)
    try:
        with environment.context() as context:
            rules_apply(context)
    except TransportError:
        pass
    finally:
        environment.proxy.heal()


def table(environment: Environment) -> None:
    """A table that gives every image values of its own, and new tags."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["id", "title", "tags", "rating100"])
    for number, id_ in enumerate(environment.begin.images):
        writer.writerow([id_, f"Row {number}", f"All; Tag {number % 3}", number % 5 * 20])
    environment.write("imports/table.csv", text.getvalue())


def scanned(environment: Environment) -> None:
    """The mark stands as if all but the first images had been scanned just now; their sidecars may still come."""
    rules(environment)
    for path in Path(environment.stash.library).rglob("*"):
        path.touch()
    store = open_database(environment.folder)
    store.set(CHECKPOINT, str(old_mark(environment)))
    store.close()


def too_many(environment: Environment) -> None:
    """As after that scan, with rules that would create more than `max_new` allows."""
    scanned(environment)
    environment.write("rules.yaml", f"{RULES}max_new: 1\n")


def old_mark(environment: Environment) -> int:
    return sorted(map(int, environment.begin.images))[OLD - 1]


def outside(environment: Environment) -> None:
    """A picture outside the library."""
    draw(environment.folder, "imports", "outside.png")


def inside(environment: Environment) -> None:
    """A picture that was copied and scanned, and has only its fields to get."""
    draw(environment.stash.library, "image_tools", "inside.png")
    environment.stash.scan(
        os.path.join(environment.stash.library, "image_tools")
    )  # Stash takes no file of a folder it does not know


def apply(_environment: Environment, context: Context) -> Any:
    return rules_apply(context)


def run_undo(_environment: Environment, context: Context) -> Any:
    return undo(context)


def import_table(_environment: Environment, context: Context) -> Any:
    return import_images(context, apply=True, create=True)


def process_new(_environment: Environment, context: Context) -> Any:
    return process_new_images(context)


def decide(_environment: Environment, context: Context) -> Any:
    """The task for new images holds its run, which is applied then; one that was stopped is resumed."""
    done = process_new_images(context)
    runs = list_runs(context)
    held = [run["id"] for run in runs if run["held"]]
    assert len(held) <= 1, "images are held twice"
    stopped = [run["id"] for run in runs if run["mode"] == "rules_apply" and run["status"] in ("failed", "stopped")]
    for run in stopped:
        done = resume(context, run)
    for run in held:
        done = rules_apply(context, plan=run)
    return done


def decide_again(environment: Environment, context: Context) -> Any:
    """A held run that was applied is decided: nothing tries its failed images again but an apply of the rules to them."""
    done = decide(environment, context)
    failed = reviews.failed_images(context)
    return rules_apply(context, ids=failed) if failed else done


def create(environment: Environment, context: Context) -> Any:
    return create_image(context, {"title": "Made", "path": os.path.join(environment.folder, "imports", "outside.png")})


def follow_up(environment: Environment, context: Context) -> Any:
    path = os.path.join(environment.stash.library, "image_tools", "inside.png")
    return create_image_follow_up(context, path, {"title": "Made"})


def count(environment: Environment, context: Context) -> Any:
    return context.client.image_increment_o(next(iter(environment.begin.images)))


def update(environment: Environment, context: Context) -> Any:
    return context.client.images_update([{"id": image, "code": f"c{image}"} for image in environment.begin.images])


def bulk(environment: Environment, context: Context) -> Any:
    given = {"ids": list(environment.begin.images), "rating100": 80, "urls": {"values": ["https://x"], "mode": "ADD"}}
    return context.client.bulk_image_update(given, return_fields="id")


def as_ruled(environment: Environment, end: State) -> None:
    """Every image looks as the rules want it, and nothing else of it was touched."""
    for id_, image in end.images.items():
        before = environment.begin.images[id_]
        if image == before:
            continue
        stem, folder = Path(image["file"][0]).stem, Path(image["file"][0].replace("/book.zip", "")).parent.name
        kept = {STAYS} & set(before["tags"])
        tags = {"misc": {"All"}, "photos": set(before["tags"])}.get(folder, {"All", f"New {folder}"}) | kept
        assert set(image["tags"]) == tags
        assert image["title"] == (before["title"] if folder == "misc" else f"T {stem}")
        assert image["urls"][: len(before["urls"])] == before["urls"]
    assert len({id_ for id_, _ in end.changed_since(environment.begin)}) in (len(end.images), len(end.images) - OLD)


def as_before(environment: Environment, end: State) -> None:
    assert end == environment.begin


def as_in_the_table(environment: Environment, end: State) -> None:
    titles = [image["title"] for image in end.images.values()]
    assert titles == [f"Row {number}" for number in range(len(environment.begin.images))]
    assert {tuple(image["tags"]) for image in end.images.values()} == {("All", f"Tag {number}") for number in range(3)}


def run_of(environment: Environment) -> dict[str, Any] | None:
    """The newest run, if it can be resumed."""
    runs = [run for run in environment.journal().runs if run["undoes"] is None]
    return runs[-1] if runs and runs[-1]["status"] in ("failed", "stopped") else None


def resume_newest(environment: Environment, context: Context) -> Any:
    run = run_of(environment)
    assert run, "`broken` leaves a run"
    return resume(context, run["id"])


def resume_or_apply(environment: Environment, context: Context) -> Any:
    """Resume what can be, which must leave nothing to be done; else apply."""
    list_runs(context)  # what was killed is known as stopped once somebody looks
    failed = run_of(environment)
    if failed is None or failed["phase"] == "planning":
        return rules_apply(context)
    done = resume(context, failed["id"])
    assert not {"planned", "sent"} & environment.journal().states, "resume leaves something to be done"
    return done


def resume_undo(environment: Environment, context: Context) -> Any:
    """Resume the undo if its plan was whole, else undo anew."""
    list_runs(context)
    last = environment.journal().runs[-1]
    if last["undoes"] and last["status"] in ("failed", "stopped") and last["phase"] != "planning":
        return resume(context, last["id"])
    return undo(context)


SCENARIOS = {
    "rules_apply": Scenario(rules, apply, apply, counted=True, check=as_ruled),
    "rules_apply, then resume": Scenario(rules, apply, resume_or_apply, counted=True, check=as_ruled),
    "undo": Scenario(applied, run_undo, run_undo, back=False, counted=True, check=as_before),
    "undo, then resume": Scenario(applied, run_undo, resume_undo, back=False, counted=True, check=as_before),
    "resume": Scenario(broken, resume_newest, resume_or_apply, check=as_ruled),
    "a review with decisions": Scenario(
        reviewed, reviews.apply_review, reviews.finish_review, check=reviews.as_reviewed
    ),
    "import_images": Scenario(table, import_table, import_table, counted=True, check=as_in_the_table),
    "process_new_images": Scenario(scanned, process_new, process_new, counted=True, check=as_ruled),
    "process_new_images, held": Scenario(too_many, decide, decide_again, check=as_ruled),
    "images_update": Scenario(lambda _: None, update, update, back=False, journalled=False),
    "bulk_image_update": Scenario(lambda _: None, bulk, bulk, back=False, journalled=False),
    "create_image": Scenario(outside, create, create, back=False, journalled=False),
    "create_image, after the scan": Scenario(inside, follow_up, follow_up, back=False, journalled=False),
    "image_increment_o": Scenario(lambda _: None, count, lambda _, __: None, back=False, journalled=False),
}
