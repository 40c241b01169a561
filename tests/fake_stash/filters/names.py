"""What tags, performers, studios, galleries and folders are found by, and how they are sorted."""

from __future__ import annotations

from tests.fake_stash.filters import criteria, relations
from tests.fake_stash.filters.builder import Filter, Join
from tests.fake_stash.filters.find import Kind, Sort


def _sorts(table: str, *columns: str) -> dict[str, Sort]:
    natural = {"name", "title"}
    return {
        name: Sort(f"{table}.{name}{' COLLATE NATURAL_CI' if name in natural else ''} {{}}") for name in columns
    } | {"random": Sort("")}


TAGS = Kind(
    table="tags",
    criteria={
        "name": criteria.text("tags.name"),
        "sort_name": criteria.text("tags.sort_name"),
        "description": criteria.text("tags.description"),
        "aliases": relations.texts("tags", "tag_aliases", "tag_id", "alias"),
        "favorite": criteria.switch("tags.favorite"),
        "created_at": criteria.timestamp("tags.created_at"),
        "updated_at": criteria.timestamp("tags.updated_at"),
    },
    search_columns=("tags.name", "tag_aliases.alias"),
    search_joins=(Join("tag_aliases", "tag_aliases.tag_id = tags.id"),),
    sorts=_sorts("tags", "created_at", "id", "name", "updated_at"),
    default_sort="name",
    last_term=", tags.name COLLATE NATURAL_CI ASC",
)
STUDIOS = Kind(
    table="studios",
    criteria={
        "name": criteria.text("studios.name"),
        "details": criteria.text("studios.details"),
        "aliases": relations.texts("studios", "studio_aliases", "studio_id", "alias"),
        "favorite": criteria.switch("studios.favorite"),
        "created_at": criteria.timestamp("studios.created_at"),
        "updated_at": criteria.timestamp("studios.updated_at"),
    },
    search_columns=("studios.name", "studio_aliases.alias"),
    search_joins=(Join("studio_aliases", "studio_aliases.studio_id = studios.id"),),
    sorts=_sorts("studios", "created_at", "id", "name", "updated_at"),
    default_sort="name",
    last_term=", studios.name COLLATE NATURAL_CI ASC",
)
PERFORMERS = Kind(
    table="performers",
    criteria={
        "name": criteria.text("performers.name"),
        "disambiguation": criteria.text("performers.disambiguation"),
        "details": criteria.text("performers.details"),
        "aliases": relations.texts("performers", "performer_aliases", "performer_id", "alias"),
        "filter_favorites": criteria.switch("performers.favorite"),
        "created_at": criteria.timestamp("performers.created_at"),
        "updated_at": criteria.timestamp("performers.updated_at"),
    },
    search_columns=("performers.name", "performer_aliases.alias"),
    search_joins=(Join("performer_aliases", "performer_aliases.performer_id = performers.id"),),
    sorts=_sorts("performers", "created_at", "id", "name", "updated_at"),
    default_sort="name",
    last_term=", performers.name COLLATE NATURAL_CI ASC",
)


def _with_places(wanted: Filter) -> None:
    wanted.left_join("folders", "gallery_folder.id = galleries.folder_id", "gallery_folder")
    wanted.left_join("galleries_files", "galleries_files.gallery_id = galleries.id")
    wanted.left_join("files", "files.id = galleries_files.file_id")
    wanted.left_join("folders", "folders.id = files.parent_folder_id")


GALLERIES = Kind(
    table="galleries",
    criteria={
        "id": criteria.number("galleries.id"),
        "path": criteria.text("COALESCE(gallery_folder.path, folders.path || '/' || files.basename)", _with_places),
        "title": criteria.text("galleries.title"),
        "code": criteria.text("galleries.code"),
        "details": criteria.text("galleries.details"),
        "organized": criteria.switch("galleries.organized"),
        "created_at": criteria.timestamp("galleries.created_at"),
        "updated_at": criteria.timestamp("galleries.updated_at"),
    },
    search_columns=("galleries.title",),
    sorts=_sorts("galleries", "created_at", "id", "title", "updated_at"),
    last_term=", COALESCE(galleries.title, galleries.id) COLLATE NATURAL_CI ASC",
)
FOLDERS = Kind(
    table="folders",
    criteria={"path": criteria.text("folders.path")},
    search_columns=("folders.path",),
    sorts=_sorts("folders", "created_at", "id", "path", "updated_at"),
)
