"""The urls of performers, and the fields from the time when each performer had one url and a name on two sites."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.fake_stash.language.errors import ServerError
from tests.fake_stash.objects import inputs
from tests.fake_stash.store.images import Changes
from tests.fake_stash.store.joins import PERFORMER_URLS, Change

HTTP = re.compile("https?://")
SITES = {"twitter": "https://twitter.com", "instagram": "https://instagram.com"}


@dataclass(frozen=True)
class Replaced(Change):
    """Pairs of an old field and its url, which takes the place of the first url of that kind."""

    mode: str = "REPLACE"

    def effective(self, existing: Sequence[Any]) -> list[Any]:
        urls = list(existing)
        for field, url in self.values:
            place = next((index for index, each in enumerate(urls) if _field_of(each) == field), len(urls))
            urls[place : place + 1] = [url]
        return urls


def _field_of(url: str) -> str:
    return next((field for field in SITES if f"{field}.com" in url), "url")


def _url(field: str, given: str) -> str:
    """A url; a name alone is one on the field's site."""
    given = given.strip()
    return given if field not in SITES or HTTP.match(given) else f"{SITES[field]}/{given}"


def _added(field: str) -> inputs.Reader:
    def reader(changes: Changes, value: str | list[str] | None) -> None:
        given = [value] if isinstance(value, str) else value or []
        before = changes.lists.get(PERFORMER_URLS, Change([])).values
        changes.lists[PERFORMER_URLS] = Change([*before, *(_url(field, each) for each in given)])

    return reader


def _replacing(field: str) -> inputs.Reader:
    def reader(changes: Changes, value: str | None) -> None:
        before = changes.lists.get(PERFORMER_URLS, Replaced([]))
        if not isinstance(before, Replaced):
            raise ServerError(f"{field} field must not be included if urls is included")
        changes.lists[PERFORMER_URLS] = Replaced([*before.values, (field, _url(field, value or ""))])

    return reader


CREATE: inputs.Readers = {field: _added(field) for field in ("url", *SITES, "urls")}
UPDATE: inputs.Readers = {
    "urls": inputs.text_set(PERFORMER_URLS),
    **{field: _replacing(field) for field in ("url", *SITES)},
}
