"""`make bench`: this client against raw requests and stashapp-tools, in pairs, one after the other.

Prints the table of docs/performance.md. The library is made up: images with a file and three tags each.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import requests

from lib import images, selections
from lib.client import StashClient
from tests.demo.stage import running
from tests.fill import fill
from tests.real_stash import real_stash
from tests.server import ROOT, Server

PAIRS = 7
WALK = "id title"
Contenders = Mapping[str, Callable[[], object]]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="What this client costs beside raw requests and stashapp-tools.")
    parser.add_argument("--images", type=int, default=5000, help="images in the library (default: %(default)s)")
    options = parser.parse_args()
    with _server(options.images) as server, StashClient.connect(server.url) as client:
        version = server.ask("{ version { version } }")["version"]["version"]
        kind = "Stash" if os.environ.get("STASH_BIN") else "the stand-in, playing"
        print(
            f"{options.images} images on {kind} {version}, Python {platform.python_version()}, {os.cpu_count()} cores"
        )
        print("\n| what | how | median | against raw requests |\n|---|---|---:|---:|")
        for name, contenders in _requests(client, Raw(server)):
            _print(name, paired(contenders), digits=0, unit="ms", factor=1000)
        print("\n| first log line of | median | |\n|---|---:|---|")
        for name, times in paired(_starts(server)).items():
            print(f"| {name} | {statistics.median(times):.3f} s | |")


class Raw:
    """requests as one would use it by hand: a session, `json=`, `.json()`."""

    def __init__(self, server: Server) -> None:
        self._url = f"{server.url}/graphql"
        self._session = requests.Session()
        self._session.headers["Accept"] = "application/json"

    def __call__(self, document: str, **variables: Any) -> dict[str, Any]:
        answer = self._session.post(self._url, json={"query": document, "variables": variables}, timeout=600)
        data: dict[str, Any] = answer.json()["data"]
        return data


def _requests(client: StashClient, raw: Raw) -> Iterator[tuple[str, Contenders]]:
    ids = [image["id"] for image in client.iter_images(fields="id")]
    tools = client.tools
    bulk = "mutation($input: BulkImageUpdateInput!) { bulkImageUpdate(input: $input) { id } }"
    find = f"query($filter: FindFilterType) {{ findImages(filter: $filter) {{ {images._SUMS} }} }}"
    more = f"query($filter: FindFilterType) {{ findImages(filter: $filter) {{ images {{ {selections.IMAGE} }} }} }}"
    walk = f"""query($filter: FindFilterType, $above: ImageFilterType) {{
      findImages(filter: $filter, image_filter: $above) {{ images {{ {WALK} }} }} }}"""

    def raw_bulk(size: int) -> None:
        for start in range(0, len(ids), size):
            raw(bulk, input={"ids": ids[start : start + size], "rating100": 60})

    def raw_find(size: int) -> None:
        for page in range(1, (len(ids) - 1) // size + 2):
            raw(find if page == 1 else more, filter={"per_page": size, "page": page, "sort": "id"})

    def raw_walk() -> None:
        last: Any = 0
        while found := raw(
            walk,
            filter={"per_page": images.PAGE, "sort": "id"},
            above={"id": {"value": last, "modifier": "GREATER_THAN"}},
        )["findImages"]["images"]:
            last = int(found[-1]["id"])

    yield (
        f'bulk_image_update(return_fields="id") of {len(ids)}',
        {
            f"raw requests, {images.BATCH} at a time": lambda: raw_bulk(images.BATCH),
            "this client": lambda: client.bulk_image_update({"ids": ids, "rating100": 60}, "id"),
            "raw requests, all at once": lambda: raw_bulk(len(ids)),
            "stashapp-tools, all at once": lambda: tools.update_images({"ids": ids, "rating100": 60}),
        },
    )
    yield (
        f"find_images of {len(ids)}, every field",
        {
            f"raw requests, {images.PAGE} at a time": lambda: raw_find(images.PAGE),
            "this client": client.find_images,
            "raw requests, all at once": lambda: raw_find(len(ids)),
            "stashapp-tools, all at once": lambda: tools.find_images(
                filter={"per_page": -1}, fragment=selections.IMAGE
            ),
        },
    )
    yield (
        f"iter_images of {len(ids)}, {WALK}",
        {
            f"raw requests, {images.PAGE} at a time": raw_walk,
            "this client": lambda: sum(1 for _ in client.iter_images(fields=WALK)),
            "stashapp-tools, all at once": lambda: tools.find_images(filter={"per_page": -1}, fragment=WALK),
        },
    )
    one = f"query($id: ID!) {{ findImage(id: $id) {{ {selections.IMAGE} }} }}"
    yield (
        "find_image, 100 times",
        {
            "raw requests": lambda: [raw(one, id=id_) for id_ in ids[:100]],
            "this client": lambda: [client.find_image(id_) for id_ in ids[:100]],
            "stashapp-tools": lambda: [tools.find_image(int(id_), fragment=selections.IMAGE) for id_ in ids[:100]],
        },
    )


def _starts(server: Server) -> Contenders:
    bare = [sys.executable, "-c", "import sys, requests, stashapi.stashapp; print('here', file=sys.stderr)"]
    ours = [sys.executable, "-S", str(ROOT / "image_tools.py")]
    started = {f"the task {mode}": _start(ours, server, mode) for mode in ("setup", "statistics", "rules_preview")}
    return {"bare Python with requests and stashapp-tools": _start(bare, server, ""), **started}


def _start(command: list[str], server: Server, mode: str) -> Callable[[], float]:
    """Starts a process; how long its first line on stderr takes."""
    stdin = json.dumps({"server_connection": server.server_connection(), "args": {"mode": mode}}).encode()
    pipe = subprocess.PIPE

    def first_line() -> float:
        begun = time.perf_counter()
        with subprocess.Popen(command, stdin=pipe, stdout=subprocess.DEVNULL, stderr=pipe, cwd="/") as process:
            assert process.stdin
            assert process.stderr
            process.stdin.write(stdin)
            process.stdin.close()
            process.stderr.readline()
            took = time.perf_counter() - begun
            process.stderr.read()
            return took

    return first_line


def paired(contenders: Contenders, pairs: int = PAIRS) -> dict[str, list[float]]:
    """Seconds of each contender in every round; the order turns, so that none always comes first.

    One that answers with a number has measured itself.
    """
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for call in contenders.values():
        call()
    for turn in range(pairs):
        names = list(contenders)
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            begun = time.perf_counter()
            measured = contenders[name]()
            took = time.perf_counter() - begun
            times[name].append(measured if isinstance(measured, float) else took)
    return times


def _print(name: str, times: Mapping[str, list[float]], *, digits: int, unit: str, factor: float) -> None:
    raw = next(iter(times.values()))
    for how, own in times.items():
        ratio = statistics.median(mine / base for mine, base in zip(own, raw, strict=True))
        median = statistics.median(own) * factor
        print(f"| {name} | {how} | {median:.{digits}f} {unit} | {ratio:.2f} |", flush=True)


@contextlib.contextmanager
def _server(count: int) -> Iterator[Server]:
    binary = os.environ.get("STASH_BIN")
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, contextlib.ExitStack() as stack:
        if binary:
            stash = stack.enter_context(real_stash(binary, plugin=str(ROOT)))
            fill(os.path.join(stash.folder, "stash-go.sqlite"), stash.library, count)
            yield Server(stash.url, stash.library, stash.folder)
        else:
            library = os.path.join(folder, "library")
            os.mkdir(library)
            options = ["--library", library, "--config", folder, "--images", str(count)]
            yield Server(stack.enter_context(running(options)), library, folder)


if __name__ == "__main__":
    main()
