"""Look up tags, performers, studios and galleries by name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from lib.changes import NameMatch, Ref
from lib.stash.connection import Connection
from lib.stash.nearest import NearestNames

ALL = {"per_page": -1}
_QUERIES = {
    "tags": "query Tags($f: FindFilterType) { result: findTags(filter: $f) { items: tags { id name aliases } } }",
    "studios": """query Studios($f: FindFilterType) {
  result: findStudios(filter: $f) { items: studios { id name aliases } }
}""",
    "performers": """query Performers($f: FindFilterType) {
  result: findPerformers(filter: $f) { items: performers { id name disambiguation aliases: alias_list } }
}""",
}
_GALLERIES = """query Galleries($f: FindFilterType) {
  manual: findGalleries(filter: $f, gallery_filter: {path: {value: "", modifier: IS_NULL}}) { galleries { id title } }
  files: findGalleries(filter: $f, gallery_filter: {path: {value: "", modifier: NOT_NULL}}) { galleries { id title } }
}"""
_FIXED = "its images come from a zip or a folder"


class NameIndex:
    """All items of some kinds by name, as they are when the index is created: one request a kind."""

    def __init__(self, connection: Connection, kinds: Iterable[str]) -> None:
        self._kinds = {kind: _read(connection, kind) for kind in kinds}

    def find(self, kind: str, name: str) -> NameMatch:
        """Match a name: exactly, else in any case, else by alias. Two matches on the same level are ambiguous."""
        return self._kinds[kind].find(name)

    def nearest(self, kind: str, name: str) -> tuple[Ref, ...]:
        """Return the items whose names or aliases are nearest to one that doesn't exist."""
        return self._kinds[kind].nearest.find(name)

    def ids(self, kind: str) -> frozenset[str]:
        """Return the ids of all items of a kind."""
        return self._kinds[kind].ids


class _Kind:
    """One kind: for each level of a match a table from the name to the items that have it."""

    def __init__(self, items: Sequence[dict[str, Any]], refused: Iterable[str] = ()) -> None:
        self.ids = frozenset(str(item["id"]) for item in items)
        self._refused = frozenset(refused)
        self._levels: tuple[dict[str, dict[str, Ref]], ...] = ({}, {}, {})
        exact, folded, aliases = self._levels
        for item in items:
            ref = Ref(str(item["id"]), item.get("name") or item.get("title") or "")
            full_name = f"{ref.name} ({item['disambiguation']})" if item.get("disambiguation") else ref.name
            for name in {ref.name, full_name}:
                exact.setdefault(name, {})[ref.id or ""] = ref
                folded.setdefault(name.casefold(), {})[ref.id or ""] = ref
            for alias in item.get("aliases") or ():
                aliases.setdefault(alias.casefold(), {})[ref.id or ""] = ref

    @cached_property
    def nearest(self) -> NearestNames:
        return NearestNames(self._levels[1:])

    def find(self, name: str) -> NameMatch:
        folded = name.casefold()
        for level, key in zip(self._levels, (name, folded, folded), strict=True):
            refs = level.get(key) if key else None
            if refs and len(refs) > 1:
                return NameMatch(ambiguous=tuple(refs.values()))
            if refs:
                ref = next(iter(refs.values()))
                return NameMatch(ref, refused=_FIXED if ref.id in self._refused else None)
        return NameMatch()


def _read(connection: Connection, kind: str) -> _Kind:
    if kind == "galleries":
        data = connection.execute(_GALLERIES, {"f": ALL})
        manual, files = data["manual"]["galleries"], data["files"]["galleries"]
        return _Kind([*manual, *files], refused=[str(gallery["id"]) for gallery in files])
    return _Kind(connection.execute(_QUERIES[kind], {"f": ALL})["result"]["items"])
