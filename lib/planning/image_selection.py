"""Which images an operation is about: `image_filter`, `q` and `ids`, which narrow wherever images are chosen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from lib.client import criteria
from lib.stash import paging
from lib.stash.connection import Connection


class Sample(NamedTuple):
    """A sample: this many images, the first in the order that the seed gives."""

    size: int
    seed: str | int


@dataclass(frozen=True)
class ImageSelection:
    """The images that match all of what was given; without anything all images."""

    image_filter: dict[str, Any] | None = None
    q: str | None = None
    ids: tuple[str, ...] | None = None

    @classmethod
    def of(cls, image_filter: dict[str, Any] | None, q: str | None, ids: list[str] | None) -> ImageSelection:
        """Create a selection from an operation's arguments. An empty list of ids selects no image."""
        checked = None if image_filter is None else criteria.image_filter(image_filter)
        return cls(checked or None, q or None, None if ids is None else tuple(ids))

    @property
    def is_everything(self) -> bool:
        """Whether all images are selected."""
        return self == ImageSelection()

    def pages(
        self, connection: Connection, fields: str, narrowed: dict[str, Any] | None
    ) -> Iterator[list[dict[str, Any]]]:
        """The chosen images with these fields, a page at a time; `narrowed` may leave out images that do not matter."""
        if self.ids is not None:
            return paging.iter_pages_of(connection, self.ids, fields)
        return paging.iter_pages(connection, fields, self._filter(narrowed), q=self.q)

    def count(self, connection: Connection, narrowed: dict[str, Any] | None) -> int:
        """How many images `pages` will bring, for the progress."""
        if self.ids is not None:
            return len(set(self.ids))
        return paging.count(connection, self._filter(narrowed), self.q)

    def sampled(self, connection: Connection, sample: Sample, narrowed: dict[str, Any] | None) -> ImageSelection:
        """Return the selection of a sample of these images."""
        if self.ids is not None:
            matching: Iterable[str] = dict.fromkeys(self.ids)
        else:
            matching = paging.iter_ids(connection, self._filter(narrowed), self.q)
        return ImageSelection(ids=tuple(paging.sample(matching, sample.size, sample.seed)))

    def _filter(self, narrowed: dict[str, Any] | None) -> dict[str, Any] | None:
        # Never both: the levels of one filter share their joins on the server, and two lists of tags would become one.
        return self.image_filter or narrowed

    def as_json(self) -> dict[str, Any]:
        """For the key of a plan."""
        return asdict(self)
