"""Studios: what they show, and what changes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.fake_stash.filters.trees import STUDIO_TREE
from tests.fake_stash.language.errors import ServerError
from tests.fake_stash.objects import fields, inputs
from tests.fake_stash.objects.named import Named, effective, refuse_used_names
from tests.fake_stash.store import joins
from tests.fake_stash.store.connection import Database, Row, id_list
from tests.fake_stash.store.images import Changes
from tests.fake_stash.store.stash_ids import STUDIO_STASH_IDS


def _children(request: Any, rows: Sequence[Row], _args: dict[str, Any]) -> list[Any]:
    found: dict[int, list[Row]] = {}
    sql = "SELECT * FROM studios WHERE parent_id IN (SELECT value FROM json_each(?)) ORDER BY name COLLATE NATURAL_CI"
    for row in request.database.rows(sql, [id_list(row["id"] for row in rows)]):
        found.setdefault(row["parent_id"], []).append(row)
    return [found.get(row["id"], []) for row in rows]


def _o_counter(request: Any, rows: Sequence[Row], _args: dict[str, Any]) -> list[Any]:
    sql = "SELECT COALESCE(SUM(o_counter), 0) FROM images WHERE studio_id = ?"
    return [request.database.value(sql, [row["id"]]) for row in rows]


def _performer_count(request: Any, rows: Sequence[Row], args: dict[str, Any]) -> list[Any]:
    sql = (
        "SELECT COUNT(DISTINCT performer_id) FROM (SELECT performer_id FROM performers_images"
        " INNER JOIN images ON images.id = image_id WHERE studio_id IN (SELECT column2 FROM ({0}))"
        " UNION SELECT performer_id FROM performers_galleries"
        " INNER JOIN galleries ON galleries.id = gallery_id WHERE studio_id IN (SELECT column2 FROM ({0})))"
    )
    lookup = request.database.value
    trees = [STUDIO_TREE.values(lookup, [str(row["id"])], args.get("depth")) for row in rows]
    return [lookup(sql.format(tree)) for tree in trees]


STUDIO: dict[str, fields.Resolver] = {
    "url": fields.first_value(joins.STUDIO_URLS),
    "urls": fields.values(joins.STUDIO_URLS),
    "aliases": fields.values(joins.STUDIO_ALIASES),
    "parent_studio": fields.referred("parent_id", fields.STUDIOS),
    "child_studios": _children,
    "tags": fields.related(joins.STUDIO_TAGS, fields.TAGS),
    "image_path": fields.picture_path("studio"),
    "image_count": fields.counted_in_tree("images", "studio_id", "id", STUDIO_TREE),
    "gallery_count": fields.counted_in_tree("galleries", "studio_id", "id", STUDIO_TREE),
    "performer_count": _performer_count,
    **{name: fields.constant(0) for name in ("scene_count", "group_count", "movie_count")},
    **{name: fields.constant([]) for name in ("groups", "movies")},
    "stash_ids": fields.stash_ids(STUDIO_STASH_IDS),
    "rating100": fields.column("rating"),
    "details": fields.text("details"),
    "o_counter": _o_counter,
}
COMMON: inputs.Readers = {
    "name": inputs.text("name"),
    "details": inputs.text("details"),
    "rating100": inputs.number("rating"),
    "aliases": inputs.text_set(joins.STUDIO_ALIASES),
    "stash_ids": inputs.stash_ids(STUDIO_STASH_IDS),
    "url": inputs.one_text(joins.STUDIO_URLS),
    "urls": inputs.text_set(joins.STUDIO_URLS),
    "parent_id": inputs.reference("parent_id", "parent id"),
    "tag_ids": inputs.id_set(joins.STUDIO_TAGS, "tag ids"),
    "image": inputs.picture("image_blob"),
}
FLAGS: inputs.Readers = {"favorite": inputs.flag("favorite"), "ignore_auto_tag": inputs.flag("ignore_auto_tag")}


def _check(database: Database, existing: Row | None, changes: Changes) -> None:
    own_id = existing["id"] if existing else None
    if existing and changes.columns.get("parent_id") is not None:
        _check_parent(database, existing["id"], changes.columns["parent_id"])
    aliases = effective(database, joins.STUDIO_ALIASES, existing, changes)
    if aliases and not all(aliases):
        raise ServerError("studio alias must not be an empty string")
    named = "name" in changes.columns and (existing is None or changes.columns["name"] != existing["name"])
    names = [changes.columns["name"]] if named else []
    if named and not names[0]:
        raise ServerError("studio name must not be blank")
    ordered = [*(aliases or []), *names] if existing else [*names, *(aliases or [])]
    refuse_used_names(database, fields.STUDIOS, joins.STUDIO_ALIASES, own_id, ordered)


def _check_parent(database: Database, studio_id: int, parent_id: int | None) -> None:
    while parent_id is not None:
        if parent_id == studio_id:
            raise ServerError("studio cannot be an ancestor of itself")
        parent_id = fields.STUDIOS.existing(database, parent_id)["parent_id"]


STUDIOS = Named(
    table=fields.STUDIOS,
    hook="Studio",
    empty_row={"favorite": False, "ignore_auto_tag": False}
    | dict.fromkeys(("details", "image_blob", "parent_id", "rating")),
    create_readers={
        **COMMON,
        "favorite": inputs.switch("favorite"),
        "ignore_auto_tag": inputs.switch("ignore_auto_tag"),
    },
    update_readers={**COMMON, **FLAGS},
    bulk_readers={
        **FLAGS,
        "details": COMMON["details"],
        "rating100": COMMON["rating100"],
        "parent_id": COMMON["parent_id"],
        "urls": inputs.text_change(joins.STUDIO_URLS),
        "tag_ids": inputs.id_change(joins.STUDIO_TAGS, "tag ids"),
    },
    check=_check,
    create_input="StudioCreateInput",
    update_input="StudioUpdateInput",
)
TYPES = {"Studio": STUDIO}
MUTATIONS: dict[str, Any] = {
    "studioCreate": STUDIOS.create,
    "studioUpdate": STUDIOS.update,
    "bulkStudioUpdate": STUDIOS.bulk_update,
    "studioDestroy": STUDIOS.destroy,
    "studiosDestroy": STUDIOS.destroy_many,
}
