"""What images are found by, and how they are sorted."""

from __future__ import annotations

from typing import Any

from tests.fake_stash.filters import attached, criteria, pictures, relations, trees
from tests.fake_stash.filters.builder import Filter, Join
from tests.fake_stash.filters.find import Kind, Sort, joined, related

FILES_JOIN = Join("images_files", "images_files.image_id = images.id")
FILE_JOIN = Join("files", "images_files.file_id = files.id")
FOLDER_JOIN = Join("folders", "files.parent_folder_id = folders.id")
FINGERPRINT_JOIN = Join("files_fingerprints", "files_fingerprints.file_id = images_files.file_id")
PICTURE_JOIN = Join("image_files", "image_files.file_id = images_files.file_id")
PATH_COLUMN = "folders.path || '/' || files.basename"


def _join(*joins: Join) -> criteria.Joiner:
    def joiner(wanted: Filter) -> None:
        for join in joins:
            wanted.joins.add(join)

    return joiner


def _checksum(wanted: Filter, given: dict[str, Any]) -> None:
    wanted.joins.add(FILES_JOIN)
    on = "images_files.file_id = fingerprints_md5.file_id AND fingerprints_md5.type = 'md5'"
    wanted.inner_join("files_fingerprints", on, "fingerprints_md5")
    criteria.text("fingerprints_md5.fingerprint")(wanted, given)


def _without(table: str, alias: str) -> criteria.Criterion:
    return attached.without(table, f"{alias}.image_id = images.id", "image_id", alias)


def _related(name: str, table: str, other: str, alias: str = "") -> criteria.Criterion:
    join = joined(table, f"{alias or table}.image_id = images.id", alias, "INNER")
    return related(name, f"{alias or table}.{other}", join)


def _favorite(wanted: Filter, given: bool) -> None:
    wanted.left_join("performers_images", "images.id = performers_images.image_id")
    if given:
        wanted.left_join("performers", "performers.id = performers_images.performer_id")
        wanted.where("performers.favorite = 1")
        return
    without = (
        "(SELECT performers_images.image_id as id FROM performers_images"
        " JOIN performers ON performers.id = performers_images.performer_id"
        " GROUP BY performers_images.image_id HAVING SUM(performers.favorite) = 0)"
    )
    wanted.left_join(without, "images.id = nofaves.id", "nofaves")
    wanted.where("performers_images.image_id IS NULL OR nofaves.id IS NOT NULL")


def _age(wanted: Filter, given: dict[str, Any]) -> None:
    wanted.inner_join("performers_images", "images.id = performers_images.image_id")
    wanted.inner_join("performers", "performers_images.performer_id = performers.id")
    wanted.where("images.date != '' AND performers.birthdate != ''")
    wanted.where("images.date IS NOT NULL AND performers.birthdate IS NOT NULL")
    age = "cast(strftime('%Y.%m%d', images.date) - strftime('%Y.%m%d', performers.birthdate) as int)"
    wanted.conditions.append(criteria.numeric_clause(age, given))


CRITERIA: dict[str, criteria.Criterion] = {
    "id": criteria.number("images.id"),
    "checksum": _checksum,
    "title": criteria.text("images.title"),
    "code": criteria.text("images.code"),
    "details": criteria.text("images.details"),
    "photographer": criteria.text("images.photographer"),
    "path": criteria.path("folders.path", "files.basename", _join(FILES_JOIN, FILE_JOIN, FOLDER_JOIN)),
    "file_count": criteria.joined_count("images_files", "image_id", "images"),
    "rating100": criteria.number("images.rating"),
    "o_counter": criteria.number("images.o_counter"),
    "organized": criteria.switch("images.organized"),
    "date": criteria.date("images.date"),
    "url": attached.texts("images", "image_urls", "image_id", "url"),
    "resolution": pictures.resolution("image_files.width", "image_files.height", _join(FILES_JOIN, PICTURE_JOIN)),
    "orientation": pictures.orientation("image_files.width", "image_files.height", _join(FILES_JOIN, PICTURE_JOIN)),
    "is_missing": attached.missing(
        "images",
        {
            "studio": attached.null("images.studio_id"),
            "performers": _without("performers_images", "performers_join"),
            "galleries": _without("galleries_images", "galleries_join"),
            "tags": _without("images_tags", "tags_join"),
        },
    ),
    "tags": trees.JoinedTags("images", "images_tags", "image_id", "image_tag"),
    "tag_count": criteria.joined_count("images_tags", "image_id", "images"),
    "galleries": relations.PlainJoined("images", "galleries", "galleries_images", "image_id", "gallery_id"),
    "performers": relations.Joined("images", "performers_images", "image_id", "performer_id", "performers_join"),
    "performer_count": criteria.joined_count("performers_images", "image_id", "images"),
    "studios": trees.in_tree("images.studio_id", trees.STUDIO_TREE),
    "performer_tags": trees.performer_tags("images", "performers_images", "image_id"),
    "performer_favorite": _favorite,
    "performer_age": _age,
    "created_at": criteria.timestamp("images.created_at"),
    "updated_at": criteria.timestamp("images.updated_at"),
    "galleries_filter": _related("galleries", "galleries_images", "gallery_id"),
    "performers_filter": _related("performers", "performers_images", "performer_id", "performers_join"),
    "studios_filter": related("studios", "images.studio_id"),
    "tags_filter": _related("tags", "images_tags", "tag_id", "image_tag"),
    "files_filter": related("files", "files.id", _join(FILES_JOIN, FILE_JOIN, FOLDER_JOIN), direct=True),
}


def _sorting(*joins: Join) -> tuple[Join, ...]:
    return tuple(Join(join.table, join.on, join.alias, join.kind, for_sort=True) for join in joins)


def _counting(table: str) -> Sort:
    return Sort(f"(SELECT COUNT(*) FROM {table} AS sort WHERE sort.image_id = images.id) {{}}")


FILE_SORT = _sorting(FILES_JOIN, FILE_JOIN)
PATH_SORT = _sorting(FILES_JOIN, FILE_JOIN, FOLDER_JOIN)
SORTS = {
    **{name: Sort(f"images.{name} {{}}") for name in ("created_at", "date", "id", "o_counter", "rating", "updated_at")},
    "file_count": _counting("images_files"),
    "tag_count": _counting("images_tags"),
    "performer_count": _counting("performers_images"),
    "file_mod_time": Sort("files.mod_time {}", FILE_SORT),
    "filesize": Sort("files.size {}", FILE_SORT),
    "path": Sort("COALESCE(folders.path, '') || COALESCE(files.basename, '') COLLATE NATURAL_CI {}", PATH_SORT),
    "resolution": Sort("MIN(image_files.width, image_files.height) {}", _sorting(FILES_JOIN, FILE_JOIN, PICTURE_JOIN)),
    "title": Sort(
        "COALESCE(images.title, files.basename) COLLATE NATURAL_CI {}, folders.path COLLATE NATURAL_CI {}", PATH_SORT
    ),
    "random": Sort(""),
}
IMAGES = Kind(
    table="images",
    criteria=CRITERIA,
    search_columns=("images.title", PATH_COLUMN, "files_fingerprints.fingerprint"),
    search_joins=(FILES_JOIN, FILE_JOIN, FOLDER_JOIN, FINGERPRINT_JOIN),
    sorts=SORTS,
    last_term=", COALESCE(images.title, images.id) COLLATE NATURAL_CI ASC",
)
