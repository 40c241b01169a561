"""The queries for everything that images are joined to, and for files and folders."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.fake_stash.filters import files as file_kinds
from tests.fake_stash.filters import galleries, performers, studios, tags
from tests.fake_stash.filters.builder import Join, Query
from tests.fake_stash.filters.find import Kind, build_query, find_ids, find_page
from tests.fake_stash.language.errors import ServerError
from tests.fake_stash.language.execute import Call
from tests.fake_stash.language.numbers import atoi
from tests.fake_stash.objects import fields
from tests.fake_stash.objects.fields import Table
from tests.fake_stash.objects.files import FILES, FOLDERS, MISSING
from tests.fake_stash.objects.image_queries import checked_ids
from tests.fake_stash.store import files, images
from tests.fake_stash.store.connection import Row


def find_one(table: Table) -> Callable[[Call], Any]:
    """The query for one object."""
    return lambda call: table.find(call.request.database, atoi(call.args["id"]))


def find_many(table: Table, kind: Kind, name: str, criterion: str) -> Callable[[Call], Any]:
    """The query for several objects, by their ids or by search text and filter."""

    def resolve(call: Call) -> dict[str, Any]:
        database = call.request.database
        wanted = checked_ids(call.args["ids"]) if call.args.get("ids") else call.args.get("performer_ids") or []
        with database.reading():
            if wanted:
                found = table.many(database, wanted)
                return {"count": len(found), name: found}
            query = build_query(database, kind, call.args.get(criterion), call.args.get("filter"))
            ids, count = find_page(database, query)
            return {"count": count, name: table.many(database, ids)}

    return resolve


def all_of(table: Table, order: str) -> Callable[[Call], Any]:
    """The old query for all objects of a kind."""
    return lambda call: call.request.database.rows(f"{table.select} ORDER BY {order}")


def find_file(call: Call) -> Any:
    """A file by its id or path."""
    return _by_id_or_path(call, FILES, lambda path: files.find_by_path(call.request.database, path))


def find_folder(call: Call) -> Any:
    """A folder by its id or path."""
    database = call.request.database
    return _by_id_or_path(call, FOLDERS, lambda path: database.row("SELECT id FROM folders WHERE path = ?", [path]))


def _by_id_or_path(call: Call, table: Table, by_path: Callable[[str], Row | None]) -> Any:
    database = call.request.database
    if call.args.get("id") is not None:
        wanted = atoi(call.args["id"])
        known = table.find(database, wanted)
        if known is None:
            raise ServerError(MISSING.format(name=table.name, id=wanted))
        return known
    if call.args.get("path") is None:
        raise ServerError("either id or path must be provided")
    found = by_path(call.args["path"])
    if found is None:
        raise ServerError(f"{table.name} not found")
    return table.find(database, found["id"])


def find_files(call: Call) -> dict[str, Any]:
    """Files by their ids, or by search text and filter, with sums over all pages."""
    database = call.request.database
    with database.reading():
        if call.args.get("ids"):
            found = FILES.many(database, fields.ids(call.args["ids"]))
            return {"count": len(found), "files": found, **_file_sums(found)}
        query = build_query(database, file_kinds.FILES, call.args.get("file_filter"), call.args.get("filter"))
        query.joins.add(Join("folders", "files.parent_folder_id = folders.id"))
        every = FILES.by_id(database, database.column(query.sql(), query.args))
        found = FILES.many(database, find_ids(database, query))
        return {"count": len(every), "files": found, **_file_sums(every.values())}


def _file_sums(rows: Any) -> dict[str, Any]:
    pictures = [row for row in rows if row["__typename"] == "ImageFile"]
    return {
        "megapixels": sum(row["width"] * row["height"] for row in pictures) // 1_000_000,
        "duration": sum(row["duration"] or 0 for row in rows),
        "size": sum(row["size"] for row in rows),
    }


def find_folders(call: Call) -> dict[str, Any]:
    """Folders by their ids, or by search text and filter."""
    database = call.request.database
    with database.reading():
        if call.args.get("ids"):
            found = FOLDERS.many(database, checked_ids(call.args["ids"]))
            return {"count": len(found), "folders": found}
        query: Query = build_query(
            database, file_kinds.FOLDERS, call.args.get("folder_filter"), call.args.get("filter")
        )
        count = len(database.column(query.sql(), query.args))
        return {"count": count, "folders": FOLDERS.many(database, find_ids(database, query))}


QUERIES: dict[str, Callable[[Call], Any]] = {
    "findTag": find_one(fields.TAGS),
    "findStudio": find_one(fields.STUDIOS),
    "findPerformer": find_one(fields.PERFORMERS),
    "findGallery": find_one(fields.GALLERIES),
    "findTags": find_many(fields.TAGS, tags.TAGS, "tags", "tag_filter"),
    "findStudios": find_many(fields.STUDIOS, studios.STUDIOS, "studios", "studio_filter"),
    "findPerformers": find_many(fields.PERFORMERS, performers.PERFORMERS, "performers", "performer_filter"),
    "findGalleries": find_many(fields.GALLERIES, galleries.GALLERIES, "galleries", "gallery_filter"),
    "findFile": find_file,
    "findFolder": find_folder,
    "findFiles": find_files,
    "findFolders": find_folders,
    "allTags": all_of(fields.TAGS, "COALESCE(tags.sort_name, tags.name) COLLATE NATURAL_CI, tags.id"),
    "allStudios": all_of(fields.STUDIOS, "studios.name"),
    "allPerformers": all_of(fields.PERFORMERS, "performers.name"),
    "allGalleries": all_of(fields.GALLERIES, "galleries.id"),
    "allImages": lambda call: call.request.database.rows(images.SELECT + " ORDER BY images.id"),
}
