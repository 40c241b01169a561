"""The limit: requests as one would use it by hand, a session, `json=`, `.json()`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Any

import requests

PAGE = 1000
BATCH = 500
_WALK = """query($filter: FindFilterType, $above: ImageFilterType) {
  findImages(filter: $filter, image_filter: $above) { images { %s } } }"""


class Raw:
    """One kept-alive session to a server; answers with the `data`."""

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
        """Send a body that was sent before."""
        headers = {"Content-Type": "application/json"}
        self.session.post(self._url, data=body, headers=headers, timeout=600).raise_for_status()

    def pages(self, fields: str, most: int) -> Iterator[list[dict[str, Any]]]:
        """The first `most` images by id, a page at a time."""
        last: Any = 0
        while most > 0:
            chosen = {"id": {"value": last, "modifier": "GREATER_THAN"}}
            size = min(PAGE, most)
            found = self(_WALK % fields, filter={"per_page": size, "sort": "id"}, above=chosen)["findImages"]["images"]
            if not found:
                return
            yield found
            last = int(found[-1]["id"])
            most -= len(found)

    def ids(self, most: int) -> list[str]:
        """The lowest ids."""
        return [image["id"] for page in self.pages("id", most) for image in page]


def each(work: Iterable[object]) -> None:
    """Go through all of it and keep nothing."""
    for _ in work:
        pass
