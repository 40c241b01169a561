"""Queries and creation of what images are joined to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.fake_stash.filters import names
from tests.fake_stash.filters.find import Kind, build_query, count, find_ids
from tests.fake_stash.language.errors import ServerError
from tests.fake_stash.language.execute import Call
from tests.fake_stash.language.numbers import atoi
from tests.fake_stash.objects import fields, inputs
from tests.fake_stash.objects.fields import Table
from tests.fake_stash.objects.files import FOLDERS
from tests.fake_stash.store import joins
from tests.fake_stash.store.clock import now


def find_one(table: Table) -> Callable[[Call], Any]:
    """The query for one object."""
    return lambda call: table.find(call.request.database, atoi(call.args["id"]))


def find_many(table: Table, kind: Kind, name: str, criterion: str) -> Callable[[Call], Any]:
    """The query for several objects."""

    def resolve(call: Call) -> dict[str, Any]:
        database = call.request.database
        with database.reading():
            if call.args.get("ids"):
                found = table.many(database, fields.ids(call.args["ids"], "converting ids: "))
                return {"count": len(found), name: found}
            query = build_query(kind, call.args.get(criterion), call.args.get("filter"))
            return {"count": count(database, query), name: table.many(database, find_ids(database, query))}

    return resolve


QUERIES = {
    "findTag": find_one(fields.TAGS),
    "findStudio": find_one(fields.STUDIOS),
    "findPerformer": find_one(fields.PERFORMERS),
    "findGallery": find_one(fields.GALLERIES),
    "findTags": find_many(fields.TAGS, names.TAGS, "tags", "tag_filter"),
    "findStudios": find_many(fields.STUDIOS, names.STUDIOS, "studios", "studio_filter"),
    "findPerformers": find_many(fields.PERFORMERS, names.PERFORMERS, "performers", "performer_filter"),
    "findGalleries": find_many(fields.GALLERIES, names.GALLERIES, "galleries", "gallery_filter"),
    "findFolders": find_many(FOLDERS, names.FOLDERS, "folders", "folder_filter"),
}


def _create(table: Table, readers: inputs.Readers, hook: str, check: Callable[[Call, dict[str, Any]], None]) -> Any:
    def resolve(call: Call) -> Any:
        given = call.args["input"]
        changes = inputs.read(given, readers)
        database = call.request.database
        with database.transaction():
            check(call, given)
            columns = {"created_at": now(), "updated_at": now(), **changes.columns}
            marks = ", ".join("?" * len(columns))
            sql = f"INSERT INTO {table.table} ({', '.join(columns)}) VALUES ({marks})"
            object_id = database.execute(sql, list(columns.values()))
            for join, change in changes.lists.items():
                join.apply(database, object_id, change)
        call.request.hook(object_id, hook, given)
        return table.find(database, object_id)

    return resolve


def _unique(table: Table, aliases: joins.ValueJoin, alias_field: str, *, by_alias: bool) -> Any:
    def check(call: Call, given: dict[str, Any]) -> None:
        database = call.request.database
        for name in [given["name"].strip(), *((given.get(alias_field) or ()) if by_alias else ())]:
            if not name:
                raise ServerError(f"{table.name} name must not be blank")
            if database.value(f"SELECT id FROM {table.table} WHERE name LIKE ?", [name]) is not None:
                raise ServerError(f"{table.name} with name '{name}' already exists")
            other = by_alias and database.value(
                f"SELECT {table.table}.name FROM {aliases.table}"
                f" INNER JOIN {table.table} ON {table.table}.id = {aliases.owner} WHERE alias LIKE ?",
                [name],
            )
            if other:
                raise ServerError(f"name '{name}' is used as alias for '{other}'")

    return check


MUTATIONS = {
    "tagCreate": _create(
        fields.TAGS,
        {"name": inputs.text("name"), "aliases": inputs.text_set(joins.TAG_ALIASES)},
        "Tag.Create.Post",
        _unique(fields.TAGS, joins.TAG_ALIASES, "aliases", by_alias=True),
    ),
    "studioCreate": _create(
        fields.STUDIOS,
        {"name": inputs.text("name"), "aliases": inputs.text_set(joins.STUDIO_ALIASES)},
        "Studio.Create.Post",
        _unique(fields.STUDIOS, joins.STUDIO_ALIASES, "aliases", by_alias=True),
    ),
    "performerCreate": _create(
        fields.PERFORMERS,
        {"name": inputs.text("name"), "alias_list": inputs.text_set(joins.PERFORMER_ALIASES)},
        "Performer.Create.Post",
        _unique(fields.PERFORMERS, joins.PERFORMER_ALIASES, "alias_list", by_alias=False),
    ),
    "galleryCreate": _create(
        fields.GALLERIES, {"title": inputs.text("title")}, "Gallery.Create.Post", lambda _call, _given: None
    ),
}
