"""Scan new images with and without the plugin, to measure the cost of its hook."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import datetime

from PIL import Image

from tools.bench.contenders import Contender, Group, Run
from tools.bench.raw import Raw

PICTURES = 100
_ENABLE = "mutation($on: BoolMap!) { setPluginsEnabled(enabledMap: $on) }"
_SCAN = "mutation($paths: [String!]) { metadataScan(input: {paths: $paths}) }"
_JOB = "query($id: ID!) { findJob(input: {id: $id}) { status startTime endTime } }"
_QUEUE = "{ jobQueue { id } }"


def groups(library: str, plugin: str) -> Iterator[Group]:
    """Return the comparison of the same server without and with the plugin."""
    yield Group(
        f"a scan of {PICTURES} new images",
        [
            Contender("the plugin switched off", scan, (library, plugin, False)),
            Contender("the plugin on", scan, (library, plugin, True)),
        ],
    )


def scan(url: str, library: str, plugin: str, on: bool) -> Run:
    """Return the duration of the scan's job in seconds, by the server's clock. The task that the hook queues isn't included."""
    raw = Raw(url)
    raw(_ENABLE, on={plugin: on})
    folder = os.path.join(library, f"new {time.time_ns()}")
    os.mkdir(folder)
    for number in range(PICTURES):
        colour = (number, time.time_ns() // 1000 % 256, time.time_ns() // 256_000 % 256)
        Image.new("RGB", (64, 64 + number), colour).save(os.path.join(folder, f"{number:03}.png"))

    def run() -> float:
        id_ = raw(_SCAN, paths=[folder])["metadataScan"]
        while (job := raw(_JOB, id=id_)["findJob"])["status"] not in ("FINISHED", "FAILED"):
            time.sleep(0.05)
        while raw(_QUEUE)["jobQueue"]:
            time.sleep(0.05)
        return _when(job["endTime"]) - _when(job["startTime"])

    return run


def _when(text: str) -> float:
    seconds, _, rest = text.partition(".")
    fraction = rest.rstrip("Z").partition("+")[0].partition("-")[0]
    zone = rest[len(fraction) :].replace("Z", "+00:00")
    return datetime.fromisoformat(f"{seconds}{zone}").timestamp() + float(f"0.{fraction or 0}")
