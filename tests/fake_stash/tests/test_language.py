"""GraphQL as the server understands it: what it refuses before anything runs, and where nulls go."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cmp_to_key
from typing import Any

import pytest

from tests.fake_stash import FakeStash
from tests.fake_stash.filters.go_regex import check_regex
from tests.fake_stash.filters.search import Search, parse
from tests.fake_stash.language.errors import ServerError
from tests.fake_stash.language.messages import distance, suggestions
from tests.fake_stash.language.numbers import atoi, quote
from tests.fake_stash.store.dates import parse_date
from tests.fake_stash.store.natural import compare


@pytest.fixture(scope="module")
def fake() -> Iterator[FakeStash]:
    """A fake server with two images."""
    with FakeStash(images=2) as fake:
        yield fake


def ask(fake: FakeStash, query: str, **variables: Any) -> dict[str, Any]:
    return fake.execute(query, variables)


UPDATE = "mutation($i: ImageUpdateInput!) { imageUpdate(input: $i) { title rating100 organized } }"
VARIABLES: dict[str, tuple[Any, str, list[Any]]] = {
    "no object": (5, "must be a ImageUpdateInput, not a string", ["variable", "i"]),
    "nothing": (None, "cannot be null", ["variable", "i"]),
    "no id": ({"title": "x"}, "must be defined", ["variable", "i", "id"]),
    "an unknown field": ({"id": 1, "nonsense": 1}, "unknown field", ["variable", "i", "nonsense"]),
    "a text for a switch": (
        {"id": 1, "organized": "yes"},
        "cannot use string as Boolean",
        ["variable", "i", "organized"],
    ),
    "a switch for a text": ({"id": 1, "title": True}, "cannot use bool as String", ["variable", "i", "title"]),
    "a text for a number": ({"id": 1, "rating100": "x"}, "cannot use string as Int", ["variable", "i", "rating100"]),
    "null in a list": ({"id": 1, "tag_ids": [None]}, "cannot be null", ["variable", "i", "tag_ids", 0]),
}


@pytest.mark.parametrize(("value", "message", "path"), VARIABLES.values(), ids=VARIABLES)
def test_variables_that_are_refused(fake: FakeStash, value: Any, message: str, path: list[Any]) -> None:
    (error,) = ask(fake, UPDATE, i=value)["errors"]
    assert (error["message"], error["path"]) == (message, path)
    assert error["extensions"] == {"code": "GRAPHQL_VALIDATION_FAILED"}


TAKEN: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "a number as text": ({"rating100": "7"}, {"rating100": 7}),
    "one value for a list": ({"urls": "a", "rating100": 1}, {"rating100": 1}),
    "null clears": ({"title": None}, {"title": ""}),
    "what is absent stays": ({"organized": True}, {"organized": True, "title": ""}),
}


@pytest.mark.parametrize(("given", "expected"), TAKEN.values(), ids=TAKEN)
def test_variables_that_are_taken(fake: FakeStash, given: dict[str, Any], expected: dict[str, Any]) -> None:
    shown = ask(fake, UPDATE, i={"id": 2, **given})["data"]["imageUpdate"]
    assert {name: shown[name] for name in expected} == expected


DOCUMENTS = {
    "a misspelt field": (
        "{ version { versio } }",
        'Cannot query field "versio" on type "Version". Did you mean "version"?',
    ),
    "a misspelt argument": (
        "{ findImage(idd: 1) { id } }",
        'Unknown argument "idd" on field "Query.findImage". Did you mean "id"?',
    ),
    "a misspelt value": (
        "{ findImages(filter: {direction: ACS}) { count } }",
        'Value "ACS" does not exist in "SortDirectionEnum" enum. Did you mean the enum value "ASC"?',
    ),
    "a value of an enum that must be given": (
        '{ findImages(image_filter: {title: {value: "a", modifier: LIKE}}) { count } }',
        'Value "LIKE" does not exist in "CriterionModifier!" enum.',
    ),
    "a field of what has none": ("{ findImage(id: 1) { id { x } } }", 'Cannot query field "x" on type "ID".'),
    "an unknown variable": ("{ findImage(id: $x) { id } }", 'Variable "$x" is not defined.'),
    "an end that is missing": ("{ version { version }", "Expected Name, found <EOF>"),
    "an end too many": ("{ version { version } } }", "Unexpected }"),
}


@pytest.mark.parametrize(("query", "message"), DOCUMENTS.values(), ids=DOCUMENTS)
def test_documents_that_are_refused(fake: FakeStash, query: str, message: str) -> None:
    assert ask(fake, query)["errors"][0]["message"] == message


def test_nothing_runs_of_a_refused_request(fake: FakeStash) -> None:
    query = "mutation { imageIncrementO(id: 1) imageUpdate(input: {id: 1, nonsense: 2}) { id } }"
    assert "errors" in ask(fake, query)
    assert ask(fake, "{ findImage(id: 1) { o_counter } }")["data"]["findImage"]["o_counter"] in (0, None)


NULLS = {
    "a field that may be null": (
        '{ a: findImage(id: "x") { id } b: findImage(id: 1) { id } }',
        {"a": None, "b": {"id": "1"}},
    ),
    "one that may not": ('{ a: findImages(ids: ["x"]) { count } b: findImage(id: 1) { id } }', None),
}


@pytest.mark.parametrize(("query", "data"), NULLS.values(), ids=NULLS)
def test_where_nulls_go(fake: FakeStash, query: str, data: Any) -> None:
    body = ask(fake, query)
    assert body["data"] == data
    assert [error["path"] for error in body["errors"]] == [["a"]]


def test_aliases_fragments_and_switches(fake: FakeStash) -> None:
    query = """query($no: Boolean = false) {
      one: findImage(id: 1) { ...Named title @skip(if: true) rating100 @include(if: $no) }
      findImage(id: 1) { id } findImage(id: 1) { name: title }
    } fragment Named on Image { name: title __typename }"""
    assert ask(fake, query)["data"] == {
        "one": {"name": "Image 1", "__typename": "Image"},
        "findImage": {"id": "1", "name": "Image 1"},
    }


NUMBERS = {
    "an id": ("12", 12),
    "with a sign": ("-3", -3),
    "a letter": ("x", 'strconv.Atoi: parsing "x": invalid syntax'),
    "nothing": ("", 'strconv.Atoi: parsing "": invalid syntax'),
    "too much": ("9223372036854775808", 'strconv.Atoi: parsing "9223372036854775808": value out of range'),
    "other digits": ("٣", 'strconv.Atoi: parsing "٣": invalid syntax'),
}


@pytest.mark.parametrize(("text", "expected"), NUMBERS.values(), ids=NUMBERS)
def test_numbers_in_texts(text: str, expected: int | str) -> None:
    if isinstance(expected, int):
        assert atoi(text) == expected
    else:
        with pytest.raises(ServerError) as caught:
            atoi(text)
        assert str(caught.value) == expected


def test_quotes() -> None:
    assert quote('a "b"\n\\') == '"a \\"b\\"\\n\\\\"'


DATES: dict[str, tuple[str, tuple[str, int] | None]] = {
    "a day": ("2020-02-29", ("2020-02-29", 0)),
    "a month": ("2020-02", ("2020-02-01", 1)),
    "a year": ("2020", ("2020-01-01", 2)),
    "no such day": ("2021-02-29", None),
    "another order": ("02/29/2020", None),
    "a short year": ("20", None),
}


@pytest.mark.parametrize(("text", "expected"), DATES.values(), ids=DATES)
def test_dates(text: str, expected: tuple[str, int] | None) -> None:
    if expected:
        assert parse_date(text) == expected
    else:
        with pytest.raises(ServerError):
            parse_date(text)


ORDER = {
    "numbers by their size": (["a10", "a9", "a1"], ["a1", "a9", "a10"]),
    "no matter the case": (["b", "A", "C"], ["A", "b", "C"]),
    "the shorter one first": (["ab", "a"], ["a", "ab"]),
}


@pytest.mark.parametrize(("texts", "expected"), ORDER.values(), ids=ORDER)
def test_natural_order(texts: list[str], expected: list[str]) -> None:
    assert sorted(texts, key=cmp_to_key(compare)) == expected


SEARCHES = {
    "words": ("a b", Search(must=["a", "b"])),
    "a phrase": ('"a b" c', Search(must=["a b", "c"])),
    "not a word": ("a -b", Search(must=["a"], must_not=["b"])),
    "not a phrase": ('-"a b"', Search(must_not=["a b"])),
    "either": ("a OR b", Search(any_sets=[["a", "b"]])),
    "either, with a sign": ("a | b c", Search(must=["c"], any_sets=[["a", "b"]])),
    "an OR that is a word": ("or", Search(must=["or"])),
    "nothing": ("  ", Search()),
}


@pytest.mark.parametrize(("text", "expected"), SEARCHES.values(), ids=SEARCHES)
def test_search_texts(text: str, expected: Search) -> None:
    assert parse(text) == expected


REGEXES = {
    "fine": ("^a+b?$", None),
    "looking ahead": ("a(?=b)", "error parsing regexp: invalid or unsupported Perl syntax: `(?=`"),
    "a reference": (r"(a)\1", r"error parsing regexp: invalid escape sequence: `\1`"),
    "an open bracket": ("a[", "error parsing regexp: missing closing ]: `[`"),
    "an open parenthesis": ("a(", "error parsing regexp: missing closing ): `a(`"),
    "nothing to repeat": ("*", "error parsing regexp: missing argument to repetition operator: `*`"),
}


@pytest.mark.parametrize(("pattern", "message"), REGEXES.values(), ids=REGEXES)
def test_patterns_are_go_s(pattern: str, message: str | None) -> None:
    if message is None:
        check_regex(pattern)
    else:
        with pytest.raises(ServerError) as caught:
            check_regex(pattern)
        assert str(caught.value) == message


def test_suggestions() -> None:
    assert distance("title", "Title") == 1
    assert suggestions("titel", ["code", "date", "title"]) == ["title", "date"]
    assert suggestions("nonsense", ["title", "code"]) == []
