"""The server's version, its optional fields and its library folders."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lib.errors import DataError
from lib.stash.connection import Connection

Version = tuple[int, int, int]

OLDEST: Version = (0, 25, 0)

PARTIAL_DATES = "partial dates"
"""A date may be a month or a year only."""
EMPTY_TITLES = "empty titles"
"""An image without a title has an empty one; older servers show the name of its file instead."""
FFMPEG = "SystemStatus.ffmpegPath"
FOLDERS = "Query.findFolders"

SINCE: dict[str, Version] = {
    # Features that are used here and newer than v0.25, with their release (read in the releases' schemas, tried on v0.25.0).
    # Fields are looked up in the server's schema, so that a build between two releases has what it has.
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
_SCHEMA = " ".join(f'{name}: __type(name: "{name}") {{ fields {{ name }} inputFields {{ name }} }}' for name in _TYPES)
_SERVER = f"query Server {{ version {{ version }} {_SCHEMA} }}"
_LIBRARIES = """query Libraries { configuration { general {
  stashes { path excludeImage } imageExtensions galleryExtensions
} } }"""


@dataclass(frozen=True)
class Capabilities:
    """The server's version, such as v0.30.1 (empty for an unofficial build), and the features of `SINCE` that it has."""

    version: str
    features: frozenset[str]

    def supports(self, feature: str) -> bool:
        """Whether the server has a feature; all servers have those that `SINCE` doesn't list."""
        return feature in self.features or feature not in SINCE


@dataclass(frozen=True)
class Libraries:
    """The folders of Stash's libraries that may contain images, and the file extensions of images and archives."""

    paths: tuple[str, ...]
    image_extensions: tuple[str, ...]
    gallery_extensions: tuple[str, ...]


def get_capabilities(connection: Connection) -> Capabilities:
    """Return what the server can do; one request per connection. Raises a DataError if it is older than v0.25.0."""
    if connection.capabilities is None:
        connection.capabilities = _read_capabilities(connection)
    return connection.capabilities


def _read_capabilities(connection: Connection) -> Capabilities:
    data = connection.execute(_SERVER)
    version = str(data["version"]["version"] or "")
    require_version(version)
    return Capabilities(version, frozenset(feature for feature in SINCE if _has(feature, version, data)))


def _has(feature: str, version: str, data: Mapping[str, Any]) -> bool:
    type_name, _, field = feature.partition(".")
    if not field:
        parsed = parse_version(version)
        return parsed is None or parsed >= SINCE[feature]
    schema = data[type_name] or {}
    return any(item["name"] == field for key in ("fields", "inputFields") for item in schema.get(key) or ())


def require_fields(connection: Connection, type_name: str, fields: Iterable[str]) -> None:
    """Raise a DataError if this server's type lacks one of the fields. No request if all servers have them."""
    for field in fields:
        feature = f"{type_name}.{field}"
        if feature in SINCE and not get_capabilities(connection).supports(feature):
            version = get_capabilities(connection).version or "a build without it"
            raise DataError(f"{field} needs Stash v{'.'.join(map(str, SINCE[feature]))} or newer; this is {version}.")


def parse_version(text: str) -> Version | None:
    """Return (0, 30, 1) for v0.30.1 or v0.30.1-160-gc1fa78e0; None if the text has no version number."""
    match = re.match(r"v?(\d+)\.(\d+)\.(\d+)", text)
    return (int(match[1]), int(match[2]), int(match[3])) if match else None


def require_version(text: str) -> None:
    """Raise a DataError for a server older than v0.25.0, whose API lacks fields that all tasks need."""
    version = parse_version(text)
    if version is not None and version < OLDEST:
        raise DataError(f"Stash {text} is too old: v0.25.0 or newer is needed.")


def get_libraries(connection: Connection) -> Libraries:
    """Return where images may be, and which files are images. One request: users may add a folder at any time."""
    general = connection.execute(_LIBRARIES)["configuration"]["general"]
    return Libraries(
        tuple(stash["path"] for stash in general["stashes"] if not stash["excludeImage"]),
        tuple(name.lower() for name in general["imageExtensions"]),
        tuple(name.lower() for name in general["galleryExtensions"]),
    )
