"""The sources of values: one table, keyed by what stands before the first dot of a source's name."""

from __future__ import annotations

from lib.errors import DataError
from lib.rules.sources import image, metadata, path, regex_groups
from lib.rules.sources.base import Source, SourceNamespace
from lib.rules.syntax.suggestions import suggest

SOURCES: dict[str, SourceNamespace] = {
    "path": path.PATH,
    "re": regex_groups.RE,
    "image": image.IMAGE,
    "gallery": image.GALLERY,
    "meta": metadata.META,
    "exif": metadata.EXIF,
    "xmp": metadata.XMP,
    "iptc": metadata.IPTC,
    "png": metadata.PNG,
    "sidecar": metadata.SIDECAR,
    "file": path.FILE,
}


_MOST_DOTS = 20


def find_source(name: str) -> Source:
    """The source of this name; DataError says what there is instead."""
    if name.count(".") > _MOST_DOTS:
        raise DataError(f"a source with {name.count('.')} dots; at most {_MOST_DOTS} are allowed")
    prefix, _, rest = name.partition(".")
    group = SOURCES.get(prefix)
    if group is None:
        raise DataError(
            f"there is no source {name!r}; {suggest('source', name, [f'{prefix}.…' for prefix in SOURCES])}"
        )
    source = group.make(rest)
    if source is None:
        names = [f"{prefix}.{rest}" for rest in group.names] or [f"{prefix}.NAME"]
        raise DataError(f"there is no source {name!r}; {suggest('source', name, names)}")
    return source
