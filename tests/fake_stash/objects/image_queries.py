"""The queries for images."""

from __future__ import annotations

from typing import Any

from tests.fake_stash.filters.builder import Join, Query
from tests.fake_stash.filters.find import build_query, find_ids
from tests.fake_stash.filters.images import FILE_JOIN, FILES_JOIN, IMAGES
from tests.fake_stash.language.errors import ServerError
from tests.fake_stash.language.execute import Call
from tests.fake_stash.language.numbers import atoi
from tests.fake_stash.language.versions import since
from tests.fake_stash.objects.fields import ids
from tests.fake_stash.objects.images import visual_files
from tests.fake_stash.store import images
from tests.fake_stash.store.connection import Database, Row, go_list

MEGA = 1_000_000


def find_image(call: Call) -> Row | None:
    """One image by its id, or else by the MD5 of a file."""
    if call.args.get("id") is not None:
        return images.find(call.request.database, atoi(call.args["id"]))
    if call.args.get("checksum") is None:
        return None
    image_id = call.request.database.value(
        "SELECT images_files.image_id FROM files_fingerprints"
        " INNER JOIN images_files ON images_files.file_id = files_fingerprints.file_id"
        " WHERE files_fingerprints.type = 'md5' AND files_fingerprints.fingerprint = ? ORDER BY images_files.image_id",
        [call.args["checksum"]],
    )
    return None if image_id is None else images.find(call.request.database, image_id)


def find_images(call: Call) -> dict[str, Any]:
    """Images by their ids, or else by search text and filter. An empty list of ids is none."""
    database = call.request.database
    wanted = checked_ids(call.args["ids"]) if call.args.get("ids") else call.args.get("image_ids") or []
    with database.reading():
        if wanted:
            return _by_ids(call, _many(database, wanted))
        query = build_query(database, IMAGES, call.args.get("image_filter"), call.args.get("filter"))
        sums = _sums(database, query, call.selected)
        found = images.find_many(database, find_ids(database, query)) if "images" in call.selected else []
        return {"images": found, **sums}


def _many(database: Database, wanted: list[int]) -> list[Row]:
    """The images of these ids; before v0.26 the server answered no images rather than the error."""
    try:
        return images.find_many(database, wanted)
    except ServerError:
        if since("v0.26.0"):
            raise
        return []


def checked_ids(texts: list[str]) -> list[int]:
    """Ids; since v0.30 none may come twice."""
    if not since("v0.30.0"):
        return ids(texts)
    found = ids(texts, "converting ids: ")
    seen: set[str] = set()
    for text in texts:
        if text in seen:
            raise ServerError(f"validating ids: duplicate id found: {text}")
        seen.add(text)
    return found


def _by_ids(call: Call, found: list[Row]) -> dict[str, Any]:
    answer: dict[str, Any] = {"count": len(found), "megapixels": 0.0, "filesize": 0, "images": found}
    if call.selected & {"megapixels", "filesize"}:
        for many in visual_files(call.request, found, {}):
            if many and many[0]["__typename"] == "ImageFile":
                answer["megapixels"] += many[0]["width"] * many[0]["height"] / MEGA
                answer["filesize"] += many[0]["size"]
    return answer


def _sums(database: Database, query: Query, selected: frozenset[str]) -> dict[str, Any]:
    """What is asked of count, megapixels and filesize, over all pages."""
    inner = Query(**{**vars(query), "columns": list(query.columns), "joins": type(query.joins)(query.joins)})
    outer = []
    if "count" in selected:
        outer.append("COUNT(DISTINCT temp.id) as total")
    if "megapixels" in selected:
        inner.joins.add(FILES_JOIN)
        inner.joins.add(Join("image_files", "images_files.file_id = image_files.file_id"))
        inner.columns.append("COALESCE(image_files.width, 0) * COALESCE(image_files.height, 0) as megapixels")
        outer.append("COALESCE(SUM(temp.megapixels), 0) / 1000000 as megapixels")
    if "filesize" in selected:
        inner.joins.add(FILES_JOIN)
        inner.joins.add(FILE_JOIN)
        inner.columns.append("COALESCE(files.size, 0) as size")
        outer.append("SUM(temp.size) as size")
    if not outer:
        return {}
    sql = f"SELECT {', '.join(outer)} FROM ({inner.sql()}) as temp"
    try:
        row = database.row(sql, inner.args)
    except ServerError as error:
        context = f"error querying aggregate fields: executing query: {sql} [{go_list(inner.args)}]: "
        raise ServerError(f"{context}{error}") from error
    assert row is not None, "an aggregate query has one row"
    sums = dict(zip([column.rsplit(" ", 1)[1] for column in outer], row, strict=True))
    return {"count": sums.get("total", 0), "megapixels": sums.get("megapixels", 0), "filesize": sums.get("size") or 0}


QUERIES = {"findImage": find_image, "findImages": find_images}
