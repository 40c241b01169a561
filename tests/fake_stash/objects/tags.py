"""Tags: what they show, and what changes them."""

from __future__ import annotations

from typing import Any

from tests.fake_stash.filters.trees import TAG_TREE
from tests.fake_stash.language.errors import ServerError
from tests.fake_stash.language.execute import Call
from tests.fake_stash.language.numbers import atoi
from tests.fake_stash.objects import fields, inputs
from tests.fake_stash.objects.named import Named, effective, refuse_missing, refuse_used_names
from tests.fake_stash.store import joins
from tests.fake_stash.store.connection import Database, Row, id_list
from tests.fake_stash.store.images import Changes
from tests.fake_stash.store.stash_ids import TAG_STASH_IDS

TAG: dict[str, fields.Resolver] = {
    "sort_name": fields.text("sort_name"),
    "description": fields.text("description"),
    "aliases": fields.values(joins.TAG_ALIASES),
    "stash_ids": fields.stash_ids(TAG_STASH_IDS),
    "image_path": fields.picture_path("tag"),
    "image_count": fields.counted_in_tree("images_tags", "tag_id", "image_id", TAG_TREE),
    "gallery_count": fields.counted_in_tree("galleries_tags", "tag_id", "gallery_id", TAG_TREE),
    "performer_count": fields.counted_in_tree("performers_tags", "tag_id", "performer_id", TAG_TREE),
    "studio_count": fields.counted_in_tree("studios_tags", "tag_id", "studio_id", TAG_TREE),
    **{name: fields.constant(0) for name in ("scene_count", "scene_marker_count", "group_count", "movie_count")},
    "parents": fields.related(joins.TAG_PARENTS, fields.TAGS),
    "children": fields.related(joins.TAG_CHILDREN, fields.TAGS),
    "parent_count": fields.counted("tags_relations", "child_id"),
    "child_count": fields.counted("tags_relations", "parent_id"),
}
COMMON: inputs.Readers = {
    "name": inputs.text("name"),
    "sort_name": inputs.text("sort_name"),
    "description": inputs.text("description"),
    "aliases": inputs.text_set(joins.TAG_ALIASES),
    "stash_ids": inputs.stash_ids(TAG_STASH_IDS),
    "parent_ids": inputs.id_set(joins.TAG_PARENTS, "parent tag ids"),
    "child_ids": inputs.id_set(joins.TAG_CHILDREN, "child tag ids"),
    "image": inputs.picture("image_blob"),
}
BULK: inputs.Readers = {
    "description": inputs.text("description"),
    "favorite": inputs.flag("favorite"),
    "ignore_auto_tag": inputs.flag("ignore_auto_tag"),
    "aliases": inputs.text_change(joins.TAG_ALIASES),
    "parent_ids": inputs.id_change(joins.TAG_PARENTS, "parent tag ids"),
    "child_ids": inputs.id_change(joins.TAG_CHILDREN, "child tag ids"),
}


def _check(database: Database, existing: Row | None, changes: Changes) -> None:
    own_id = existing["id"] if existing else None
    if "name" in changes.columns:
        name = changes.columns["name"]
        if not name:
            raise ServerError("tag name must not be blank")
        refuse_used_names(database, fields.TAGS, joins.TAG_ALIASES, own_id, [name])
    aliases = effective(database, joins.TAG_ALIASES, existing, changes)
    refuse_used_names(database, fields.TAGS, joins.TAG_ALIASES, own_id, aliases or [])
    _check_hierarchy(database, existing, changes)


def _check_hierarchy(database: Database, existing: Row | None, changes: Changes) -> None:
    """No tag may come to stand above and below another."""
    sides = []
    for join in (joins.TAG_PARENTS, joins.TAG_CHILDREN):
        before = join.ids(database, existing["id"]) if existing else []
        change = changes.lists.get(join)
        sides.append(change.effective(before) if change else before)
    if joins.TAG_PARENTS not in changes.lists and joins.TAG_CHILDREN not in changes.lists:
        return
    parents, children = sides
    above = _reach(database, [existing["id"]] if existing else parents, "child_id", "parent_id")
    below = _reach(database, [existing["id"]] if existing else children, "parent_id", "child_id")
    for ids, paths, direction, relation in (
        (parents, below, "parent", "a descendant"),
        (children, above, "child", "an ancestor"),
    ):
        for tag_id in ids:
            if tag_id in paths:
                raise ServerError(_refusal(database, existing, tag_id, direction, relation, paths[tag_id]))


