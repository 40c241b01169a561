"""stashapp-tools on our connection: find_tag, metadata_scan, wait_for_job and its other methods.

The constructor of stashapp-tools sends three requests, one of them an introspection of half a megabyte, and its
`_GQL` returns data in spite of errors. Neither is used here: the connection sends, and fragments are requested when
the first one is needed.
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
"""The fields that stashapp-tools 0.2.59 removes from its generated fragments. Its methods return the same here."""


class Tools(StashInterface):  # type: ignore[misc]  # stashapp-tools carries no types
    """A StashInterface that sends no request when it is created, and raises our errors."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.s = connection.session
        self.url = connection.url
        self.log = logger

    @cached_property
    def fragments(self) -> dict[str, str]:
        """The selection of each type, generated from the server's schema; the first access sends one large request."""
        self.__dict__["fragments"] = {}  # the introspection itself resolves fragments
        fragments: dict[str, str] = self._get_fragments_introspection(_FRAGMENTS, _ATTRIBUTES)
        return fragments

    @cached_property
    def version(self) -> StashVersion:
        """The server's version; the first access sends a request."""
        return self.stash_version()

    def _GQL(self, query: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:  # noqa: N802 - its name
        # stashapp-tools sends all its writes through this method, so nothing is retried.
        document = self._GQLWrapper__resolve_fragments(query)
        plain_variables = copy.deepcopy(variables or {})
        serialize_dict(plain_variables)
        return self._connection.execute(document, plain_variables, idempotent=False)
