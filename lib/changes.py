"""What a plan is made of: per image the fields that really change, before and after, and which rule asked.

A value has the form the server keeps: text trimmed, a date without its time, a rating as 0..100, `None` for empty.
The single-valued fields hold such a value, `studio` holds a Ref; the list fields hold what is added and what is removed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

SINGLE_FIELDS = ("title", "code", "date", "rating100", "details", "photographer", "organized", "studio")
LIST_FIELDS = ("tags", "performers", "galleries", "urls")
REF_FIELDS = ("studio", "tags", "performers", "galleries")


class Ref(NamedTuple):
    """A tag, performer, studio or gallery by id and name; `id` is None for one that apply would create."""

    id: str | None
    name: str


@dataclass(frozen=True)
class FieldChange:
    """One field of one image: the value the server shows, the one it should have, and the rules that asked.

    Single fields use `before` and `after` (str, int, bool, Ref or None). List fields keep the whole list in `before`
    (Refs; for urls str), and the difference in `add` and `remove`; `after` is the list as it would be then.
    """

    field: str
    before: Any
    after: Any
    rules: tuple[str, ...]
    add: tuple[Any, ...] = ()
    remove: tuple[Any, ...] = ()


@dataclass(frozen=True)
class ImageChange:
    """All that a plan wants of one image. `md5` tells later whether the id still means this image."""

    image_id: str
    path: str
    md5: str
    organized: bool
    changes: tuple[FieldChange, ...] = field(default=())
