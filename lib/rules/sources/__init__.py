"""The sources of values: one table, keyed by the namespace, the part of a name before the first dot."""

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


MAX_DOTS = 20


def find_source(name: str) -> Source:
    """Return the source with this name. Raises DataError with suggestions."""
    if name.count(".") > MAX_DOTS:
        raise DataError(f"the source has {name.count('.')} dots (maximum: {MAX_DOTS})")
    prefix, _, rest = name.partition(".")
    namespace = SOURCES.get(prefix)
    if namespace is None:
        raise DataError(f"unknown source {name!r}; {suggest('source', name, [f'{prefix}.…' for prefix in SOURCES])}")
    source = namespace.make(rest)
    if source is None:
        names = [f"{prefix}.{rest}" for rest in namespace.names] or [f"{prefix}.NAME"]
        raise DataError(f"unknown source {name!r}; {suggest('source', name, names)}")
    return source
