"""What was found in one image file, and the words that the readers of its parts share: Block and Broken."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from lib.errors import DataError

Number: TypeAlias = int | float
ExifValue: TypeAlias = str | Number | list[Number]
# A text, a list, or a structure; as deep as XMP nests them.
XmpValue: TypeAlias = "str | list[XmpValue] | dict[str, XmpValue]"


class MalformedError(DataError):
    """A part of the file is not what its format demands; what was read before it still counts."""


class LimitExceededError(MalformedError):
    """The file asks for more than any real one does: nothing more of it is read."""


class Block(NamedTuple):
    """Where one piece of metadata lies: its kind (a key of the table in `read`) and its (offset, length) pieces, in order."""

    kind: str
    pieces: tuple[tuple[int, int], ...]


@dataclass(eq=False)  # two pictures are never the same; and so it may be a key
class Metadata:
    """Everything one image carries, by the names its users know; `problems` says what could not be read.

    exif: exiftool's names; numbers as numbers, coordinates in signed degrees, texts decoded.
    xmp: `prefix:Name`, the prefix by namespace; a text, a list, or a structure as a dict.
    iptc: exiftool's names; what may be repeated is always a list.
    png: the text chunks by their keyword.
    sidecar: the XMP of the sidecar, which is in `xmp` too; kept apart because it wins over all that is embedded.
    """

    exif: dict[str, ExifValue] = field(default_factory=dict)
    xmp: dict[str, XmpValue] = field(default_factory=dict)
    iptc: dict[str, str | list[str]] = field(default_factory=dict)
    png: dict[str, str] = field(default_factory=dict)
    sidecar: dict[str, XmpValue] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
