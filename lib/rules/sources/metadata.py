"""`meta.*`: normalized metadata. `exif.*`, `xmp.*`, `iptc.*`, `png.*`: raw metadata. `sidecar.*`: sidecar values."""

from __future__ import annotations

from functools import partial
from typing import Any

from lib.metadata import FIELDS
from lib.rules.image.context import Scope
from lib.rules.sources.base import Source, SourceNamespace, get_path

_FILES = frozenset({"files"})


def _normalized(name: str, scope: Scope) -> Any:
    return FIELDS[name](scope.context.metadata())


def _raw_value(part: str, name: str, scope: Scope) -> Any:
    """Return a value by exiftool's name for it, in any case."""
    values: dict[str, Any] = getattr(scope.context.metadata(), part)
    if name in values:
        return values[name]
    folded = name.casefold()
    match = next((key for key in values if key.casefold() == folded), None)
    return get_path(values, name) if match is None else values[match]


def _meta(name: str) -> Source | None:
    return Source(f"meta.{name}", partial(_normalized, name), _FILES) if name in FIELDS else None


def _raw_source(part: str, name: str) -> Source | None:
    return Source(f"{part}.{name}", partial(_raw_value, part, name), _FILES) if name else None


def _sidecar_value(name: str, scope: Scope) -> Any:
    return get_path(scope.context.sidecar_values(), name)


def _sidecar(name: str) -> Source | None:
    return Source(f"sidecar.{name}", partial(_sidecar_value, name), _FILES) if name else None


META = SourceNamespace(_meta, tuple(FIELDS))
EXIF = SourceNamespace(partial(_raw_source, "exif"))
XMP = SourceNamespace(partial(_raw_source, "xmp"))
IPTC = SourceNamespace(partial(_raw_source, "iptc"))
PNG = SourceNamespace(partial(_raw_source, "png"))
SIDECAR = SourceNamespace(_sidecar)
