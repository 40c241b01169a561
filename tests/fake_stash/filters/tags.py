"""What tags are found by, and how they are sorted."""

from __future__ import annotations

from tests.fake_stash.filters import attached, criteria, hierarchy
from tests.fake_stash.filters.builder import Join
from tests.fake_stash.filters.find import Kind, Sort, joined, related


def _joined_count(table: str, other: str) -> criteria.Criterion:
    return attached.group_count(table, f"{table}.tag_id = tags.id", f"{table}.{other}")


def _sorted_count(table: str) -> Sort:
    return Sort(f"(SELECT COUNT(*) FROM {table} AS sort WHERE sort.tag_id = tags.id) {{}}")


TAGS = Kind(
    table="tags",
    criteria={
        "name": criteria.text("tags.name"),
        "sort_name": criteria.text("tags.sort_name"),
        "aliases": attached.texts("tags", "tag_aliases", "tag_id", "alias"),
        "favorite": criteria.switch("tags.favorite"),
        "description": criteria.text("tags.description"),
        "ignore_auto_tag": criteria.switch("tags.ignore_auto_tag"),
        "is_missing": attached.missing("tags", {"image": attached.null("tags.image_blob")}),
        "scene_count": _joined_count("scenes_tags", "scene_id"),
        "image_count": _joined_count("images_tags", "image_id"),
        "gallery_count": _joined_count("galleries_tags", "gallery_id"),
        "performer_count": _joined_count("performers_tags", "performer_id"),
        "studio_count": _joined_count("studios_tags", "studio_id"),
        "group_count": _joined_count("groups_tags", "group_id"),
        "movie_count": _joined_count("groups_tags", "group_id"),
        "marker_count": _joined_count("scene_markers_tags", "scene_marker_id"),
        **attached.stash_ids("tags", "tag"),
        "parents": hierarchy.PARENTS,
        "children": hierarchy.CHILDREN,
        "parent_count": attached.group_count(
            "tags_relations", "tag_parents_count.child_id = tags.id", "tag_parents_count.parent_id", "tag_parents_count"
        ),
        "child_count": attached.group_count(
            "tags_relations",
            "tag_children_count.parent_id = tags.id",
            "tag_children_count.child_id",
            "tag_children_count",
        ),
        "created_at": criteria.timestamp("tags.created_at"),
        "updated_at": criteria.timestamp("tags.updated_at"),
        "images_filter": related(
            "images", "images_tags.image_id", joined("images_tags", "images_tags.tag_id = tags.id", kind="INNER")
        ),
        "galleries_filter": related(
            "galleries",
            "galleries_tags.gallery_id",
            joined("galleries_tags", "galleries_tags.tag_id = tags.id", kind="INNER"),
        ),
    },
    search_columns=("tags.name", "tag_aliases.alias", "tags.sort_name"),
    search_joins=(Join("tag_aliases", "tag_aliases.tag_id = tags.id"),),
    sorts={
        **{name: Sort(f"tags.{name} {{}}") for name in ("created_at", "id", "updated_at")},
        "name": Sort("COALESCE(tags.sort_name, tags.name) COLLATE NATURAL_CI {}"),
        "scenes_count": _sorted_count("scenes_tags"),
        "scenes_duration": _sorted_count("scenes_tags"),
        "scene_markers_count": _sorted_count("scene_markers_tags"),
        "images_count": _sorted_count("images_tags"),
        "galleries_count": _sorted_count("galleries_tags"),
        "performers_count": _sorted_count("performers_tags"),
        "studios_count": _sorted_count("studios_tags"),
        "movies_count": _sorted_count("groups_tags"),
        "groups_count": _sorted_count("groups_tags"),
        "random": Sort(""),
    },
    default_sort="name",
    last_term=", COALESCE(tags.sort_name, tags.name, tags.id) COLLATE NATURAL_CI ASC",
)
