"""What the server is, what it can, and where its pictures lie: asked once per run, only where needed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from lib.errors import DataError
from lib.stash.connection import Connection

Number = tuple[int, int, int]

OLDEST: Number = (0, 25, 0)

PARTIAL_DATES = "partial dates"
"""A month or a year alone is a date."""
EMPTY_TITLES = "empty titles"
"""An image without a title shows none; before, the server shows the name of its file as one."""
FFMPEG = "SystemStatus.ffmpegPath"
FOLDERS = "Query.findFolders"

SINCE: dict[str, Number] = {
    # What came after v0.25 and is used here, with its release (read in the releases' schemas, tried on v0.25.0). A
    # field is looked up in the server's own schema, so that a build between two releases counts for what it has.
    FFMPEG: (0, 26, 0),
    "Tag.group_count": (0, 27, 0),
    "Tag.studio_count": (0, 27, 0),
    "Performer.group_count": (0, 27, 0),
    "Studio.group_count": (0, 27, 0),
    "ImageFilterType.galleries_filter": (0, 27, 0),
    "ImageFilterType.performers_filter": (0, 27, 0),
    "ImageFilterType.studios_filter": (0, 27, 0),
    "ImageFilterType.tags_filter": (0, 27, 0),
    EMPTY_TITLES: (0, 28, 0),
    FOLDERS: (0, 29, 0),
    PARTIAL_DATES: (0, 30, 0),
    "ImageFilterType.files_filter": (0, 30, 0),
    "ImageFilterType.custom_fields": (0, 31, 0),
    "ImageUpdateInput.custom_fields": (0, 31, 0),
    "BulkImageUpdateInput.custom_fields": (0, 31, 0),
    "ImageDestroyInput.destroy_file_entry": (0, 31, 0),
    "ImagesDestroyInput.destroy_file_entry": (0, 31, 0),
}
_TYPES = sorted({name.partition(".")[0] for name in SINCE if "." in name})
_SHOWN = " ".join(f'{name}: __type(name: "{name}") {{ fields {{ name }} inputFields {{ name }} }}' for name in _TYPES)
_SERVER = f"query Server {{ version {{ version }} {_SHOWN} }}"
_LIBRARIES = """query Libraries { configuration { general {
  stashes { path excludeImage } imageExtensions galleryExtensions
} } }"""


@dataclass(frozen=True)
class Capabilities:
    """The version as the server says it, such as v0.30.1 (empty for a build of one's own), and what it has of `SINCE`."""

    version: str
    abilities: frozenset[str]

    def supports(self, what: str) -> bool:
        """Whether the server has this; what `SINCE` does not name, every server has."""
        return what in self.abilities or what not in SINCE


@dataclass(frozen=True)
class Libraries:
    """Stash's library folders that hold images, and the extensions it takes for images and for archives."""

    paths: tuple[str, ...]
    image_extensions: tuple[str, ...]
    gallery_extensions: tuple[str, ...]


_asked: WeakKeyDictionary[Connection, Capabilities] = WeakKeyDictionary()


def get_capabilities(connection: Connection) -> Capabilities:
    """The server at the other end; asked once a connection. A DataError where it is older than v0.25.0."""
    if connection not in _asked:
        answer = connection.execute(_SERVER)
        version = str(answer["version"]["version"] or "")
        require_version(version)
        _asked[connection] = Capabilities(version, frozenset(what for what in SINCE if _has(what, version, answer)))
    return _asked[connection]


def require_fields(connection: Connection, kind: str, given: Iterable[str]) -> None:
    """A DataError where this server's type lacks one of the fields given; asked only where some servers lack it."""
    for field in given:
        what = f"{kind}.{field}"
        if what in SINCE and not get_capabilities(connection).supports(what):
            version = get_capabilities(connection).version or "a build without it"
            raise DataError(f"{field} needs Stash v{'.'.join(map(str, SINCE[what]))} or newer; this is {version}.")


def _has(what: str, version: str, answer: Mapping[str, Any]) -> bool:
    kind, _, field = what.partition(".")
    if not field:
        known = parse_version(version)
        return known is None or known >= SINCE[what]
    shown = answer[kind] or {}
    return any(each["name"] == field for part in ("fields", "inputFields") for each in shown.get(part) or ())


def parse_version(text: str) -> Number | None:
    """(0, 30, 1) of v0.30.1 or v0.31.1-160-gc1fa78e0; None where there is no number."""
    found = re.match(r"v?(\d+)\.(\d+)\.(\d+)", text)
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def require_version(text: str) -> None:
    """A DataError for a server older than v0.25.0, whose API lacks what every task of ours needs."""
    found = parse_version(text)
    if found is not None and found < OLDEST:
        raise DataError(f"Stash {text} is too old: v0.25.0 or newer is needed.")


def libraries(connection: Connection) -> Libraries:
    """Where images may lie, and which files are images."""
    general = connection.execute(_LIBRARIES)["configuration"]["general"]
    return Libraries(
        tuple(stash["path"] for stash in general["stashes"] if not stash["excludeImage"]),
        tuple(name.lower() for name in general["imageExtensions"]),
        tuple(name.lower() for name in general["galleryExtensions"]),
    )
