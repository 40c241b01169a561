"""The types that the metadata readers share: Metadata, Block and their errors."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from lib.errors import DataError

Number: TypeAlias = int | float
ExifValue: TypeAlias = str | Number | list[Number]
# A text, a list or a structure, nested as in XMP.
XmpValue: TypeAlias = "str | list[XmpValue] | dict[str, XmpValue]"


class MalformedError(DataError):
    """A part of the file is malformed. Metadata that was read before it is kept."""


class LimitExceededError(MalformedError):
    """The file exceeds a limit far above real files: reading stops."""


class Block(NamedTuple):
    """The position of a metadata block: its kind (a key of the parsers in `read`), and its (offset, length) pieces."""

    kind: str
    pieces: tuple[tuple[int, int], ...]


@dataclass(eq=False)  # compared by identity, so that it can be the key of a cache
class Metadata:
    """The metadata of an image by exiftool's and XMP's names; `problems` lists the parts that couldn't be read.

    exif: exiftool's names; numbers as numbers, coordinates in signed degrees, texts decoded.
    xmp: `prefix:Name`, the prefix by namespace; a text, a list, or a structure as a dict.
    iptc: exiftool's names; repeatable values are always lists.
    png: the text chunks by their keyword.
    sidecar: the XMP of the sidecar, also contained in `xmp`; separate because it overrides all embedded metadata.
    """

    exif: dict[str, ExifValue] = field(default_factory=dict)
    xmp: dict[str, XmpValue] = field(default_factory=dict)
    iptc: dict[str, str | list[str]] = field(default_factory=dict)
    png: dict[str, str] = field(default_factory=dict)
    sidecar: dict[str, XmpValue] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
