"""The sources of values: one table, keyed by what stands before the first dot of a source's name."""

from __future__ import annotations

from lib.errors import DataError
from lib.rules.hints import advice
from lib.rules.sources import captured, embedded, place, stash
from lib.rules.sources.base import Group, Source

SOURCES: dict[str, Group] = {
    "path": place.PATH,
    "re": captured.RE,
    "image": stash.IMAGE,
    "gallery": stash.GALLERY,
    "meta": embedded.META,
    "exif": embedded.EXIF,
    "xmp": embedded.XMP,
    "iptc": embedded.IPTC,
    "png": embedded.PNG,
    "sidecar": embedded.SIDECAR,
    "file": place.FILE,
}


_MOST_DOTS = 20


def find_source(name: str) -> Source:
    """The source of this name; DataError says what there is instead."""
    if name.count(".") > _MOST_DOTS:
        raise DataError(f"a source with {name.count('.')} dots; at most {_MOST_DOTS} are allowed")
    prefix, _, rest = name.partition(".")
    group = SOURCES.get(prefix)
    if group is None:
        raise DataError(f"there is no source {name!r}; {advice('source', name, [f'{prefix}.…' for prefix in SOURCES])}")
    source = group.make(rest)
    if source is None:
        names = [f"{prefix}.{rest}" for rest in group.names] or [f"{prefix}.NAME"]
        raise DataError(f"there is no source {name!r}; {advice('source', name, names)}")
    return source
