"""`meta.*`: what the embedded metadata means. `exif.*`, `xmp.*`, `iptc.*`, `png.*`: what it says. `sidecar.*`."""

from __future__ import annotations

from functools import partial
from typing import Any

from lib.metadata import FIELDS
from lib.rules.image.context import ImageContext
from lib.rules.sources.base import Source, SourceNamespace, get_path

_FILES = frozenset({"files"})


def _meaning(name: str, view: ImageContext) -> Any:
    return FIELDS[name](view.metadata())


def _raw(part: str, name: str, view: ImageContext) -> Any:
    """A value by its name, in any case: the names are exiftool's."""
    values: dict[str, Any] = getattr(view.metadata(), part)
    if name in values:
        return values[name]
    folded = name.casefold()
    match = next((key for key in values if key.casefold() == folded), None)
    return get_path(values, name) if match is None else values[match]


def _meta(name: str) -> Source | None:
    return Source(f"meta.{name}", partial(_meaning, name), _FILES) if name in FIELDS else None


def _part(part: str, name: str) -> Source | None:
    return Source(f"{part}.{name}", partial(_raw, part, name), _FILES) if name else None


def _beside(name: str, view: ImageContext) -> Any:
    return get_path(view.sidecar_values(), name)


def _sidecar(name: str) -> Source | None:
    return Source(f"sidecar.{name}", partial(_beside, name), _FILES) if name else None


META = SourceNamespace(_meta, tuple(FIELDS))
EXIF = SourceNamespace(partial(_part, "exif"))
XMP = SourceNamespace(partial(_part, "xmp"))
IPTC = SourceNamespace(partial(_part, "iptc"))
PNG = SourceNamespace(partial(_part, "png"))
SIDECAR = SourceNamespace(_sidecar)
