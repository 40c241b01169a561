"""What performers are found by, and how they are sorted."""

from __future__ import annotations

from typing import Any

from tests.fake_stash.filters import criteria, relations
from tests.fake_stash.filters.builder import Filter, Join
from tests.fake_stash.filters.find import Kind, Sort, joined, related

TEXTS = [
    "name",
    "disambiguation",
    "details",
    "ethnicity",
    "country",
    "eye_color",
    "measurements",
    "fake_tits",
    "career_length",
    "tattoos",
    "piercings",
    "hair_color",
]
COUNTS = {"tag": "performers_tags", "scene": "performers_scenes", "image": "performers_images"} | {
    "gallery": "performers_galleries"
}
O_COUNT = (
    "SELECT SUM(images.o_counter) FROM performers_images s INNER JOIN images ON images.id = s.image_id"
    " WHERE s.performer_id = performers.id"
)
AGE = (
    "cast(IFNULL(strftime('%Y.%m%d', performers.death_date), strftime('%Y.%m%d', 'now'))"
    " - strftime('%Y.%m%d', performers.birthdate) as int)"
)


def _year(column: str) -> criteria.Criterion:
    return criteria.number(f"cast(strftime('%Y', performers.{column}) as int)")


def _enum(column: str, *names: str) -> criteria.Criterion:
    """One of several names; which of the input's fields holds them depends on the input."""

    def criterion(wanted: Filter, given: dict[str, Any]) -> None:
        found = next((given[name] for name in names if given.get(name)), [])
        values = found if isinstance(found, list) else [found]
        modifier = given["modifier"]
        if modifier in ("IS_NULL", "NOT_NULL"):
            criteria.add_text_condition(wanted, criteria.TEXT, modifier, "", column)
        elif values:
            negation = " NOT" if modifier in ("EXCLUDES", "NOT_EQUALS") else ""
            wanted.where(f"({column}{negation} IN {relations.binding(len(values))})", *values)

    return criterion


def _studios(wanted: Filter, given: dict[str, Any]) -> None:
    """Those who appear with a studio's images or galleries."""
    modifier = given["modifier"]
    appear = " UNION ".join(
        f"SELECT performer_id FROM {table} INNER JOIN performers_{table} ON {table}.id = performers_{table}.{owner}"
        f" WHERE {table}.studio_id"
        for table, owner in (("images", "image_id"), ("galleries", "gallery_id"))
    )
    if modifier in relations.NULLNESS:
        found = appear.replace(".studio_id", ".studio_id IS NOT NULL")
        wanted.where(
            f"performers.id {relations.NULLNESS[modifier] and ''}{'NOT ' if modifier == 'IS_NULL' else ''}IN ({found})"
        )
        return
    for ids, negated in ((given.get("value"), modifier == "EXCLUDES"), (given.get("excludes"), True)):
        if ids and modifier in ("INCLUDES", "EXCLUDES"):
            pairs = relations.STUDIO_TREE.values(wanted.lookup, ids, given.get("depth"))
            found = appear.replace(".studio_id", f".studio_id IN (SELECT column2 FROM ({pairs}))")
            wanted.where(f"performers.id {'NOT ' if negated else ''}IN ({found})")


def _joined_filter(name: str, other: str) -> criteria.Criterion:
    table = f"performers_{name}"
    join = joined(table, f"{table}.performer_id = performers.id", kind="INNER")
    return related(name, f"{table}.{other}", join)


def _sorted_count(table: str) -> Sort:
    return Sort(f"(SELECT COUNT(*) FROM {table} AS sort WHERE sort.performer_id = performers.id) {{}}")


PERFORMERS = Kind(
    table="performers",
    criteria={
        **{name: criteria.text(f"performers.{name}") for name in TEXTS},
        "filter_favorites": criteria.switch("performers.favorite"),
        "ignore_auto_tag": criteria.switch("performers.ignore_auto_tag"),
        "birth_year": _year("birthdate"),
        "death_year": _year("death_date"),
        "age": criteria.number(AGE),
        "gender": _enum("performers.gender", "value_list", "value"),
        "is_missing": relations.missing(
            "performers",
            {
                "url": relations.without("performer_urls", "performer_urls.performer_id = performers.id", "url"),
                "aliases": relations.without(
                    "performer_aliases", "performer_aliases.performer_id = performers.id", "alias"
                ),
                "scenes": relations.without(
                    "performers_scenes", "scenes_join.performer_id = performers.id", "scene_id", "scenes_join"
                ),
                "image": relations.null("performers.image_blob"),
            },
        ),
        "height_cm": criteria.number("performers.height"),
        "weight": criteria.number("performers.weight"),
        "penis_length": criteria.number("performers.penis_length"),
        "circumcised": _enum("performers.circumcised", "value"),
        "rating100": criteria.number("performers.rating"),
        "url": relations.texts("performers", "performer_urls", "performer_id", "url"),
        "aliases": relations.texts("performers", "performer_aliases", "performer_id", "alias"),
        "tags": relations.JoinedTags("performers", "performers_tags", "performer_id", "performer_tag"),
        "studios": _studios,
        **{
            f"{name}_count": criteria.joined_count(table, "performer_id", "performers")
            for name, table in COUNTS.items()
        },
        "o_counter": criteria.number(f"({O_COUNT})"),
        "birthdate": criteria.date("performers.birthdate"),
        "death_date": criteria.date("performers.death_date"),
        "created_at": criteria.timestamp("performers.created_at"),
        "updated_at": criteria.timestamp("performers.updated_at"),
        "images_filter": _joined_filter("images", "image_id"),
        "galleries_filter": _joined_filter("galleries", "gallery_id"),
        "tags_filter": related(
            "tags",
            "performer_tag.tag_id",
            joined("performers_tags", "performer_tag.performer_id = performers.id", "performer_tag", "INNER"),
        ),
    },
    search_columns=("performers.name", "performer_aliases.alias"),
    search_joins=(Join("performer_aliases", "performer_aliases.performer_id = performers.id"),),
    sorts={
        **{
            name: Sort(f"performers.{name} {{}}")
            for name in [
                "birthdate",
                "career_length",
                "created_at",
                "height",
                "id",
                "measurements",
                "penis_length",
                "rating",
                "updated_at",
                "weight",
            ]
        },
        "name": Sort("performers.name COLLATE NATURAL_CI {}"),
        "tag_count": _sorted_count("performers_tags"),
        "scenes_count": _sorted_count("performers_scenes"),
        "images_count": _sorted_count("performers_images"),
        "galleries_count": _sorted_count("performers_galleries"),
        "o_counter": Sort(f"({O_COUNT}) {{}}"),
        **{
            name: _sorted_count("performers_scenes")
            for name in ("last_o_at", "last_played_at", "play_count", "scenes_duration")
        },
        "random": Sort(""),
    },
    default_sort="name",
    last_term=", COALESCE(performers.name, performers.id) COLLATE NATURAL_CI ASC",
)
