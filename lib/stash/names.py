"""Names of tags, performers, studios and galleries: to ids, to what they are, and into being."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from lib.changes import NameMatch, Ref
from lib.errors import TransportQueryError
from lib.stash import capabilities
from lib.stash.connection import Connection

ALL = {"per_page": -1}
_TABLES = {
    "tags": "query Tags($f: FindFilterType) { found: findTags(filter: $f) { all: tags { id name aliases } } }",
    "studios": "query Studios($f: FindFilterType) { found: findStudios(filter: $f) { all: studios { id name aliases } } }",
    "performers": """query Performers($f: FindFilterType) {
  found: findPerformers(filter: $f) { all: performers { id name disambiguation aliases: alias_list } }
}""",
}
_GALLERIES = """query Galleries($f: FindFilterType) {
  made: findGalleries(filter: $f, gallery_filter: {path: {value: "", modifier: IS_NULL}}) { galleries { id title } }
  found: findGalleries(filter: $f, gallery_filter: {path: {value: "", modifier: NOT_NULL}}) { galleries { id title } }
}"""
_CREATE = {"tags": "tagCreate", "performers": "performerCreate", "studios": "studioCreate"}
_INPUT = {"tags": "TagCreateInput!", "performers": "PerformerCreateInput!", "studios": "StudioCreateInput!"}
_FIXED = "its images come from a zip or a folder"


class NameIndex:
    """All names of some kinds as they were when it was made: one question a kind, for all names of a run."""

    def __init__(self, connection: Connection, kinds: Iterable[str]) -> None:
        self._kinds = {kind: _read(connection, kind) for kind in kinds}

    def find(self, kind: str, name: str) -> NameMatch:
        """What a name stands for: the exact name, else the name in any case, else an alias; two of a level are none."""
        return self._kinds[kind].find(name)

    def ids(self, kind: str) -> frozenset[str]:
        """The ids of all of a kind."""
        return self._kinds[kind].ids


class _Kind:
    """The three levels of one kind, each a table from the name to those who have it."""

    def __init__(self, items: Sequence[dict[str, Any]], refused: Iterable[str] = ()) -> None:
        self.ids = frozenset(str(item["id"]) for item in items)
        self._refused = frozenset(refused)
        self._levels: tuple[dict[str, dict[str, Ref]], ...] = ({}, {}, {})
        exact, folded, aliases = self._levels
        for item in items:
            ref = Ref(str(item["id"]), item.get("name") or item.get("title") or "")
            shown = f"{ref.name} ({item['disambiguation']})" if item.get("disambiguation") else ref.name
            for name in {ref.name, shown}:
                exact.setdefault(name, {})[ref.id or ""] = ref
                folded.setdefault(name.casefold(), {})[ref.id or ""] = ref
            for alias in item.get("aliases") or ():
                aliases.setdefault(alias.casefold(), {})[ref.id or ""] = ref

    def find(self, name: str) -> NameMatch:
        folded = name.casefold()
        for level, key in zip(self._levels, (name, folded, folded), strict=True):
            refs = level.get(key) if key else None
            if refs and len(refs) > 1:
                return NameMatch(ambiguous=tuple(f"{ref.name} ({ref.id})" for ref in refs.values()))
            if refs:
                ref = next(iter(refs.values()))
                return NameMatch(ref, refused=_FIXED if ref.id in self._refused else "")
        return NameMatch()


def _read(connection: Connection, kind: str) -> _Kind:
    if kind == "galleries":
        answer = connection.execute(_GALLERIES, {"f": ALL})
        made, found = answer["made"]["galleries"], answer["found"]["galleries"]
        return _Kind([*made, *found], refused=[str(gallery["id"]) for gallery in found])
    return _Kind(connection.execute(_TABLES[kind], {"f": ALL})["found"]["all"])


def create(connection: Connection, kind: str, names: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Make tags, performers or studios of these names in one request: name -> new id, and name -> why there is none.

    Never sent twice by itself: a second try would be told that the name exists.
    """
    declared = ", ".join(f"$n{index}: {_INPUT[kind]}" for index in range(len(names)))
    fields = " ".join(f"n{index}: {_CREATE[kind]}(input: $n{index}) {{ id }}" for index in range(len(names)))
    variables = {f"n{index}": {"name": name} for index, name in enumerate(names)}
    refused: dict[str, str] = {}
    try:
        made = connection.execute(f"mutation Create({declared}) {{ {fields} }}", variables, idempotent=False)
    except TransportQueryError as error:
        if error.temporary:
            raise  # no name is to blame; whoever goes on finds those that were made
        made = error.data
        for item in error.errors:
            alias = str((item.get("path") or [""])[0])
            if alias not in variables:
                raise
            refused[variables[alias]["name"]] = str(item.get("message", ""))
        for index, name in enumerate(names):
            if name not in refused and not made.get(f"n{index}"):
                refused[name] = "the server does not say that it was made"
    return created_ids(made, names), refused


