"""The prefilter: the server selects at least the images for which the condition matches.

Runs on the fake server, or on a real Stash if STASH_BIN is set.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pytest

from lib.changes import NameMatch, Ref
from lib.rules import Engine, Files, RuleSet, load_rules
from lib.rules.conditions import CONDITIONS
from lib.rules.values import fold
from tests.fake_stash.language.versions import number
from tests.support.server import Server, release, serve

EVERYTHING = """{ findImages(filter: {per_page: -1, sort: "id"}) { images {
  id title code date rating100 details photographer organized urls o_counter created_at
  studio {id name} tags {id name} performers {id name} galleries {id title}
  visual_files { __typename ... on BaseFile {path size mod_time zip_file_id fingerprints {type value}}
    ... on ImageFile {width height} ... on VideoFile {width height} } } } }"""
CHOSEN = """query($chosen: ImageFilterType) {
  findImages(filter: {per_page: -1}, image_filter: $chosen) { images { id } } }"""
MAKE = """mutation {
  a: tagCreate(input: {name: "Red"}) {id} b: tagCreate(input: {name: "Blue", aliases: ["Azure"]}) {id}
  c: performerCreate(input: {name: "Ada Lovelace"}) {id} d: studioCreate(input: {name: "Studio Ä"}) {id}
  e: galleryCreate(input: {title: "Hand made"}) {id} }"""
PARTIAL_DATES = number(release()) >= number("v0.30.0")
UPDATE = "mutation($input: [ImageUpdateInput!]!) { imagesUpdate(input: $input) { id } }"


@dataclass
class Library:
    """The server, its images as they are, and its names."""

    server: Server
    images: list[dict[str, Any]]
    names: dict[tuple[str, str], Ref]

    def find(self, kind: str, name: str) -> NameMatch:
        return NameMatch(self.names.get((kind, fold(name))))


@pytest.fixture(scope="module")
def library() -> Iterator[Library]:
    with serve() as server:
        made = {key: value["id"] for key, value in server.ask(MAKE).items()}
        ids = [image["id"] for image in server.ask(EVERYTHING)["findImages"]["images"]]
        server.ask(UPDATE, {"input": _varied(ids, made)})
        names = {
            ("tags", "red"): Ref(made["a"], "Red"),
            ("tags", "blue"): Ref(made["b"], "Blue"),
            ("tags", "azure"): Ref(made["b"], "Blue"),
            ("performers", "ada lovelace"): Ref(made["c"], "Ada Lovelace"),
            ("studios", "studio ä"): Ref(made["d"], "Studio Ä"),
            ("galleries", "hand made"): Ref(made["e"], "Hand made"),
        }
        yield Library(server, server.ask(EVERYTHING)["findImages"]["images"], names)


def _varied(ids: list[str], made: dict[str, str]) -> list[dict[str, Any]]:
    """Every image with some of the values that conditions ask for."""
    values: dict[str, list[Any]] = {
        "title": [None, "A title", "Ä Title"],
        "code": [None, "007"],
        "date": [None, "2020-02-29", *(["2020", "2021-07"] if PARTIAL_DATES else ["2020-01-01", "2021-07-01"])],
        "rating100": [None, 0, 20, 80, 100],
        "details": [None, "Some text"],
        "photographer": [None, "Somebody", "Jemand", "Ÿ"],
        "organized": [False, False, True],
        "urls": [[], ["https://example.org/a"], ["https://example.org/b", "https://example.org/c"]],
        "tag_ids": [[], [made["a"]], [made["b"]], [made["a"], made["b"]]],
        "performer_ids": [[], [], [made["c"]]],
        "studio_id": [None, made["d"]],
    }
    return [
        {"id": id_, **{name: options[number % len(options)] for name, options in values.items()}}
        for number, id_ in enumerate(ids)
    ]


# What stands under `match`; several for each condition, alone and together.
ASKED = {
    "path": ["path: 'misc/*.jpg'", "path: '**/2011/*'", "path: MISC/**", "path: '*{sure}*'", "path: 'unicode/Ł*'"],
    "path of one folder deep": ["path: 'sets/**/00?.jpg'", "path: [{glob: '*.PNG'}, {glob: 'photos/*'}]"],
    "path by a regular expression": ["path: {regex: 'page\\d+'}", "path: {glob: 'misc/T*', case: true}"],
    "folder": ["folder: misc", "folder: 'sets/**'", "folder: '/comics'", "folder: 'gallery-dl/*/someartist'"],
    "name": ["name: 'IMG_*'", "name: '00?.jpg'", "name: {regex: '^\\d'}", "name: '*\"*'"],
    "ext": ["ext: jpg", "ext: [.PNG, webp]"],
    "width": ["width: {gte: 200}"],
    "height": ["height: 120"],
    "megapixels": ["megapixels: {lt: 0.02}"],
    "size": ["size: {gt: 2KB}"],
    "aspect": ["aspect: '4:3'"],
    "rating100": ["rating100: 0", "rating100: {gte: 80}", "rating100: {lt: 80}", "rating100: {gt: 19.5, lte: 80}"],
    "date": ["date: 2020-02-29", "date: {gte: 2020-01-01, lt: 2020-02}", "date: {gt: 2020-02-29}", "date: {lte: 2020}"],
    "age_days": ["age_days: {lt: 7}", "age_days: {gte: 7}", "age_days: 0"],
    "o_counter": ["o_counter: 0", "o_counter: {gt: 0}"],
    "orientation": ["orientation: landscape", "orientation: [portrait, square]"],
    "sidecar": ["sidecar: true", "sidecar: false"],
    "in_zip": ["in_zip: true"],
    "video": ["video: true"],
    "organized": ["organized: true", "organized: false"],
    "missing": [
        *(f"missing: {field}" for field in ("title", "code", "date", "rating100", "details", "photographer")),
        *(f"missing: {field}" for field in ("organized", "studio", "tags", "performers", "galleries", "urls")),
        "missing: [title, date, tags, rating100]",
    ],
    "has": [
        "has: {tags: red}",
        "has: {tags: [Azure, nothing of this name]}",
        "has: {tags: blue, performers: Ada Lovelace}",
        "has: {studio: STUDIO Ä}",
        "has: {galleries: hand made}",
    ],
    "in_gallery": ["in_gallery: true", "in_gallery: false"],
    "any": ["any: [{missing: date}, {has: {tags: Red}}, {has: {tags: Blue}}, {in_gallery: true}]"],
    "all": ["all: [{missing: title}, {organized: false}, {ext: jpg}]"],
    "not": ["not: {missing: date}", "not: [{ext: jpg}, {ext: png}]", "missing: title, not: {organized: true}"],
    "a source": ["image.title: a title", "sidecar.category: danbooru"],
    "together": ["ext: jpg, folder: misc, missing: date, rating100: {gt: 10}, organized: false"],
}
TABLE = [(name, match) for name, matches in ASKED.items() for match in matches]


def _rules(*matches: str) -> RuleSet:
    rules = [
        f"- {{name: '{number}', match: {{{match}}}, set: {{photographer: x}}}}" for number, match in enumerate(matches)
    ]
    return load_rules("rules:\n" + "\n".join(rules))


def _matching(rules: RuleSet, library: Library) -> set[str]:
    libraries = (library.server.library,)
    with closing(Files(libraries)) as files:
        engine = Engine(rules, library, libraries=libraries, files=files)
        planned = {image["id"]: engine.plan(image) for image in library.images}
    return {id_ for id_, one in planned.items() if one.matched or one.skipped_organized}


def _asked(chosen: dict[str, Any] | None, library: Library) -> set[str]:
    found = library.server.ask(CHOSEN, {"chosen": chosen})["findImages"]["images"]
    return {image["id"] for image in found}


@pytest.mark.parametrize(("name", "match"), TABLE, ids=[f"{name}: {match}" for name, match in TABLE])
def test_the_server_brings_every_image_that_matches(name: str, match: str, library: Library) -> None:
    rules = _rules(match)
    matching = _matching(rules, library)
    for names in (None, library):
        assert _asked(rules.image_filter(names, time.time()), library) >= matching, name


# Of these the server brings no image too many.
EXACT = [
    "organized: true",
    # before, an image without a title shows the name of its file
    pytest.param("missing: [title, date]", marks=pytest.mark.since("v0.28.0")),
    "rating100: {gte: 80}",
    "date: {gte: 2020-01-01}",
    "has: {tags: red}",
]


@pytest.mark.parametrize("match", EXACT)
def test_the_server_brings_no_image_too_many(match: str, library: Library) -> None:
    rules = _rules(match)
    assert 0 < len(_asked(rules.image_filter(library), library)) < len(library.images)
    assert _asked(rules.image_filter(library), library) == _matching(rules, library)


def test_all_conditions_are_compared() -> None:
    assert set(CONDITIONS) <= set(ASKED)


def test_a_chain_of_many_rules_shares_its_joins(library: Library) -> None:
    matches = ["has: {tags: Red}", "has: {tags: Blue}", "missing: tags", "has: {galleries: Hand made}", "missing: urls"]
    rules = _rules(*matches, "has: {performers: Ada Lovelace}", "missing: galleries", "path: 'sets/**'")
    chosen = rules.image_filter(library)
    assert chosen is not None
    assert _asked(chosen, library) >= _matching(rules, library)


def test_the_longest_chain_is_understood(library: Library) -> None:
    # no name that a temporary folder may have by chance
    rules = _rules(*(f"name: 'no-{number}*'" for number in range(19)), "name: 'IMG_2011*'")
    chosen = rules.image_filter()
    assert str(chosen).count("OR") == 19
    assert _asked(chosen, library) == _matching(rules, library)
    assert len(_matching(rules, library)) == 1
