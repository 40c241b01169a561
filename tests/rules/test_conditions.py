"""Conditions (all modules of conditions, globs): images for which each holds and doesn't hold, and regex groups."""

from __future__ import annotations

from typing import Any

import pytest

from lib.rules import load_rules
from lib.rules.conditions import CONDITIONS
from tests.rules.contexts import scope
from tests.rules.factories import Book, after, image, one_rule, plan, refs

BOOK = Book(tags=["Red", "Blue|Azure", "Sea"], performers=["Ada Lovelace"], studios=["Ärger|Wut"], galleries=["Trip"])
A = image("sets/Ada/[2022] Blue/IMG_001.JPG")
ZIPPED = image("comics/book.zip/ch1/p.jpg", file={"zip_file_id": "3"})
GIF = image("a.gif", file={"__typename": "VideoFile"})
ABROAD = image("/mnt/other/a.jpg")
NO_FILE = image(visual_files=[])
WINDOWS = image("D:\\Pics\\Ada\\x.png")
SIZED = image(file={"width": 1920, "height": 1080, "size": 5_000_000})
TALL = image(file={"width": 1080, "height": 1920})
BROKEN = image(file={"width": 0, "height": 0})
FULL = image(
    title="A",
    date="2020-02-29",
    rating100=80,
    o_counter=3,
    tags=refs("Red", "Blue"),
    studio={"id": "1", "name": "Ärger"},
    performers=refs("Ada Lovelace"),
    galleries=[{"id": "1", "title": "Trip"}],
    urls=["https://example.org"],
)
EMPTY = image(rating100=0)

