"""What galleries are found by, and how they are sorted."""

from __future__ import annotations

from typing import Any

from tests.fake_stash.filters import attached, criteria, pictures, relations, trees
from tests.fake_stash.filters.builder import Clause, Filter, Join, either
from tests.fake_stash.filters.find import Kind, Sort, joined, related

FILES_JOIN = Join("galleries_files", "galleries_files.gallery_id = galleries.id")
FILE_JOIN = Join("files", "galleries_files.file_id = files.id")
FOLDER_JOIN = Join("folders", "files.parent_folder_id = folders.id")
FINGERPRINT_JOIN = Join("files_fingerprints", "files_fingerprints.file_id = galleries_files.file_id")
OWN_FOLDER_JOIN = Join("folders", "galleries.folder_id = gallery_folder.id", "gallery_folder")
CHAPTERS_JOIN = Join("galleries_chapters", "galleries_chapters.gallery_id = galleries.id")
PATH_COLUMN = "folders.path || '/' || files.basename"


def _checksum(wanted: Filter, given: dict[str, Any]) -> None:
    wanted.joins.add(FILES_JOIN)
    on = "galleries_files.file_id = fingerprints_md5.file_id AND fingerprints_md5.type = 'md5'"
    wanted.left_join("files_fingerprints", on, "fingerprints_md5")
    criteria.text("fingerprints_md5.fingerprint")(wanted, given)


def _is_zip(wanted: Filter, given: bool) -> None:
    wanted.joins.add(FILES_JOIN)
    wanted.where(f"galleries_files.file_id IS {'NOT ' if given else ''}NULL")


def _path(wanted: Filter, given: dict[str, Any]) -> None:
    """The path of the zip file or of the folder."""
    for join in (FILES_JOIN, FILE_JOIN, FOLDER_JOIN, OWN_FOLDER_JOIN):
        wanted.joins.add(join)
    of_file, of_folder = Filter(wanted.lookup), Filter(wanted.lookup)
    criteria.path("folders.path", "files.basename")(of_file, given)
    criteria.text("gallery_folder.path")(of_folder, given)
    clauses = [_plain(of_file.conditions[0]), _plain(of_folder.conditions[0])]
    both = given["modifier"] in ("NOT_MATCHES_REGEX", "IS_NULL")
    wanted.conditions += clauses if both else [either(clauses)]


def _plain(clause: Clause) -> Clause:
    return Clause(f"({clause.sql})", clause.args)


def _chapters(wanted: Filter, given: str) -> None:
    wanted.joins.add(CHAPTERS_JOIN)
    if given == "true":
        wanted.having("count(galleries_chapters.gallery_id) > 0")
    else:
        wanted.where("galleries_chapters.id IS NULL")


def _favorite(wanted: Filter, given: bool) -> None:
    wanted.left_join("performers_galleries", "galleries.id = performers_galleries.gallery_id")
    if given:
        wanted.left_join("performers", "performers.id = performers_galleries.performer_id")
        wanted.where("performers.favorite = 1")
        return
    without = (
        "(SELECT performers_galleries.gallery_id as id FROM performers_galleries"
        " JOIN performers ON performers.id = performers_galleries.performer_id"
        " GROUP BY performers_galleries.gallery_id HAVING SUM(performers.favorite) = 0)"
    )
    wanted.left_join(without, "galleries.id = nofaves.id", "nofaves")
    wanted.where("performers_galleries.gallery_id IS NULL OR nofaves.id IS NOT NULL")


def _performer_age(wanted: Filter, given: dict[str, Any]) -> None:
    wanted.inner_join("performers_galleries", "galleries.id = performers_galleries.gallery_id")
    wanted.inner_join("performers", "performers_galleries.performer_id = performers.id")
    wanted.where("galleries.date != '' AND performers.birthdate != ''")
    wanted.where("galleries.date IS NOT NULL AND performers.birthdate IS NOT NULL")
    age = "cast(strftime('%Y.%m%d', galleries.date) - strftime('%Y.%m%d', performers.birthdate) as int)"
    wanted.conditions.append(criteria.numeric_clause(age, given))


def _average_resolution(wanted: Filter, given: dict[str, Any]) -> None:
    wanted.left_join("galleries_images", "images_join.gallery_id = galleries.id", "images_join")
    wanted.left_join("images", "images_join.image_id = images.id")
    wanted.left_join("images_files", "images.id = images_files.image_id")
    wanted.left_join("image_files", "images_files.file_id = image_files.file_id")
    sides = Filter(wanted.lookup)
    pictures.resolution("image_files.width", "image_files.height", criteria.no_join)(sides, given)
    wanted.havings += [Clause(each.sql.replace("MIN(", "avg(MIN(").replace(")", "))", 1)) for each in sides.conditions]


def _related(name: str, table: str, other: str, alias: str = "") -> criteria.Criterion:
    join = joined(table, f"{alias or table}.gallery_id = galleries.id", alias, "INNER")
    return related(name, f"{alias or table}.{other}", join)


