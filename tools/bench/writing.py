"""Measure writing: the same value for many images, and different values. The values are new each time."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from typing import Any

from lib import changes
from lib.changes import FieldChange, ImageChange
from lib.log import Progress
from lib.runs.apply import Applier
from lib.runs.history import History
from lib.runs.opening import open_database
from lib.runs.plans import Plan, PlanEntry
from tools.bench.contenders import Contender, Group, Run
from tools.bench.raw import BATCH, Raw, consume
from tools.bench.reading import client

_BULK = "mutation($input: BulkImageUpdateInput!) { bulkImageUpdate(input: $input) { id } }"
_UPDATE = "mutation($input: [ImageUpdateInput!]!) { imagesUpdate(input: $input) { id } }"


def groups(count: int) -> Iterator[Group]:
    """Return the comparisons for the first `count` images."""
    args = (count,)
    yield Group(
        f"the same value for {count:,}",
        [
            Contender("raw requests", raw_bulk, args),
            Contender("this client", our_bulk, args),
            Contender("stashapp-tools, all at once", tools_bulk, args),
        ],
    )
    yield Group(
        f"different values for {count:,}",
        [
            Contender("raw requests", raw_updates, args),
            Contender("a plan, journaled and read again", our_updates, args),
            Contender("stashapp-tools, the first 100 one by one", tools_updates, (min(count, 100),)),
        ],
    )


def raw_bulk(url: str, count: int) -> Run:
    raw = Raw(url)
    ids, rating = raw.ids(count), _rating()

    def run() -> None:
        for batch in _batches(ids):
            raw(_BULK, input={"ids": batch, "rating100": rating})

    return run


def our_bulk(url: str, count: int) -> Run:
    stash, ids, rating = client(url), Raw(url).ids(count), _rating()
    return lambda: consume([stash.bulk_image_update({"ids": ids, "rating100": rating}, "id")])


def tools_bulk(url: str, count: int) -> Run:
    tools, ids, rating = client(url).tools, Raw(url).ids(count), _rating()
    return lambda: consume([tools.update_images({"ids": ids, "rating100": rating})])


def raw_updates(url: str, count: int) -> Run:
    raw = Raw(url)
    ids, word = raw.ids(count), _word()

    def run() -> None:
        for batch in _batches(ids):
            raw(_UPDATE, input=[{"id": id_, "title": f"{word} {id_}"} for id_ in batch])

    return run


def our_updates(url: str, count: int) -> Run:
    """Apply a finished plan as a task does: read, journal, send and record each batch."""
    stash, raw, word = client(url), Raw(url), _word()
    folder = tempfile.TemporaryDirectory(prefix="bench-")
    store = open_database(folder.name)
    run_id = History(store).begin("bench")
    for page in raw.pages("id title organized", count):
        Plan(store, run_id).add([PlanEntry(_change(image, word), {}) for image in page], [])

    def run() -> None:
        with folder:
            Applier(stash.connection, store, run_id).run(Progress())
            assert Plan(store, run_id).count_states()["changed"] == count

    return run


def tools_updates(url: str, count: int) -> Run:
    tools, ids, word = client(url).tools, Raw(url).ids(count), _word()

    def run() -> None:
        for id_ in ids:
            tools.update_image({"id": id_, "title": f"{word} {id_}"})

    return run


def _change(image: dict[str, Any], word: str) -> ImageChange:
    before = changes.current(image, "title")
    title = FieldChange("title", before, f"{word} {image['id']}", rules=("bench",))
    return ImageChange(image["id"], "", "", image["organized"], (title,))


def _batches(ids: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]


def _rating() -> int:
    return time.time_ns() // 1_000_000 % 100 + 1


def _word() -> str:
    return f"title {time.time_ns()}"
