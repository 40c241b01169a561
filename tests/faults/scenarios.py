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
from lib.runs.database import open_database
from lib.tasks import Context
from lib.tasks.create_image import create_image, create_image_follow_up
from lib.tasks.import_images import import_images
from lib.tasks.process_new_images import MARK, process_new_images
from lib.tasks.rules_apply import rules_apply
from lib.tasks.undo_resume import list_runs, resume, undo
from tests.client.create.pictures import draw
from tests.faults.environment import STAYS, Stage, State
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
class Work:
    """`run` is disturbed. `again` is what the user does after a failure; `back` takes everything back."""

    prepare: Callable[[Stage], None]
    run: Callable[[Stage, Context], Any]
    again: Callable[[Stage, Context], Any]
    back: bool = True
    journalled: bool = True
    counted: bool = False
    """Whether its answer counts what was changed since it began."""
    check: Callable[[Stage, State], None] = lambda _stage, _end: None
    """Whether an undisturbed run did what it is for: all others are compared with that one."""


def rules(stage: Stage) -> None:
    stage.write("rules.yaml", RULES)


def applied(stage: Stage) -> None:
    rules(stage)
    with stage.context(calm=True) as context:
        rules_apply(context)


def broken(stage: Stage) -> None:
    """An apply that failed at its first change, with all that follows."""
    rules(stage)
    stage.proxy.disturb(1, beginning_with(b"mutation Apply", FAULTS["401"]), lasting=True)
    try:
        with stage.context() as context:
            rules_apply(context)
    except TransportError:
        pass
    finally:
        stage.proxy.heal()


def table(stage: Stage) -> None:
    """A table that gives every image values of its own, and new tags."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["id", "title", "tags", "rating100"])
    for number, id_ in enumerate(stage.begin.images):
        writer.writerow([id_, f"Row {number}", f"All; Tag {number % 3}", number % 5 * 20])
    stage.write("imports/table.csv", text.getvalue())


def scanned(stage: Stage) -> None:
    """The mark stands as if all but the first images had been scanned just now; their sidecars may still come."""
    rules(stage)
    for path in Path(stage.stash.library).rglob("*"):
        path.touch()
    store = open_database(stage.folder)
    store.set(MARK, str(old_mark(stage)))
    store.close()


def old_mark(stage: Stage) -> int:
    return sorted(map(int, stage.begin.images))[OLD - 1]


def outside(stage: Stage) -> None:
    """A picture outside the library."""
    draw(stage.folder, "imports", "outside.png")


def inside(stage: Stage) -> None:
    """A picture that was copied and scanned, and has only its fields to get."""
    draw(stage.stash.library, "image_tools", "inside.png")
    stage.stash.scan(
        os.path.join(stage.stash.library, "image_tools")
    )  # Stash takes no file of a folder it does not know


def apply(_stage: Stage, context: Context) -> Any:
    return rules_apply(context)


def take_back(_stage: Stage, context: Context) -> Any:
    return undo(context)


def import_table(_stage: Stage, context: Context) -> Any:
    return import_images(context, apply=True, create=True)


def look_at_new(_stage: Stage, context: Context) -> Any:
    return process_new_images(context)


def make(stage: Stage, context: Context) -> Any:
    return create_image(context, {"title": "Made", "path": os.path.join(stage.folder, "imports", "outside.png")})


def follow(stage: Stage, context: Context) -> Any:
    path = os.path.join(stage.stash.library, "image_tools", "inside.png")
    return create_image_follow_up(context, path, {"title": "Made"})


def count(stage: Stage, context: Context) -> Any:
    return context.client.image_increment_o(next(iter(stage.begin.images)))


def update(stage: Stage, context: Context) -> Any:
    return context.client.images_update([{"id": image, "code": f"c{image}"} for image in stage.begin.images])


def bulk(stage: Stage, context: Context) -> Any:
    given = {"ids": list(stage.begin.images), "rating100": 80, "urls": {"values": ["https://x"], "mode": "ADD"}}
    return context.client.bulk_image_update(given, return_fields="id")


def as_ruled(stage: Stage, end: State) -> None:
    """Every image looks as the rules want it, and nothing else of it was touched."""
    for id_, image in end.images.items():
        before = stage.begin.images[id_]
        if image == before:
            continue
        stem, folder = Path(image["file"][0]).stem, Path(image["file"][0].replace("/book.zip", "")).parent.name
        kept = {STAYS} & set(before["tags"])
        tags = {"misc": {"All"}, "photos": set(before["tags"])}.get(folder, {"All", f"New {folder}"}) | kept
        assert set(image["tags"]) == tags
        assert image["title"] == (before["title"] if folder == "misc" else f"T {stem}")
        assert image["urls"][: len(before["urls"])] == before["urls"]
    assert len({id_ for id_, _ in end.changed_since(stage.begin)}) in (len(end.images), len(end.images) - OLD)


def as_before(stage: Stage, end: State) -> None:
    assert end == stage.begin


def as_in_the_table(stage: Stage, end: State) -> None:
    titles = [image["title"] for image in end.images.values()]
    assert titles == [f"Row {number}" for number in range(len(stage.begin.images))]
    assert {tuple(image["tags"]) for image in end.images.values()} == {("All", f"Tag {number}") for number in range(3)}


def run_of(stage: Stage) -> dict[str, Any] | None:
    """The newest run, if it can be resumed."""
    runs = [run for run in stage.journal().runs if run["undoes"] is None]
    return runs[-1] if runs and runs[-1]["status"] in ("failed", "stopped") else None


def go_on(stage: Stage, context: Context) -> Any:
    """Resume what can be, which must leave nothing to be done; else apply."""
    list_runs(context)  # what was killed is known as stopped once somebody looks
    failed = run_of(stage)
    if failed is None or "changed" not in failed["counts"]:
        return rules_apply(context)
    done = resume(context, failed["id"])
    assert not {"planned", "sent"} & stage.journal().states, "resume leaves something to be done"
    return done


def go_on_back(stage: Stage, context: Context) -> Any:
    """Resume the undo if its plan was whole, else undo anew."""
    list_runs(context)
    last = stage.journal().runs[-1]
    if last["undoes"] and last["status"] in ("failed", "stopped") and "changed" in last["counts"]:
        return resume(context, last["id"])
    return undo(context)


WORKS = {
    "rules_apply": Work(rules, apply, apply, counted=True, check=as_ruled),
    "rules_apply, then resume": Work(rules, apply, go_on, counted=True, check=as_ruled),
    "undo": Work(applied, take_back, take_back, back=False, counted=True, check=as_before),
    "undo, then resume": Work(applied, take_back, go_on_back, back=False, counted=True, check=as_before),
    "resume": Work(broken, lambda stage, context: resume(context, run_of(stage)["id"]), go_on, check=as_ruled),  # type: ignore[index]  # `broken` leaves one
    "import_images": Work(table, import_table, import_table, counted=True, check=as_in_the_table),
    "process_new_images": Work(scanned, look_at_new, look_at_new, counted=True, check=as_ruled),
    "images_update": Work(lambda _: None, update, update, back=False, journalled=False),
    "bulk_image_update": Work(lambda _: None, bulk, bulk, back=False, journalled=False),
    "create_image": Work(outside, make, make, back=False, journalled=False),
    "create_image, after the scan": Work(inside, follow, follow, back=False, journalled=False),
    "image_increment_o": Work(lambda _: None, count, lambda _, __: None, back=False, journalled=False),
}
