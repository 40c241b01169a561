"""What studios are found by, and how they are sorted."""

from __future__ import annotations

from typing import Any

from tests.fake_stash.filters import attached, criteria, relations, trees
from tests.fake_stash.filters.builder import Filter, Join
from tests.fake_stash.filters.find import Kind, Sort, joined, related


def _joined_count(table: str) -> criteria.Criterion:
    return attached.group_count(table, f"{table}.studio_id = studios.id", f"{table}.id")


def _sorted_count(table: str, owner: str = "studio_id") -> Sort:
    return Sort(f"(SELECT COUNT(*) FROM {table} AS sort WHERE sort.{owner} = studios.id) {{}}")


def _parents(wanted: Filter, given: dict[str, Any]) -> None:
    modifier, value = given["modifier"], given.get("value") or []
    if modifier in relations.NULLNESS:
        wanted.where(f"studios.parent_id IS {relations.NULLNESS[modifier]} NULL")
        return
    if not value:
        return
    wanted.left_join("studios", "parent_studio.id = studios.parent_id", "parent_studio")
    marks = relations.binding(len(value))
    if modifier in ("INCLUDES", "INCLUDES_ALL"):
        wanted.where(f"parent_studio.id IN {marks}", *value)
    if modifier == "INCLUDES_ALL":
        wanted.having(f"count(distinct parent_studio.id) IS {len(value)}")
    if modifier == "EXCLUDES":
        same = f"select s.id from studios as s where s.id = studios.id and s.parent_id in {marks}"
        wanted.where(f"not exists ({same})", *value)


def _related(name: str) -> criteria.Criterion:
    return related(name, f"{name}.id", joined(name, f"{name}.studio_id = studios.id", kind="INNER"))


STUDIOS = Kind(
    table="studios",
    criteria={
        "name": criteria.text("studios.name"),
        "details": criteria.text("studios.details"),
        "url": attached.texts("studios", "studio_urls", "studio_id", "url"),
        "rating100": criteria.number("studios.rating"),
        "favorite": criteria.switch("studios.favorite"),
        "ignore_auto_tag": criteria.switch("studios.ignore_auto_tag"),
        "is_missing": attached.missing(
            "studios",
            {
                "url": attached.without("studio_urls", "studio_urls.studio_id = studios.id", "url"),
                "stash_id": attached.without(
                    "studio_stash_ids", "studio_stash_ids.studio_id = studios.id", "studio_id"
                ),
                "image": attached.null("studios.image_blob"),
            },
        ),
        "tag_count": criteria.joined_count("studios_tags", "studio_id", "studios"),
        "scene_count": _joined_count("scenes"),
        "image_count": _joined_count("images"),
        "gallery_count": _joined_count("galleries"),
        "parents": _parents,
        **attached.stash_ids("studios", "studio"),
        "aliases": attached.texts("studios", "studio_aliases", "studio_id", "alias"),
        "tags": trees.JoinedTags("studios", "studios_tags", "studio_id", "studio_tag"),
        "child_count": attached.group_count(
            "studios", "children_count.parent_id = studios.id", "children_count.id", "children_count"
        ),
        "created_at": criteria.timestamp("studios.created_at"),
        "updated_at": criteria.timestamp("studios.updated_at"),
        "images_filter": _related("images"),
        "galleries_filter": _related("galleries"),
    },
    search_columns=("studios.name", "studio_aliases.alias"),
    search_joins=(Join("studio_aliases", "studio_aliases.studio_id = studios.id"),),
    sorts={
        **{name: Sort(f"studios.{name} {{}}") for name in ("created_at", "id", "rating", "updated_at")},
        "name": Sort("studios.name COLLATE NATURAL_CI {}"),
        "tag_count": _sorted_count("studios_tags"),
        "scenes_count": _sorted_count("scenes"),
        "scenes_duration": _sorted_count("scenes"),
        "images_count": _sorted_count("images"),
        "galleries_count": _sorted_count("galleries"),
        "child_count": _sorted_count("studios", "parent_id"),
        "random": Sort(""),
    },
    default_sort="name",
    last_term=", COALESCE(studios.name, studios.id) COLLATE NATURAL_CI ASC",
)