# condition: [(match, images for which it holds, images for which it does not)]
TABLE: dict[str, list[tuple[str, list[dict[str, Any]], list[dict[str, Any]]]]] = {
    "path": [
        ("path: 'sets/**'", [A], [ZIPPED, ABROAD, NO_FILE]),
        ("path: 'Ada/*/*.jpg'", [A], [image("Ada/x.jpg")]),
        ("path: 'SETS/**/img_???.jpg'", [A], []),
        ("path: 'sets/**/Ada/**'", [A], []),
        ("path: 'sets/*.jpg'", [image("sets/x.jpg")], [A]),
        ("path: 'sets/?da/**'", [A], [image("sets/Ada2/x.jpg")]),
        ("path: 'ada/x.png'", [WINDOWS], [A]),
        ("path: 'D:/Pics/**'", [WINDOWS], [image("/x/D:/Pics/a.jpg")]),
        ("path: '/mnt/**'", [ABROAD], [image("mnt/a.jpg")]),
        ("path: '[2022] Blue/*'", [A], [image("2/Blue/a.jpg")]),
        ("path: 'da/*/*.jpg'", [], [A]),
        ("path: ['x/**', 'sets/**']", [A], [ABROAD]),
        ("path: {regex: 'img_\\d+'}", [A], [ABROAD]),
        ("path: {regex: 'img_\\d+', case: true}", [], [A]),
        ("path: {glob: '*.JPG', case: true}", [A], [ABROAD]),
        ("path: {regex: '^/library/.*book[.]zip/'}", [ZIPPED], [A]),
    ],
    "folder": [
        ("folder: 'sets/**'", [A], [ABROAD]),
        ("folder: 'sets/Ada/**'", [A, image("sets/ada/x.jpg")], [image("sets/ada2/x.jpg")]),
        ("folder: ada", [image("sets/ada/x.jpg")], [A]),
        ("folder: '/sets/ada'", [image("sets/ada/x.jpg")], [image("x/sets/ada/x.jpg")]),
        ("folder: library", [], [A]),
        ("folder: 'comics/ch1'", [ZIPPED], [A]),
        ("folder: {regex: '^sets/[^/]+/\\['}", [A], [ZIPPED]),
    ],
    "name": [
        ("name: 'img_*'", [A], [ABROAD]),
        ("name: {regex: '^IMG_\\d{3}\\.'}", [A], [ABROAD]),
        ("name: 'Ada*'", [], [A]),
    ],
    "ext": [("ext: jpg", [A], [GIF, NO_FILE]), ("ext: [.GIF, png]", [GIF, WINDOWS], [A])],
    "width": [("width: {gte: 1920}", [SIZED], [A, NO_FILE]), ("width: 1600", [A], [SIZED])],
    "height": [("height: {gt: 900, lte: 1080}", [SIZED], [A, TALL])],
    "megapixels": [("megapixels: {gt: 2}", [SIZED], [A, BROKEN])],
    "size": [
        ("size: {gte: 5MB}", [SIZED], [A]),
        ("size: {lt: 5 MB}", [A], [SIZED]),
        ("size: 2500000", [A], [SIZED]),
        ("size: {lt: 2.5KiB}", [image(file={"size": 2559})], [image(file={"size": 2560})]),
    ],
    "aspect": [
        ("aspect: '16:9'", [SIZED, A], [TALL, BROKEN]),
        ("aspect: {lt: 1}", [TALL], [SIZED]),
        ("aspect: 1.78", [SIZED], [TALL]),
    ],
    "rating100": [
        ("rating100: 80", [FULL], [EMPTY, A]),
        ("rating100: {lt: 50}", [EMPTY], [FULL, A]),
    ],
    "date": [
        ("date: 2020-02-29", [FULL], [A]),
        ("date: {gte: 2020, lt: 2021}", [FULL, image(date="2020")], [image(date="2021"), A]),
        ("date: 2020-01-01", [image(date="2020"), image(date="2020-01")], [FULL]),
        ("date: {gt: 2020-01-01}", [FULL], [image(date="2020")]),
    ],
    "age_days": [
        ("age_days: {lt: 11}", [image()], [image(created_at="2023-11-01T00:00:00Z")]),
        ("age_days: 9", [image(created_at="2023-11-06T00:13:20+02:00")], [image(created_at="2023-11-07T00:00:00Z")]),
        ("age_days: {gte: 0}", [image()], [image(created_at=None)]),
    ],
    "o_counter": [("o_counter: {gt: 0}", [FULL], [A]), ("o_counter: 0", [A], [FULL])],
    "orientation": [
        ("orientation: landscape", [A], [TALL, BROKEN, NO_FILE]),
        ("orientation: [portrait, square]", [TALL, image(file={"width": 5, "height": 5})], [A]),
    ],
    "organized": [("organized: false", [A], []), ("organized: true", [], [A])],
    "missing": [
        ("missing: title", [A, image(title=" ")], [FULL]),
        ("missing: rating100", [A, EMPTY], [FULL]),
        ("missing: [title, date, tags, performers, studio, galleries, urls]", [A], [FULL, image(title="x")]),
    ],
    "has": [
        ("has: {tags: red}", [FULL], [A]),
        ("has: {tags: [nothing, azure]}", [FULL], [A]),
        ("has: {studio: ärger}", [FULL], [A]),
        ("has: {studio: [x, wut]}", [FULL], [A]),
        ("has: {performers: Ada Lovelace, tags: Sea}", [], [FULL]),
        ("has: {galleries: TRIP}", [FULL], [A]),
    ],
    "sidecar": [("sidecar: false", [A], []), ("sidecar: true", [], [A, NO_FILE])],
    "in_gallery": [("in_gallery: true", [FULL], [A]), ("in_gallery: no", [A], [FULL])],
    "in_zip": [("in_zip: true", [ZIPPED], [A]), ("in_zip: false", [A, NO_FILE], [ZIPPED])],
    "video": [("video: true", [GIF, image("b.GIF")], [A]), ("video: off", [A], [GIF])],
    "any": [("any: [{ext: gif}, {missing: title, ext: jpg}]", [A, GIF], [WINDOWS, FULL])],
    "all": [("all: [{ext: jpg}, {missing: title}]", [A], [GIF, FULL])],
    "not": [
        ("not: {ext: gif}", [A], [GIF]),
        ("not: {ext: jpg, missing: title}", [FULL, GIF], [A]),
        ("not: [{ext: gif}, {ext: png}]", [A], [GIF, WINDOWS]),
    ],
}
SOURCES = [
    ("image.title: a", [FULL], [A]),
    ("image.tags: BLUE", [FULL], [A]),
    ("image.tags: {empty: true}", [A], [FULL]),
    ("image.tags: {empty: false}", [FULL], [A]),
    ("image.rating100: {gte: 80}", [FULL], [EMPTY, A]),
    ("image.date: {gte: 2020, lt: 2020-03-01}", [FULL], [A]),
    ("image.title: [x, A]", [FULL], [A]),
    ("image.tags: {regex: '^bl'}", [FULL], [A]),
    ("path.folders: {eq: ada}", [A], [ABROAD]),
    ("file.mtime: {gte: 2021-07-04}", [A], [image(file={"mod_time": None})]),
    ("meta.keywords: {empty: true}", [A], []),
    ("sidecar.category: twitter", [], [A]),
]
ROWS = [*((name, *row) for name, rows in TABLE.items() for row in rows), *(("", *row) for row in SOURCES)]


@pytest.mark.parametrize(("name", "match", "holds", "does_not"), ROWS, ids=[row[1] for row in ROWS])
def test_condition(name: str, match: str, holds: list[dict[str, Any]], does_not: list[dict[str, Any]]) -> None:
    def matched(shown: dict[str, Any]) -> bool:
        planned = one_rule(f"match: {{{match}}}, set: {{code: x}}", shown, BOOK)
        return planned.matched == ("rule",)

    assert name in match
    assert [matched(shown) for shown in holds] == [True] * len(holds)
    assert [matched(shown) for shown in does_not] == [False] * len(does_not)


