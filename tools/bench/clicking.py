"""Measure how long a click in Stash's UI waits while a task writes: a single imageUpdate from another client."""

from __future__ import annotations

import statistics
import threading
import time
from typing import Any

from tests.support.server import Server
from tools.bench.raw import Raw
from tools.bench.rules import RULES, task

_CLICK = "mutation($input: ImageUpdateInput!) { imageUpdate(input: $input) { id } }"
EVERY = 0.1
IDLE = 50


def clicks(server: Server, count: int) -> tuple[list[float], list[float]]:
    """Return the seconds of each click: `IDLE` clicks on an idle server, and those while rules change `count` images."""
    raw = Raw(server.url)
    id_ = raw.ids(count + 1)[-1]
    apply: dict[str, Any] = {
        "mode": "rules_apply",
        "confirm": True,
        "image_filter": {"id": {"value": int(id_), "modifier": "LESS_THAN"}},
    }
    is_done = threading.Event()
    run = task(server.url, server.folder, apply, RULES)

    def work() -> None:
        try:
            run()
        finally:
            is_done.set()

    idle = [_click(raw, id_, number) for number in range(IDLE)]
    thread = threading.Thread(target=work)
    thread.start()
    busy: list[float] = []
    while not is_done.wait(EVERY):
        busy.append(_click(raw, id_, len(busy)))
    thread.join()
    return idle, busy


def percentile(times: list[float], percent: int) -> float:
    """Return the time within which this share of the clicks ends."""
    return statistics.quantiles(times, n=100, method="inclusive")[percent - 1]


def _click(raw: Raw, id_: str, number: int) -> float:
    start = time.perf_counter()
    raw(_CLICK, input={"id": id_, "rating100": number % 100 + 1})
    return time.perf_counter() - start
