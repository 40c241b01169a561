"""Measure reading: one image, page by page, a rule's selection, all images."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice

from lib.client import StashClient, images
from lib.rules import load_rules
from lib.stash import selection
from tools.bench.contenders import Contender, Group, Run
from tools.bench.raw import PAGE, Raw, consume
from tools.bench.rules import RULES

WALK = "id title"
ONES = 100
_ONE = f"query($id: ID!) {{ findImage(id: $id) {{ {selection.IMAGE} }} }}"
_FIND = "query($filter: FindFilterType) {{ findImages(filter: $filter) {{ {} }} }}"


def groups(count: int) -> Iterator[Group]:
    """Return the comparisons with their contenders, the limit first."""
    rule = f"id {load_rules(RULES).selection()}"
    yield Group(
        f"find one, {ONES} times",
        [
            Contender("raw requests", raw_one),
            Contender("this client", our_one),
            Contender("stashapp-tools, the same fields", tools_one),
        ],
    )
    for name, fields in ((WALK, WALK), ("a rule's fields", rule)):
        for size in sorted({min(5000, count), min(50000, count)}):
            yield Group(
                f"read {size:,}: {name}",
                [
                    Contender("raw requests", raw_walk, (fields, size)),
                    Contender("this client", our_walk, (fields, size)),
                ],
            )
    count = min(5000, count)
    yield Group(
        f"find {count:,}, every field",
        [
            Contender("raw requests", raw_find, (count,)),
            Contender("this client", our_find, (count,)),
            Contender("stashapp-tools, its default fields", tools_find, (count,)),
        ],
    )


def client(url: str) -> StashClient:
    """Return our client with the API key from the environment."""
    return StashClient.connect(url, api_key=os.environ.get("STASH_API_KEY"))


def raw_one(url: str) -> Run:
    raw = Raw(url)
    ids = raw.ids(ONES)
    return lambda: consume(raw(_ONE, id=id_) for id_ in ids)


def our_one(url: str) -> Run:
    stash, ids = client(url), Raw(url).ids(ONES)
    return lambda: consume(stash.find_image(id_) for id_ in ids)


def tools_one(url: str) -> Run:
    tools, ids = client(url).tools, Raw(url).ids(ONES)
    return lambda: consume(tools.find_image(int(id_), fragment=selection.IMAGE) for id_ in ids)


def raw_walk(url: str, fields: str, count: int) -> Run:
    raw = Raw(url)
    return lambda: consume(raw.pages(fields, count))


def our_walk(url: str, fields: str, count: int) -> Run:
    stash = client(url)
    return lambda: consume(islice(stash.iter_images(fields=fields), count))


def raw_find(url: str, count: int) -> Run:
    raw = Raw(url)

    def run() -> None:
        for page in range(1, (count - 1) // PAGE + 2):
            fields = images._SUMS if page == 1 else f"images {{ {selection.IMAGE} }}"
            raw(_FIND.format(fields), filter={"per_page": min(PAGE, count), "page": page, "sort": "id"})

    return run


def our_find(url: str, count: int) -> Run:
    stash = client(url)
    return lambda: consume([stash.find_images({"per_page": count, "sort": "id"})])


def tools_find(url: str, count: int) -> Run:
    tools = client(url).tools
    return lambda: consume([tools.find_images(filter={"per_page": count, "sort": "id"})])
