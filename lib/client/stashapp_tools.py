"""stashapp-tools on our connection, for whoever knows it: find_tag, metadata_scan, wait_for_job and the rest.

Its own constructor makes three requests, one of them an introspection of half a megabyte, and its own sender returns
data although there were errors. So neither runs here: the connection sends, and fragments are asked for when the
first one is needed.
"""

from __future__ import annotations

import copy
from functools import cached_property
from typing import Any

from stashapi.classes import StashVersion, serialize_dict
from stashapi.stashapp import StashInterface

from lib.log import logger
from lib.stash.connection import Connection

_ID_ONLY = ("Scene", "Studio", "Performer", "Image", "Gallery", "Group", "BasicFile", "Folder")
_FRAGMENTS = dict.fromkeys(_ID_ONLY, "{ id }")
_ATTRIBUTES: dict[str, dict[str, str | None]] = {
    "ScrapedStudio": {"parent": "{ stored_id }"},
    "Tag": {"parents": "{ id }", "children": "{ id }"},
    "Studio": {"parent_studio": "{ id }"},
    "Gallery": {"image": None},
    **{name: {"fingerprint": None} for name in ("VideoFile", "ImageFile", "BasicFile", "GalleryFile")},
}
"""What stashapp-tools cuts from its generated fragments (0.2.59), so that its methods answer with the same fields."""


class Tools(StashInterface):  # type: ignore[misc]  # stashapp-tools carries no types
    """A StashInterface that makes no request until it is asked something, and raises our errors."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.s = connection.session
        self.url = connection.url
        self.log = logger

    @cached_property
    def fragments(self) -> dict[str, str]:
        """The selection for each type, generated from the server's schema (one large request)."""
        self.__dict__["fragments"] = {}  # the introspection resolves fragments of its own meanwhile
        found: dict[str, str] = self._get_fragments_introspection(_FRAGMENTS, _ATTRIBUTES)
        return found

    @cached_property
    def version(self) -> StashVersion:
        """The server's version, asked once."""
        return self.stash_version()

    def _GQL(self, query: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:  # noqa: N802 - its name
        # stashapp-tools sends writes of every kind through here: none is sent twice.
        document = self._GQLWrapper__resolve_fragments(query)
        plain = copy.deepcopy(variables or {})
        serialize_dict(plain)
        return self._connection.execute(document, plain, idempotent=False)
