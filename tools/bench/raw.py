"""The lower limit: plain requests with a session, `json=` and `.json()`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Any

import requests

PAGE = 1000
BATCH = 500
_WALK = """query($filter: FindFilterType, $after_last: ImageFilterType) {
  findImages(filter: $filter, image_filter: $after_last) { images { %s } } }"""


class Raw:
    """A session with a server. A call returns the `data` of the response."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/graphql"
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Accept"] = "application/json"
        if key := os.environ.get("STASH_API_KEY"):
            self.session.headers["ApiKey"] = key

    def __call__(self, document: str, **variables: Any) -> dict[str, Any]:
        answer = self.session.post(self._url, json={"query": document, "variables": variables}, timeout=600)
        data: dict[str, Any] = answer.json()["data"]
        return data

    def replay(self, body: bytes) -> None:
        """Send a recorded request body again."""
        headers = {"Content-Type": "application/json"}
        self.session.post(self._url, data=body, headers=headers, timeout=600).raise_for_status()

    def pages(self, fields: str, count: int) -> Iterator[list[dict[str, Any]]]:
        """Yield the first `count` images by id in pages."""
        last: Any = 0
        while count > 0:
            after_last = {"id": {"value": last, "modifier": "GREATER_THAN"}}
            size = min(PAGE, count)
            answer = self(_WALK % fields, filter={"per_page": size, "sort": "id"}, after_last=after_last)
            images = answer["findImages"]["images"]
            if not images:
                return
            yield images
            last = int(images[-1]["id"])
            count -= len(images)

    def ids(self, count: int) -> list[str]:
        """Return the lowest ids."""
        return [image["id"] for page in self.pages("id", count) for image in page]


def consume(work: Iterable[object]) -> None:
    """Do all the work and discard its results."""
    for _ in work:
        pass
