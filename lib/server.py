"""What the server is and where its pictures lie: asked once per run, only where needed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lib.connection import Connection
from lib.errors import DataError

OLDEST = (0, 25, 0)

_VERSION = "query Version { version { version } }"
_LIBRARIES = """query Libraries { configuration { general {
  stashes { path excludeImage } imageExtensions galleryExtensions
} } }"""


@dataclass(frozen=True)
class Libraries:
    """Stash's library folders that hold images, and the extensions it takes for images and for archives."""

    paths: tuple[str, ...]
    image_extensions: tuple[str, ...]
    gallery_extensions: tuple[str, ...]


def version(connection: Connection) -> str:
    """The server's version as it says it, such as v0.30.1; empty for a build of one's own."""
    return str(connection.execute(_VERSION)["version"]["version"] or "")


def number(text: str) -> tuple[int, int, int] | None:
    """(0, 30, 1) of v0.30.1 or v0.31.1-160-gc1fa78e0; None where there is no number."""
    found = re.match(r"v?(\d+)\.(\d+)\.(\d+)", text)
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def refuse_older(text: str) -> None:
    """A DataError for a server older than v0.25.0, whose API lacks what every task of ours needs."""
    found = number(text)
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
