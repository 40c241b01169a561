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
from lib.store import open_store
from lib.tasks import Context
from lib.tasks.create_image import create_image, create_image_follow_up
from lib.tasks.history import list_runs, resume, undo
from lib.tasks.import_images import import_images
from lib.tasks.new_images import MARK, process_new_images
from lib.tasks.rules_apply import rules_apply
from tests.creation.pictures import draw
from tests.reliability.faults import FAULTS
from tests.reliability.stage import Stage

RULES = """
version: 1
rules:
- name: everything
  when: [task, scan]
  create: [tags, studios]
  set: {title: 'T {path.stem}', code: same, studio: New Studio, rating100: '60'}
  add: {tags: ['New {path.folder}', All], urls: 'https://example.org/{path.stem}'}
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


def rules(stage: Stage) -> None:
    stage.write("rules.yaml", RULES)


def applied(stage: Stage) -> None:
    rules(stage)
    with stage.context(calm=True) as context:
        rules_apply(context)


def broken(stage: Stage) -> None:
    """An apply that lost the answer to its first change, with all that follows."""
    rules(stage)
    stage.proxy.disturb(11, FAULTS["401"], lasting=True)
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
    store = open_store(stage.folder)
    store.set_mark(MARK, str(old_mark(stage)))
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


def make(stage: Stage, context: Context) -> Any:
    return create_image(context, {"title": "Made", "path": os.path.join(stage.folder, "imports", "outside.png")})


def follow(stage: Stage, context: Context) -> Any:
    path = os.path.join(stage.stash.library, "image_tools", "inside.png")
    return create_image_follow_up(context, path, {"title": "Made"})


def count(stage: Stage, context: Context) -> Any:
    return context.client.image_increment_o(next(iter(stage.begin.images)))


def run_of(stage: Stage) -> dict[str, Any] | None:
    """The newest run, if it can be resumed."""
    runs = [run for run in stage.journal().runs if run["undoes"] is None]
    return runs[-1] if runs and runs[-1]["status"] in ("failed", "stopped") else None


def go_on(stage: Stage, context: Context) -> Any:
    """Resume, and apply what a plan could not hold yet."""
    list_runs(context)  # what was killed is known as stopped once somebody looks
    failed = run_of(stage)
    if failed is not None and "changed" in failed["counts"]:
        resume(context, failed["id"])
    return rules_apply(context)


def go_on_back(stage: Stage, context: Context) -> Any:
    """Resume the undo if its plan was whole, else undo anew."""
    list_runs(context)
    last = stage.journal().runs[-1]
    if last["undoes"] and last["status"] in ("failed", "stopped") and "changed" in last["counts"]:
        return resume(context, last["id"])
    return undo(context)


WORKS = {
    "rules_apply": Work(rules, lambda _, context: rules_apply(context), lambda _, context: rules_apply(context)),
    "rules_apply, then resume": Work(rules, lambda _, context: rules_apply(context), go_on),
    "undo": Work(applied, lambda _, context: undo(context), lambda _, context: undo(context), back=False),
    "undo, then resume": Work(applied, lambda _, context: undo(context), go_on_back, back=False),
    "resume": Work(broken, lambda stage, context: resume(context, run_of(stage)["id"]), go_on),  # type: ignore[index]  # `broken` leaves one
    "import_images": Work(
        table,
        lambda _, context: import_images(context, apply=True, create=True),
        lambda _, context: import_images(context, apply=True, create=True),
    ),
    "process_new_images": Work(
        scanned,
        lambda _, context: process_new_images(context),
        lambda _, context: process_new_images(context),
    ),
    "create_image": Work(outside, make, make, back=False, journalled=False),
    "create_image, after the scan": Work(inside, follow, follow, back=False, journalled=False),
    "image_increment_o": Work(lambda _: None, count, lambda _, __: None, back=False, journalled=False),
}
