"""What performers are found by, and how they are sorted."""

from __future__ import annotations

from typing import Any

from tests.fake_stash.filters import attached, criteria, relations, trees
from tests.fake_stash.filters.builder import Filter, Join
from tests.fake_stash.filters.find import Kind, Sort, joined, related
from tests.fake_stash.language.errors import panic

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
APPEARANCES = (("images", "image_id"), ("galleries", "gallery_id"))
ENUM = {
    "INCLUDES": "({0} IN {1})",
    "EQUALS": "({0} IN {1})",
    "EXCLUDES": "({0} NOT IN {1})",
    "NOT_EQUALS": "({0} NOT IN {1})",
    "IS_NULL": criteria.EMPTY,
    "NOT_NULL": criteria.NOT_EMPTY,
}
O_COUNT = (
    "SELECT IFNULL(SUM(images.o_counter), 0) FROM performers_images s INNER JOIN images ON images.id = s.image_id"
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
        found: Any = next((given[name] for name in names if given.get(name)), [])
        values = found if isinstance(found, list) else [found]
        if given["modifier"] not in ENUM:
            raise panic("unsupported string filter modifier")
        if "{1}" not in ENUM[given["modifier"]]:
            wanted.where(ENUM[given["modifier"]].format(column))
        elif values:
            wanted.where(ENUM[given["modifier"]].format(column, relations.binding(len(values))), *values)

    return criterion


def _studios(wanted: Filter, given: dict[str, Any]) -> None:
    """Those who appear in a studio's images or galleries."""
    modifier = given["modifier"]
    if modifier in relations.NULLNESS:
        anywhere = _appearances("studio_id IS NOT NULL")
        wanted.where(f"performers.id {'NOT IN' if modifier == 'IS_NULL' else 'IN'} ({anywhere})")
        return
    for ids, negated in ((given.get("value"), modifier == "EXCLUDES"), (given.get("excludes"), True)):
        if ids and modifier in ("INCLUDES", "EXCLUDES"):
            pairs = trees.STUDIO_TREE.values(wanted.lookup, ids, given.get("depth"))
            there = _appearances(f"studio_id IN (SELECT column2 FROM ({pairs}))")
            wanted.where(f"performers.id {'NOT IN' if negated else 'IN'} ({there})")


def _appearances(condition: str) -> str:
    return " UNION ".join(
        f"SELECT performer_id FROM {table} INNER JOIN performers_{table} ON {table}.id = performers_{table}.{owner}"
        f" WHERE {table}.{condition}"
        for table, owner in APPEARANCES
    )


def _appears_with(wanted: Filter, given: dict[str, Any]) -> None:
    """Those who share an image or a gallery with the others; of the modifiers only INCLUDES_ALL means anything."""
    others = given.get("value") or []
    marks = f"(SELECT column1 FROM (VALUES {', '.join(['(?)'] * len(others))}))"
    all_of_them = given["modifier"] == "INCLUDES_ALL" and len(others) > 1
    count = f" GROUP BY theirs.performer_id HAVING count(distinct own.performer_id) IS {len(others)}"
    shared = " UNION ".join(
        f"SELECT theirs.performer_id FROM performers_{table} AS own"
        f" INNER JOIN performers_{table} AS theirs ON own.{owner} = theirs.{owner}"
        f" WHERE own.performer_id IN {marks} AND theirs.performer_id != own.performer_id{count if all_of_them else ''}"
        for table, owner in APPEARANCES
    )
    wanted.where(f"performers.id IN ({shared})", *others * len(APPEARANCES))


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
        "is_missing": attached.missing(
            "performers",
            {
                "url": attached.without("performer_urls", "performer_urls.performer_id = performers.id", "url"),
                "aliases": attached.without(
                    "performer_aliases", "performer_aliases.performer_id = performers.id", "alias"
                ),
                "scenes": attached.without(
                    "performers_scenes", "scenes_join.performer_id = performers.id", "scene_id", "scenes_join"
                ),
                "stash_id": attached.without(
                    "performer_stash_ids", "performer_stash_ids.performer_id = performers.id", "performer_id"
                ),
                "image": attached.null("performers.image_blob"),
            },
        ),
        "height_cm": criteria.number("performers.height"),
        "weight": criteria.number("performers.weight"),
        "penis_length": criteria.number("performers.penis_length"),
        "circumcised": _enum("performers.circumcised", "value"),
        "rating100": criteria.number("performers.rating"),
        "url": attached.texts("performers", "performer_urls", "performer_id", "url"),
        "aliases": attached.texts("performers", "performer_aliases", "performer_id", "alias"),
        "tags": trees.JoinedTags("performers", "performers_tags", "performer_id", "performer_tag"),
        "studios": _studios,
        "performers": _appears_with,
        "play_count": criteria.number("0"),
        **attached.stash_ids("performers", "performer"),
        "custom_fields": attached.custom_fields("performer_custom_fields", "performers", "performer_id"),
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