def created_ids(answer: dict[str, Any], names: Sequence[str]) -> dict[str, str]:
    """The new ids that the server told of, by name: after an error those of the parts that were done."""
    made = ((name, answer.get(f"n{index}")) for index, name in enumerate(names))
    return {name: str(one["id"]) for name, one in made if one}


_USES = {
    "tags": "scene_count scene_marker_count image_count gallery_count performer_count group_count studio_count "
    "child_count parent_count aliases",
    "performers": "scene_count image_count gallery_count group_count",
    "studios": "scene_count image_count gallery_count group_count child_studios",
}
"""What says that one of a kind is used. Neither a child that is given a parent nor a tag that is merged into another
changes the time of the latter; the merged one becomes an alias."""
_SELECTED = {"child_studios": "child_studios{id}"}
_TYPES = {"tags": "Tag", "performers": "Performer", "studios": "Studio"}
_ONE = {"tags": "findTag", "performers": "findPerformer", "studios": "findStudio"}
_DESTROY = {
    "tags": "mutation Destroy($ids: [ID!]!) { tagsDestroy(ids: $ids) }",
    "performers": "mutation Destroy($ids: [ID!]!) { performersDestroy(ids: $ids) }",
    "studios": "mutation Destroy($ids: [ID!]!) { studiosDestroy(ids: $ids) }",
}


def unused(connection: Connection, kind: str, ids: Sequence[str]) -> list[str]:
    """Those of these ids that nobody edited since they were made and that nothing uses."""
    uses = _uses(connection, kind)
    fields = " ".join(_SELECTED.get(use, use) for use in uses)
    asked = " ".join(
        f"n{index}: {_ONE[kind]}(id: $n{index}) {{ id created_at updated_at {fields} }}" for index in range(len(ids))
    )
    declared = ", ".join(f"$n{index}: ID!" for index in range(len(ids)))
    answer = connection.execute(f"query Uses({declared}) {{ {asked} }}", {f"n{i}": id_ for i, id_ in enumerate(ids)})
    items = (answer[f"n{index}"] for index in range(len(ids)))
    return [
        str(item["id"])
        for item in items
        if item and item["created_at"] == item["updated_at"] and not any(item[use] for use in uses)
    ]


def _uses(connection: Connection, kind: str) -> list[str]:
    """The counts that say whether one of a kind is used, as far as this server has them."""
    known = capabilities.get_capabilities(connection)
    uses = [use for use in _USES[kind].split() if known.supports(f"{_TYPES[kind]}.{use}")]
    if "group_count" not in uses and kind != "tags":
        uses.append("movie_count")  # what groups were before v0.27; tags did not go with them
    return uses


def destroy(connection: Connection, kind: str, ids: Sequence[str]) -> None:
    """Delete tags, performers or studios."""
    connection.execute(_DESTROY[kind], {"ids": list(ids)}, idempotent=False)