def _refusal(database: Database, existing: Row | None, tag_id: int, direction: str, relation: str, path: str) -> str:
    name = fields.TAGS.existing(database, tag_id)["name"]
    whom = f'"{existing["name"]}"' if existing else "tag"
    shown = f" ({path})" if existing else ""
    return f'cannot apply tag "{name}" as a {direction} of {whom} as it is already {relation}{shown}'


def _reach(database: Database, start: list[int], own: str, other: str) -> dict[int, str]:
    """The tags that are reached from these, with the way to each."""
    paths = {tag_id: row["name"] for tag_id, row in fields.TAGS.by_id(database, start).items()}
    front = list(paths)
    while front:
        sql = f"SELECT {own}, {other} FROM tags_relations WHERE {own} IN (SELECT value FROM json_each(?))"
        steps = [(here, there) for here, there in database.rows(sql, [id_list(front)]) if there not in paths]
        names = fields.TAGS.by_id(database, [there for _, there in steps])
        ways = {there: _way(paths[here], names[there]["name"], up=own == "child_id") for here, there in steps}
        paths |= ways
        front = list(ways)
    return paths


def _way(way: str, name: str, *, up: bool) -> str:
    """A way from above to below, one step longer."""
    return f"{name}->{way}" if up else f"{way}->{name}"


TAGS = Named(
    table=fields.TAGS,
    hook="Tag",
    create_readers={
        **COMMON,
        "favorite": inputs.switch("favorite"),
        "ignore_auto_tag": inputs.switch("ignore_auto_tag"),
    },
    update_readers={**COMMON, "favorite": inputs.flag("favorite"), "ignore_auto_tag": inputs.flag("ignore_auto_tag")},
    bulk_readers=BULK,
    check=_check,
)
MERGED = {
    "galleries_tags": "gallery_id",
    "images_tags": "image_id",
    "performers_tags": "performer_id",
    "studios_tags": "studio_id",
}


def merge(call: Call) -> Row | None:
    """Make several tags one: what they are on, and their names as aliases."""
    given = call.args["input"]
    source = fields.ids(given["source"], "converting source ids: ")
    target = atoi(given["destination"], "converting destination id: ")
    if not source:
        return None
    database = call.request.database
    with database.transaction():
        merged = fields.TAGS.existing(database, target)
        if target in source:
            raise ServerError("cannot merge where source == destination")
        refuse_missing(database, fields.TAGS, source)
        _merge_into(database, source, target)
    call.request.hook(target, "Tag.Merge.Post", given)
    return merged


def _merge_into(database: Database, source: list[int], target: int) -> None:
    listed = id_list(source)
    parents, children = (
        list(dict.fromkeys(each for own in (target, *source) for each in join.ids(database, own)))
        for join in (joins.TAG_PARENTS, joins.TAG_CHILDREN)
    )
    inside = "IN (SELECT value FROM json_each(?))"
    for table in MERGED:
        database.execute(f"UPDATE OR IGNORE {table} SET tag_id = ? WHERE tag_id {inside}", [target, listed])
    database.execute(f"INSERT INTO tag_aliases SELECT ?, name FROM tags WHERE id {inside}", [target, listed])
    database.execute(f"UPDATE tag_aliases SET tag_id = ? WHERE tag_id {inside}", [target, listed])
    database.execute(f"DELETE FROM tags WHERE id {inside}", [listed])
    gone = {target, *source}
    for join, ids in ((joins.TAG_PARENTS, parents), (joins.TAG_CHILDREN, children)):
        join.apply(database, target, joins.Change([each for each in ids if each not in gone]))


TYPES = {"Tag": TAG}
MUTATIONS: dict[str, Any] = {
    "tagCreate": TAGS.create,
    "tagUpdate": TAGS.update,
    "bulkTagUpdate": TAGS.bulk_update,
    "tagDestroy": TAGS.destroy,
    "tagsDestroy": TAGS.destroy_many,
    "tagsMerge": merge,
}
