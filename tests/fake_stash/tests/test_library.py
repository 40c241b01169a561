"""Finding and changing what is in the library: filters, sorts, refusals, one transaction a mutation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.fake_stash import FakeStash

SETUP = """mutation {
  red: tagCreate(input: {name: "Red", aliases: ["rouge"]}) { id }
  dark: tagCreate(input: {name: "Dark red", parent_ids: [1]}) { id }
  ann: performerCreate(input: {name: "Ann", tag_ids: [2]}) { id }
  studio: studioCreate(input: {name: "Blue"}) { id }
  below: studioCreate(input: {name: "Sky", parent_id: 1}) { id }
  one: imageUpdate(input: {id: 1, title: "a10 cat", rating100: 80, tag_ids: [1], performer_ids: [1], date: "2020"}) { id }
  two: imageUpdate(input: {id: 2, title: "a9 dog", rating100: 20, tag_ids: [1, 2], studio_id: 2}) { id }
  three: imageUpdate(input: {id: 3, title: "B", organized: true, urls: ["http://x/y"]}) { id }
}"""


@pytest.fixture(scope="module")
def fake() -> Iterator[FakeStash]:
    """Four images, two tags, a performer, two studios: only read."""
    with FakeStash(images=4) as fake:
        assert "errors" not in fake.execute(SETUP)
        yield fake


@pytest.fixture
def own() -> Iterator[FakeStash]:
    """The same, for one test to change."""
    with FakeStash(images=4) as fake:
        fake.execute(SETUP)
        yield fake


def found(fake: FakeStash, image_filter: Any = None, **find: Any) -> list[int]:
    """The ids of the images found."""
    query = (
        "query($i: ImageFilterType, $f: FindFilterType) { findImages(image_filter: $i, filter: $f) { images { id } } }"
    )
    body = fake.execute(query, {"i": image_filter, "f": {"sort": "id", **find}})
    return [int(image["id"]) for image in body["data"]["findImages"]["images"]]


def is_(modifier: str, value: Any = None, **more: Any) -> dict[str, Any]:
    """A criterion."""
    return {"modifier": modifier, "value": value, **more}


FILTERS: dict[str, tuple[dict[str, Any], list[int]]] = {
    "a title is a LIKE": ({"title": is_("EQUALS", "A10%")}, [1]),
    "any word of it": ({"title": is_("INCLUDES", "cat dog")}, [1, 2]),
    "the words as they are": ({"title": is_("INCLUDES", '"a9 dog"')}, [2]),
    "the words as they are, in no title": ({"title": is_("INCLUDES", '"cat dog"')}, []),
    "none of the words": ({"title": is_("EXCLUDES", "cat dog")}, [3, 4]),
    "a pattern": ({"title": is_("MATCHES_REGEX", "^a[0-9]+ ")}, [1, 2]),
    "no rating": ({"rating100": is_("IS_NULL", 0)}, [3, 4]),
    "between": ({"rating100": is_("BETWEEN", 20, value2=79)}, [2]),
    "a tag": ({"tags": is_("INCLUDES", ["1"])}, [1, 2]),
    "a tag with those below": ({"tags": is_("INCLUDES", ["1"], depth=-1)}, [1, 2]),
    "all tags": ({"tags": is_("INCLUDES_ALL", ["1", "2"])}, [2]),
    "these tags and no others": ({"tags": is_("EQUALS", ["1"])}, [1]),
    "but not a tag": ({"tags": is_("INCLUDES", ["1"], excludes=["2"])}, [1]),
    "no tag": ({"tags": is_("IS_NULL")}, [3, 4]),
    "a studio above": ({"studios": is_("INCLUDES", ["1"], depth=1)}, [2]),
    "a studio alone": ({"studios": is_("INCLUDES", ["1"])}, []),
    "the tags of performers": ({"performer_tags": is_("INCLUDES", ["1"], depth=1)}, [1]),
    "organized": ({"organized": True}, [3]),
    "what is missing": ({"is_missing": "tags"}, [3, 4]),
    "a url": ({"url": is_("INCLUDES", "x/y")}, [3]),
    "a date": ({"date": is_("EQUALS", "2020-01-01")}, [1]),
    "one or the other": ({"organized": True, "OR": {"rating100": is_("EQUALS", 80)}}, [1, 3]),
    "not": ({"NOT": {"rating100": is_("NOT_NULL", 0)}}, [3, 4]),
    "a filter on performers": ({"performers_filter": {"name": is_("EQUALS", "Ann")}}, [1]),
    "a filter on tags": ({"tags_filter": {"name": is_("EQUALS", "Dark red")}}, [2]),
    "an id": ({"id": is_("GREATER_THAN", 2)}, [3, 4]),
    "empty lists ask for nothing": ({"tags": is_("INCLUDES", [])}, [1, 2, 3, 4]),
}


@pytest.mark.parametrize(("image_filter", "expected"), FILTERS.values(), ids=FILTERS)
def test_filters(fake: FakeStash, image_filter: dict[str, Any], expected: list[int]) -> None:
    assert found(fake, image_filter) == expected


FINDS: dict[str, tuple[dict[str, Any], list[int]]] = {
    "titles by their numbers": ({"sort": "title"}, [2, 1, 3, 4]),
    "the other way": ({"sort": "title", "direction": "DESC"}, [4, 3, 1, 2]),
    "ratings, none being the least": ({"sort": "rating"}, [3, 4, 2, 1]),
    "how many tags": ({"sort": "tag_count", "direction": "DESC"}, [2, 1, 3, 4]),
    "a page": ({"per_page": 2, "page": 2}, [3, 4]),
    "a page that is not there": ({"per_page": 2, "page": 9}, []),
    "everything": ({"per_page": -1}, [1, 2, 3, 4]),
    "a search": ({"q": "a9"}, [2]),
    "a search in any case": ({"q": "DOG"}, [2]),
    "either": ({"q": "cat OR dog"}, [1, 2]),
}


@pytest.mark.parametrize(("find", "expected"), FINDS.values(), ids=FINDS)
def test_sorts_and_pages(fake: FakeStash, find: dict[str, Any], expected: list[int]) -> None:
    assert found(fake, **find) == expected


def test_a_random_order_is_the_same_for_the_same_seed(fake: FakeStash) -> None:
    assert found(fake, sort="random_42") == found(fake, sort="random_42")
    assert sorted(found(fake, sort="random_43")) == [1, 2, 3, 4]


REFUSED: dict[str, tuple[str, str]] = {
    "an unknown sort": ('{ findImages(filter: {sort: "nonsense"}) { count } }', "invalid sort: nonsense"),
    "two operators": (
        "{ findImages(image_filter: {AND: {organized: true}, OR: {organized: true}}) { count } }",
        "cannot have AND and OR in the same filter",
    ),
    "an unknown id": ("{ findImages(ids: [1, 99]) { count } }", "image with id 99 not found"),
    "an id twice": ("{ findImages(ids: [1, 1]) { count } }", "validating ids: duplicate id found: 1"),
    "an unknown image": ("mutation { imageUpdate(input: {id: 99}) { id } }", "image with id 99 not found"),
    "an unknown tag": ("mutation { tagUpdate(input: {id: 99}) { id } }", "tag with id 99 not found"),
    "a name that exists": (
        'mutation { tagCreate(input: {name: "red"}) { id } }',
        "tag with name 'red' already exists",
    ),
    "an alias that exists": (
        'mutation { tagCreate(input: {name: "Rouge"}) { id } }',
        "name 'Rouge' is used as alias for 'Red'",
    ),
    "a studio that exists": (
        'mutation { studioCreate(input: {name: "blue"}) { id } }',
        "studio with name 'blue' already exists",
    ),
    "a date that is none": (
        'mutation { imageUpdate(input: {id: 1, date: "2020-13-01"}) { id } }',
        "converting date: failed to parse date",
    ),
    "a count of nothing": ("mutation { imageIncrementO(id: 99) }", "id 99 does not exist in images"),
}


@pytest.mark.parametrize(("query", "message"), REFUSED.values(), ids=REFUSED)
def test_refusals(fake: FakeStash, query: str, message: str) -> None:
    (error,) = fake.execute(query)["errors"]
    assert error["message"].startswith(message)


ALL_OR_NONE = {
    "images in their own ways": 'imagesUpdate(input: [{id: 1, title: "new"}, {id: 99}]) { id }',
    "images in the same way": 'bulkImageUpdate(input: {ids: [1, 99], title: "new"}) { id }',
    "removals": "imagesDestroy(input: {ids: [1, 99]})",
    "an unknown tag": 'imageUpdate(input: {id: 1, title: "new", tag_ids: [99]}) { id }',
}


@pytest.mark.parametrize("mutation", ALL_OR_NONE.values(), ids=ALL_OR_NONE)
def test_a_mutation_is_one_transaction(own: FakeStash, mutation: str) -> None:
    assert "errors" in own.execute(f"mutation {{ {mutation} }}")
    assert own.execute("{ findImage(id: 1) { title } }")["data"]["findImage"] == {"title": "a10 cat"}


LISTS = {
    "set": ("SET", ["2"]),
    "add": ("ADD", ["1", "2"]),
    "remove": ("REMOVE", ["1"]),
}


@pytest.mark.parametrize(("mode", "left"), LISTS.values(), ids=LISTS)
def test_lists_of_a_bulk_update(own: FakeStash, mode: str, left: list[str]) -> None:
    query = "mutation($t: BulkUpdateIds) { bulkImageUpdate(input: {ids: [1], tag_ids: $t}) { tags { id } } }"
    (image,) = own.execute(query, {"t": {"ids": ["2"], "mode": mode}})["data"]["bulkImageUpdate"]
    assert sorted(tag["id"] for tag in image["tags"]) == left


def test_the_o_counter(own: FakeStash) -> None:
    query = "mutation { a: imageIncrementO(id: 1) b: imageIncrementO(id: 1) c: imageDecrementO(id: 1) d: imageResetO(id: 1) }"
    assert own.execute(query)["data"] == {"a": 1, "b": 2, "c": 1, "d": 0}
    assert own.execute("mutation { imageDecrementO(id: 1) }")["data"] == {"imageDecrementO": 0}


def test_merged_tags_leave_their_names(own: FakeStash) -> None:
    own.execute("mutation { tagsMerge(input: {source: [2], destination: 1}) { id } }")
    (tag,) = own.execute("{ findTags { tags { name aliases image_count } } }")["data"]["findTags"]["tags"]
    assert (tag["name"], sorted(tag["aliases"]), tag["image_count"]) == ("Red", ["Dark red", "rouge"], 2)


DESTROYED: dict[str, tuple[str, bool]] = {
    "the file stays": ("imageDestroy(input: {id: 1})", True),
    "the file goes": ("imageDestroy(input: {id: 1, delete_file: true})", False),
    "the file goes, in a list": ("imagesDestroy(input: {ids: [1], delete_file: true})", False),
    "nothing goes if one is unknown": ("imagesDestroy(input: {ids: [1, 99], delete_file: true})", True),
}


@pytest.mark.parametrize(("mutation", "stays"), DESTROYED.values(), ids=DESTROYED)
def test_destroyed_images_and_their_files(tmp_path: Path, mutation: str, stays: bool) -> None:
    Image.new("RGB", (4, 3)).save(tmp_path / "a.png")
    with FakeStash(library=str(tmp_path)) as fake:
        fake.scan()
        fake.wait_idle()
        failed = "errors" in fake.execute(f"mutation {{ {mutation} }}")
        images = fake.execute("{ findImages { count } }")["data"]["findImages"]["count"]
    assert (tmp_path / "a.png").exists() == stays
    assert images == int(failed)
    assert [each.name for each in tmp_path.iterdir()] == (["a.png"] if stays else [])


SETTINGS: dict[str, tuple[str, Any]] = {
    "all of a plugin": (
        'a: configurePlugin(plugin_id: "p", input: {a: 1}) b: configurePlugin(plugin_id: "p", input: {b: 2.5})',
        {"p": {"b": 2.5}},
    ),
    "of several plugins": (
        'a: configurePlugin(plugin_id: "p", input: {a: 1}) b: configurePlugin(plugin_id: "q", input: {a: 1})',
        {"p": {"a": 1}},
    ),
    "of none": ("stopAllJobs", {}),
}


@pytest.mark.parametrize(("mutation", "saved"), SETTINGS.values(), ids=SETTINGS)
def test_settings_of_plugins(own: FakeStash, mutation: str, saved: Any) -> None:
    own.execute(f"mutation {{ {mutation} }}")
    assert own.execute('{ configuration { plugins(include: ["p"]) } }')["data"]["configuration"]["plugins"] == saved


def test_the_newest_lines_of_the_log(own: FakeStash) -> None:
    for number in range(40):
        own.logs.add("Info", f"line {number}")
    own.logs.add("Debug", "not shown")
    shown = own.execute("{ logs { level message } }")["data"]["logs"]
    assert len(shown) == 30
    assert shown[0] == {"level": "Info", "message": "line 39"}