def test_every_condition_is_in_the_table() -> None:
    assert set(TABLE) == set(CONDITIONS)


def test_a_rule_without_match_matches_every_image() -> None:
    assert one_rule("set: {code: x}", NO_FILE).matched == ("rule",)


# What is published: (match, template, value)
PUBLISHED = {
    "a named group": ("path: {regex: '(?P<who>Ada)'}", "{re.who}", "Ada"),
    "the first match wins": ("path: {regex: '(?P<x>sets)'}, name: {regex: '(?P<x>IMG)'}", "{re.x}", "sets"),
    "only groups that took part": ("path: {regex: '(?P<x>nope)?sets'}, name: {regex: '(?P<x>IMG)'}", "{re.x}", "IMG"),
    "the map of any that held": (
        "any: [{path: {regex: '(?P<x>sets)'}, ext: gif}, {path: {regex: '(?P<x>Ada)'}}, {path: {regex: '(?P<x>Blue)'}}]",
        "{re.x}",
        "Ada",
    ),
    "nothing of not": (
        "not: {path: {regex: '(?P<x>sets)'}, ext: gif}, name: {regex: '(?P<x>IMG)'}",
        "{re.x}",
        "IMG",
    ),
    "all": ("all: [{path: {regex: '(?P<x>sets)'}}, {name: {regex: '(?P<y>IMG)'}}]", "{re.x} {re.y}", "sets IMG"),
    "of a list the one that held": ("path: [{regex: '(?P<x>nope)'}, {regex: '(?P<x>Ada)'}]", "{re.x}", "Ada"),
    "of a source": ("path.folders: {regex: '(?P<x>\\d{4})'}", "{re.x}", "2022"),
    "nothing of a map of any that failed": (
        "any: [{path: {regex: '(?P<x>Ada)'}, ext: gif}, {ext: jpg}]",
        "{re.x|default:none}",
        "none",
    ),
    "nothing of a source under not": (
        "not: {path.folders: {regex: '(?P<y>\\d+)x'}}, name: {regex: '(?P<x>IMG)'}",
        "{re.x}",
        "IMG",
    ),
    "as a condition": ("path: {regex: '(?P<x>Ada)'}, re.x: ada", "{re.x}", "Ada"),
}


@pytest.mark.parametrize(("match", "template", "value"), PUBLISHED.values(), ids=PUBLISHED)
def test_groups(match: str, template: str, value: str) -> None:
    assert after(one_rule(f"match: {{{match}}}, set: {{title: '{template}'}}", A)) == {"title": value}


def test_groups_stay_in_their_rule() -> None:
    text = """
rules:
- {name: a, match: {path: {regex: '(?P<x>Ada)'}}, set: {title: '{re.x}'}}
- {name: b, match: {name: {regex: '(?P<x>nope)?'}}, set: {code: '{re.x}'}}
"""
    assert after(plan(text, A)) == {"title": "Ada"}


def test_groups_of_a_failed_rule_do_not_leak() -> None:
    text = """
rules:
- {name: a, match: {path: {regex: '(?P<x>Ada)'}, ext: gif}, set: {title: '{re.x}'}}
- {name: b, match: {name: {regex: '(?P<x>nope)?'}}, set: {code: '{re.x|default:none}'}}
"""
    assert after(plan(text, A)) == {"code": "none"}


@pytest.mark.parametrize(
    ("match", "shown"), [(row[1], (*row[2], *row[3])) for row in ROWS], ids=[row[1] for row in ROWS]
)
def test_matching_changes_nothing(match: str, shown: tuple[dict[str, Any], ...]) -> None:
    (rule,) = load_rules(f"rules: [{{name: rule, match: {{{match}}}, stop: true}}]").rules
    for shown_image in shown:
        before = scope(shown_image, BOOK, groups={"x": "y"})
        first = rule.match.matches(before)
        assert rule.match.matches(before) == first
        assert (before.groups, before.draft.changes(), before.context.image) == ({"x": "y"}, (), shown_image)


HELD_NAMES = {
    "the exact name": (["Äpfel", "äpfel"], {"id": "1", "name": "Äpfel"}, True),
    "another that differs in case alone": (["Äpfel", "äpfel"], {"id": "2", "name": "äpfel"}, False),
    "one of two that it could mean": (["ÄPFEL", "äpfel"], {"id": "2", "name": "äpfel"}, True),
    "one that was made since": ([], {"id": "9", "name": "Äpfel"}, True),
}


@pytest.mark.parametrize(("tags", "held", "matches"), HELD_NAMES.values(), ids=HELD_NAMES)
def test_has_resolves_names(tags: list[str], held: dict[str, str], *, matches: bool) -> None:
    found = one_rule("match: {has: {tags: Äpfel}}, set: {code: x}", image(tags=[held]), Book(tags=tags))
    assert bool(found.matched) is matches
