"""Check that tags, performers and studios are unused, and delete them: undo's safety check."""

from __future__ import annotations

from collections.abc import Sequence

from lib.stash import capabilities
from lib.stash.connection import Connection

_COUNTS = {
    "tags": "scene_count scene_marker_count image_count gallery_count performer_count group_count studio_count "
    "child_count parent_count aliases",
    "performers": "scene_count image_count gallery_count group_count",
    "studios": "scene_count image_count gallery_count group_count child_studios",
}
"""The fields that show that an item is used. `updated_at` doesn't: a tag or studio that gets a child, and a tag that
another one is merged into, keep theirs; the merged tag becomes an alias."""
_SUBSELECTIONS = {"child_studios": "child_studios{id}"}
_TYPES = {"tags": "Tag", "performers": "Performer", "studios": "Studio"}
_QUERIES = {"tags": "findTag", "performers": "findPerformer", "studios": "findStudio"}
_DESTROY = {
    "tags": "mutation Destroy($ids: [ID!]!) { tagsDestroy(ids: $ids) }",
    "performers": "mutation Destroy($ids: [ID!]!) { performersDestroy(ids: $ids) }",
    "studios": "mutation Destroy($ids: [ID!]!) { studiosDestroy(ids: $ids) }",
}


def unused(connection: Connection, kind: str, ids: Sequence[str]) -> list[str]:
    """Return the ids of the items that were not edited since they were created and that nothing uses."""
    counts = _counts(connection, kind)
    fields = " ".join(_SUBSELECTIONS.get(count, count) for count in counts)
    queries = " ".join(
        f"n{index}: {_QUERIES[kind]}(id: $n{index}) {{ id created_at updated_at {fields} }}"
        for index in range(len(ids))
    )
    declarations = ", ".join(f"$n{index}: ID!" for index in range(len(ids)))
    variables = {f"n{index}": id_ for index, id_ in enumerate(ids)}
    data = connection.execute(f"query Uses({declarations}) {{ {queries} }}", variables)
    items = (data[f"n{index}"] for index in range(len(ids)))
    return [
        str(item["id"])
        for item in items
        if item and item["created_at"] == item["updated_at"] and not any(item[count] for count in counts)
    ]


def _counts(connection: Connection, kind: str) -> list[str]:
    """Return the fields of `_COUNTS` that this server has."""
    server = capabilities.get_capabilities(connection)
    counts = [count for count in _COUNTS[kind].split() if server.supports(f"{_TYPES[kind]}.{count}")]
    if "group_count" not in counts and kind != "tags":
        counts.append("movie_count")  # groups were called movies before v0.27, and had no tags
    return counts


def destroy(connection: Connection, kind: str, ids: Sequence[str]) -> None:
    """Delete tags, performers or studios."""
    connection.execute(_DESTROY[kind], {"ids": list(ids)}, idempotent=False)
