"""Performers: what they show, and what changes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.fake_stash.language.errors import ServerError
from tests.fake_stash.objects import fields, inputs, performer_urls
from tests.fake_stash.objects.named import Named, effective
from tests.fake_stash.store import joins
from tests.fake_stash.store.connection import Database, Row
from tests.fake_stash.store.custom_fields import PERFORMER_FIELDS
from tests.fake_stash.store.dates import shown_date
from tests.fake_stash.store.images import Changes
from tests.fake_stash.store.stash_ids import PERFORMER_STASH_IDS

TEXTS = [
    "disambiguation",
    "ethnicity",
    "country",
    "eye_color",
    "measurements",
    "fake_tits",
    "career_length",
    "tattoos",
    "piercings",
    "details",
    "hair_color",
]


def _o_counter(request: Any, rows: Sequence[Row], _args: dict[str, Any]) -> list[Any]:
    sql = (
        "SELECT COALESCE(SUM(o_counter), 0) FROM images INNER JOIN performers_images ON image_id = images.id"
        " WHERE performer_id = ?"
    )
    return [request.database.value(sql, [row["id"]]) for row in rows]


def _appears_with(request: Any, rows: Sequence[Row], _args: dict[str, Any]) -> list[Any]:
    sql = (
        "SELECT COUNT(DISTINCT performer_id) FROM (SELECT performer_id FROM performers_images WHERE image_id IN"
        " (SELECT image_id FROM performers_images WHERE performer_id = ?1)"
        " UNION SELECT performer_id FROM performers_galleries WHERE gallery_id IN"
        " (SELECT gallery_id FROM performers_galleries WHERE performer_id = ?1)) WHERE performer_id != ?1"
    )
    return [request.database.value(sql, [row["id"]]) for row in rows]


def _custom_fields(request: Any, rows: Sequence[Row], _args: dict[str, Any]) -> list[Any]:
    return [*PERFORMER_FIELDS.of_many(request.database, [row["id"] for row in rows])]


def _first_url_of(host: str) -> fields.Resolver:
    def resolve(request: Any, rows: Sequence[Row], _args: dict[str, Any]) -> list[Any]:
        many = joins.PERFORMER_URLS.values_of_many(request.database, [row["id"] for row in rows])
        return [next((url for url in urls if host in url), None) for urls in many]

    return resolve


PERFORMER: dict[str, fields.Resolver] = {
    **{name: fields.text(name) for name in TEXTS},
    "url": fields.first_value(joins.PERFORMER_URLS),
    "urls": fields.values(joins.PERFORMER_URLS),
    "twitter": _first_url_of("twitter.com"),
    "instagram": _first_url_of("instagram.com"),
    "birthdate": fields.date("birthdate"),
    "death_date": fields.date("death_date"),
    "height_cm": fields.column("height"),
    "alias_list": fields.values(joins.PERFORMER_ALIASES),
    "tags": fields.related(joins.PERFORMER_TAGS, fields.TAGS),
    "image_path": fields.picture_path("performer"),
    "image_count": fields.counted("performers_images", "performer_id"),
    "gallery_count": fields.counted("performers_galleries", "performer_id"),
    "performer_count": _appears_with,
    **{name: fields.constant(0) for name in ("scene_count", "group_count", "movie_count")},
    **{name: fields.constant([]) for name in ("scenes", "groups", "movies")},
    "o_counter": _o_counter,
    "stash_ids": fields.stash_ids(PERFORMER_STASH_IDS),
    "rating100": fields.column("rating"),
    "custom_fields": _custom_fields,
}


def _new_custom_fields(changes: Changes, value: dict[str, Any] | None) -> None:
    changes.lists[PERFORMER_FIELDS] = joins.Change([{"full": value or {}}])


def _changed_custom_fields(changes: Changes, value: dict[str, Any] | None) -> None:
    if value is not None:
        changes.lists[PERFORMER_FIELDS] = joins.Change([value])


COMMON: inputs.Readers = {
    "name": inputs.text("name"),
    **{name: inputs.text(name) for name in (*TEXTS, "gender", "circumcised")},
    "penis_length": inputs.number("penis_length"),
    "rating100": inputs.number("rating"),
    "weight": inputs.number("weight"),
    "height_cm": inputs.number("height"),
    "alias_list": inputs.text_set(joins.PERFORMER_ALIASES),
    "stash_ids": inputs.stash_ids(PERFORMER_STASH_IDS),
    "birthdate": inputs.date("birthdate", "birthdate"),
    "death_date": inputs.date("death_date", "death date"),
    "tag_ids": inputs.id_set(joins.PERFORMER_TAGS, "tag ids"),
    "image": inputs.picture("image_blob"),
}
FLAGS: inputs.Readers = {"favorite": inputs.flag("favorite"), "ignore_auto_tag": inputs.flag("ignore_auto_tag")}


def _check(database: Database, existing: Row | None, changes: Changes) -> None:
    after = {**(dict(existing) if existing else {"disambiguation": None}), **changes.columns}
    if "name" in changes.columns or "disambiguation" in changes.columns:
        _check_name(database, existing, after["name"], after["disambiguation"])
    aliases = effective(database, joins.PERFORMER_ALIASES, existing, changes)
    if aliases is not None or (existing and "name" in changes.columns):
        own = aliases if aliases is not None else joins.PERFORMER_ALIASES.values(database, after["id"])
        _check_aliases(after["name"], own if existing else list(changes.lists[joins.PERFORMER_ALIASES].values))
    birth, death = after.get("birthdate"), after.get("death_date")
    if birth and death and birth > death:
        shown = [shown_date(after[name], after[f"{name}_precision"]) for name in ("death_date", "birthdate")]
        raise ServerError("death date {} should be after birthdate {}".format(*shown))


def _check_name(database: Database, existing: Row | None, name: str | None, disambiguation: str | None) -> None:
    if not name:
        raise ServerError("performer name must not be blank")
    same = "disambiguation LIKE ?" if disambiguation else "(disambiguation IS NULL OR TRIM(disambiguation) = '')"
    arguments = [name, *([disambiguation] if disambiguation else [])]
    others = database.column(f"SELECT id FROM performers WHERE name LIKE ? AND {same}", arguments)
    if [each for each in others if existing is None or each != existing["id"]]:
        more = f" and disambiguation '{disambiguation}'" if disambiguation else ""
        raise ServerError(f"performer with name '{name}'{more} already exists")


def _check_aliases(name: str, aliases: Sequence[str]) -> None:
    seen = {name.lower()}
    for alias in aliases:
        if alias.lower() in seen:
            raise ServerError(f"performer contains duplicate alias '{alias}'")
        seen.add(alias.lower())


PERFORMERS = Named(
    table=fields.PERFORMERS,
    hook="Performer",
    create_readers={
        **COMMON,
        **performer_urls.CREATE,
        "favorite": inputs.switch("favorite"),
        "ignore_auto_tag": inputs.switch("ignore_auto_tag"),
        "custom_fields": _new_custom_fields,
    },
    update_readers={**COMMON, **performer_urls.UPDATE, **FLAGS, "custom_fields": _changed_custom_fields},
    bulk_readers={
        **{name: reader for name, reader in COMMON.items() if name not in ("name", "image", "stash_ids")},
        **FLAGS,
        "custom_fields": _changed_custom_fields,
        "urls": inputs.text_change(joins.PERFORMER_URLS),
        "alias_list": inputs.text_change(joins.PERFORMER_ALIASES),
        "tag_ids": inputs.id_change(joins.PERFORMER_TAGS, "tag ids"),
    },
    check=_check,
    create_input="PerformerCreateInput",
    update_input="PerformerUpdateInput",
)
TYPES = {"Performer": PERFORMER}
MUTATIONS: dict[str, Any] = {
    "performerCreate": PERFORMERS.create,
    "performerUpdate": PERFORMERS.update,
    "bulkPerformerUpdate": PERFORMERS.bulk_update,
    "performerDestroy": PERFORMERS.destroy,
    "performersDestroy": PERFORMERS.destroy_many,
}
