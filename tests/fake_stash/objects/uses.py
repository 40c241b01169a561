"""What tags, performers and studios are used by, and their end."""

from __future__ import annotations

from typing import Any

from tests.fake_stash.language.errors import ServerError
from tests.fake_stash.language.execute import Call
from tests.fake_stash.objects import fields
from tests.fake_stash.objects.fields import Resolver, Table
from tests.fake_stash.store.clock import now

_NONE = ("scene_count", "scene_marker_count", "group_count", "movie_count")


def _counts(column: str, **tables: str) -> dict[str, Resolver]:
    """A count for each table that refers to the object by `column`; the stand-in has no scenes and no groups."""
    sql = "SELECT {0}, COUNT(*) FROM {1} WHERE {0} IN (SELECT value FROM json_each(?)) GROUP BY {0}"
    counted = {name: fields.counted(sql.format(column, table)) for name, table in tables.items()}
    return {**dict.fromkeys(_NONE, fields.constant(0)), **counted}


TAG = _counts(
    "tag_id",
    image_count="images_tags",
    gallery_count="galleries_tags",
    performer_count="performers_tags",
    studio_count="studios_tags",
)
PERFORMER = _counts("performer_id", image_count="performers_images", gallery_count="performers_galleries")
STUDIO = _counts("studio_id", image_count="images", gallery_count="galleries")


def _destroy(table: Table, hook: str) -> Any:
    def resolve(call: Call) -> bool:
        ids = fields.ids(call.args["ids"], "converting ids: ")
        database = call.request.database
        with database.transaction():
            for id_ in ids:
                if database.value(f"SELECT id FROM {table.table} WHERE id = ?", [id_]) is None:
                    raise ServerError(f"id {id_} does not exist in {table.table}")
                database.execute(f"DELETE FROM {table.table} WHERE id = ?", [id_])
        for id_ in ids:
            call.request.hook(id_, hook, call.args["ids"])
        return True

    return resolve


def _tag_update(call: Call) -> Any:
    """The name and the description of a tag, as far as tests edit them."""
    given, database = call.args["input"], call.request.database
    with database.transaction():
        for name in ("name", "description"):
            if name in given:
                database.execute(f"UPDATE tags SET {name} = ? WHERE id = ?", [given[name], given["id"]])
        database.execute("UPDATE tags SET updated_at = ? WHERE id = ?", [now(), given["id"]])
    call.request.hook(int(given["id"]), "Tag.Update.Post", given, list(given))
    return fields.TAGS.find(database, int(given["id"]))


MUTATIONS = {
    "tagsDestroy": _destroy(fields.TAGS, "Tag.Destroy.Post"),
    "performersDestroy": _destroy(fields.PERFORMERS, "Performer.Destroy.Post"),
    "studiosDestroy": _destroy(fields.STUDIOS, "Studio.Destroy.Post"),
    "tagUpdate": _tag_update,
}