def _files(wanted: Filter) -> None:
    for join in (FILES_JOIN, FILE_JOIN, FOLDER_JOIN):
        wanted.joins.add(join)


def _sorted_count(table: str) -> Sort:
    return Sort(f"(SELECT COUNT(*) FROM {table} AS sort WHERE sort.gallery_id = galleries.id) {{}}")


def _sorting(*joins: Join) -> tuple[Join, ...]:
    return tuple(Join(join.table, join.on, join.alias, join.kind, for_sort=True) for join in joins)


FILE_SORT = _sorting(FILES_JOIN, FILE_JOIN)
PATH_SORT = FILE_SORT + _sorting(
    Join("folders", "folders.id = galleries.folder_id"),
    Join("folders", "files.parent_folder_id = file_folder.id", "file_folder"),
)
GALLERIES = Kind(
    table="galleries",
    criteria={
        "id": criteria.number("galleries.id"),
        "title": criteria.text("galleries.title"),
        "code": criteria.text("galleries.code"),
        "details": criteria.text("galleries.details"),
        "photographer": criteria.text("galleries.photographer"),
        "checksum": _checksum,
        "is_zip": _is_zip,
        "path": _path,
        "file_count": criteria.joined_count("galleries_files", "gallery_id", "galleries"),
        "rating100": criteria.number("galleries.rating"),
        "url": attached.texts("galleries", "gallery_urls", "gallery_id", "url"),
        "organized": criteria.switch("galleries.organized"),
        "is_missing": attached.missing(
            "galleries",
            {
                "url": attached.without("gallery_urls", "gallery_urls.gallery_id = galleries.id", "url"),
                "scenes": attached.without(
                    "scenes_galleries", "scenes_join.gallery_id = galleries.id", "gallery_id", "scenes_join"
                ),
                "studio": attached.null("galleries.studio_id"),
                "performers": attached.without(
                    "performers_galleries", "performers_join.gallery_id = galleries.id", "gallery_id", "performers_join"
                ),
                "tags": attached.without(
                    "galleries_tags", "tags_join.gallery_id = galleries.id", "gallery_id", "tags_join"
                ),
            },
        ),
        "tags": trees.JoinedTags("galleries", "galleries_tags", "gallery_id", "gallery_tag"),
        "tag_count": criteria.joined_count("galleries_tags", "gallery_id", "galleries"),
        "performers": relations.Joined(
            "galleries", "performers_galleries", "gallery_id", "performer_id", "performers_join"
        ),
        "performer_count": criteria.joined_count("performers_galleries", "gallery_id", "galleries"),
        "has_chapters": _chapters,
        "studios": trees.in_tree("galleries.studio_id", trees.STUDIO_TREE),
        "performer_tags": trees.performer_tags("galleries", "performers_galleries", "gallery_id"),
        "average_resolution": _average_resolution,
        "image_count": criteria.joined_count("galleries_images", "gallery_id", "galleries"),
        "performer_favorite": _favorite,
        "performer_age": _performer_age,
        "date": criteria.date("galleries.date"),
        "created_at": criteria.timestamp("galleries.created_at"),
        "updated_at": criteria.timestamp("galleries.updated_at"),
        "images_filter": _related("images", "galleries_images", "image_id"),
        "performers_filter": _related("performers", "performers_galleries", "performer_id", "performers_join"),
        "studios_filter": related("studios", "galleries.studio_id"),
        "tags_filter": _related("tags", "galleries_tags", "tag_id", "gallery_tag"),
        "files_filter": related("files", "files.id", _files, direct=True),
        "folders_filter": related("folders", "galleries.folder_id"),
    },
    search_columns=(
        "galleries.title",
        "gallery_folder.path",
        PATH_COLUMN,
        "files_fingerprints.fingerprint",
        "galleries_chapters.title",
    ),
    search_joins=(FILES_JOIN, FILE_JOIN, FOLDER_JOIN, FINGERPRINT_JOIN, OWN_FOLDER_JOIN, CHAPTERS_JOIN),
    sorts={
        **{name: Sort(f"galleries.{name} {{}}") for name in ("created_at", "date", "id", "rating", "updated_at")},
        "file_count": _sorted_count("galleries_files"),
        "images_count": _sorted_count("galleries_images"),
        "tag_count": _sorted_count("galleries_tags"),
        "performer_count": _sorted_count("performers_galleries"),
        "file_mod_time": Sort("files.mod_time {}", FILE_SORT),
        "path": Sort(
            "COALESCE(folders.path, '') || COALESCE(file_folder.path, '') || COALESCE(files.basename, '')"
            " COLLATE NATURAL_CI {}",
            PATH_SORT,
        ),
        "title": Sort(
            "COALESCE(galleries.title, files.basename, basename(COALESCE(folders.path, ''))) COLLATE NATURAL_CI {},"
            " file_folder.path COLLATE NATURAL_CI {}",
            PATH_SORT,
        ),
        "random": Sort(""),
    },
    last_term=", COALESCE(galleries.title, galleries.id) COLLATE NATURAL_CI ASC",
)
