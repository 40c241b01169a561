"""What chooses images: nothing that the server would ignore in silence goes out, and nothing else is held back."""

from __future__ import annotations

from enum import Enum
from typing import Any

import pytest

from lib.client import criteria
from lib.client.models import SortDirectionEnum
from lib.errors import DataError
from tests.support.ids import shown


class Choice(Enum):
    """Another client's names for what the server spells in capitals."""

    DESC = "DESC"
    INCLUDES = "INCLUDES"


TAGS = {"value": ["1"], "modifier": "INCLUDES"}
PATH = {"value": "sets", "modifier": "INCLUDES"}

ACCEPTED: list[dict[str, Any]] = [
    {},
    {"tags": TAGS},
    {"tags": {"value": ["1"], "modifier": "EQUALS"}},
    {"tags": {"value": [], "modifier": "IS_NULL"}},
    {"tags": {"modifier": "NOT_NULL"}},
    {"tags": {"value": [], "excludes": ["2"], "modifier": "INCLUDES"}},
    {"tags": {"value": ["1"], "modifier": "INCLUDES", "depth": -1}},
    {"performers": {"value": ["1"], "modifier": "EXCLUDES"}},
    {"studios": {"value": ["1"], "modifier": "NOT_EQUALS"}},
    {"galleries": {"value": ["1"], "modifier": "INCLUDES_ALL"}},
    {"performer_tags": {"value": ["1"], "modifier": "INCLUDES"}},
    {"resolution": {"value": "FULL_HD", "modifier": "GREATER_THAN"}},
    {"orientation": {"value": ["PORTRAIT", "SQUARE"]}},
    {"title": {"value": "", "modifier": "IS_NULL"}},
    {"title": {"value": "", "modifier": "NOT_EQUALS"}},
    {"rating100": {"value": 50, "modifier": "GREATER_THAN"}},
    {"id": {"value": 3, "value2": 6, "modifier": "BETWEEN"}},
    {"path": {"value": "page0[12]", "modifier": "MATCHES_REGEX"}},
    {"organized": False},
    {"is_missing": "tags"},
    {"path": PATH, "OR": {"path": PATH, "OR": {"tags": TAGS}}},
    {"NOT": {"path": PATH}},
    {"galleries_filter": {"path": PATH}},
    {"files_filter": {"image_file_filter": {"orientation": {"value": ["SQUARE"]}}}},
    {"tags_filter": {"name": {"value": "a", "modifier": "EQUALS"}, "is_missing": "image"}},
    {"a_criterion_of_a_newer_server": {"value": "x", "modifier": "EQUALS"}},
    {"custom_fields": [{"field": "a", "value": ["b"], "modifier": "EQUALS"}]},
]

EVERY = "would match every image"
REFUSED: list[tuple[Any, str]] = [
    ([], "object"),
    ("title", "object"),
    ({"tags": {"value": [], "modifier": "INCLUDES"}}, EVERY),
    ({"tags": {"modifier": "EXCLUDES"}}, EVERY),
    ({"tags": {"value": None, "excludes": [], "modifier": "INCLUDES"}}, EVERY),
    ({"tags": {"value": ["1"], "modifier": "GREATER_THAN"}}, "may match every image; one of INCLUDES"),
    ({"tags": {"value": ["1"], "modifier": "includes"}}, "one of INCLUDES"),
    ({"tags": {"value": ["1"]}}, "image_filter.tags.modifier"),
    ({"tags": {"value": ["1) OR (1"], "modifier": "INCLUDES"}}, r"image_filter.tags.value\[0\]"),
    ({"tags": {"value": "1", "modifier": "INCLUDES"}}, "list of ids"),
    ({"tags": ["1"]}, "object"),
    ({"performers": {"value": ["1"], "modifier": "LESS_THAN"}}, "may match every image"),
    ({"galleries": {"value": ["1"], "modifier": "EQUALS"}}, "may match every image"),
    ({"galleries": {"value": ["1"], "excludes": ["2"], "modifier": "INCLUDES"}}, "excludes is ignored"),
    ({"studios": {"value": [], "modifier": "INCLUDES"}}, EVERY),
    ({"performer_tags": {"value": [], "modifier": "INCLUDES"}}, EVERY),
    ({"resolution": {"value": "FULL_HD", "modifier": "BETWEEN"}}, "may match every image"),
    ({"resolution": {"value": "full_hd", "modifier": "EQUALS"}}, "FULL_HD"),
    ({"orientation": {"value": []}}, "LANDSCAPE"),
    ({"orientation": {"value": ["portrait"]}}, "PORTRAIT"),
    ({"title": {"value": "x", "modifier": "LIKE"}}, "image_filter.title.modifier"),
    ({"path": {"value": " ", "modifier": "INCLUDES"}}, EVERY),
    ({"path": {"value": "", "modifier": "MATCHES_REGEX"}}, EVERY),
    ({"organized": "true"}, "true or false"),
    ({"is_missing": "url"}, "one of title"),
    ({"is_missing": ""}, "one of title"),
    ({"is_missing": "title OR 1=1 --"}, "one of title"),
    ({"AND": {"path": PATH}, "OR": {"path": PATH}}, "one of AND, OR and NOT"),
    ({"AND": {"path": PATH}, "NOT": {"path": PATH}}, "one of AND, OR and NOT"),
    ({"NOT": {}}, EVERY),
    ({"AND": {"title": None}}, EVERY),
    ({"OR": {"tags": {"value": [], "modifier": "INCLUDES"}}}, "image_filter.OR.tags.value"),
    ({"tags": TAGS, "AND": {"tags": TAGS}}, "ignores a second one"),
    ({"path": PATH, "OR": {"tags": TAGS, "NOT": {"tags": TAGS}}}, "ignores a second one"),
    ({"tags_filter": {}}, EVERY),
    ({"tags_filter": {"parents": {"value": [], "modifier": "INCLUDES"}}}, EVERY),
    ({"files_filter": {"image_file_filter": {}}}, EVERY),
    ({"files_filter": {"image_file_filter": {"orientation": {"value": []}}}}, EVERY),
    ({"galleries_filter": {"is_missing": "a) OR (1=1"}}, "name of a field"),
]


@pytest.mark.parametrize("image_filter", ACCEPTED, ids=shown)
def test_goes_out_as_it_is(image_filter: dict[str, Any]) -> None:
    assert criteria.image_filter(image_filter) == image_filter


@pytest.mark.parametrize(("image_filter", "said"), REFUSED, ids=shown)
def test_is_refused(image_filter: Any, said: str) -> None:
    with pytest.raises(DataError, match=said) as caught:
        criteria.image_filter(image_filter)
    assert str(caught.value).startswith("image_filter")


def test_names_of_other_clients_are_sent_as_text() -> None:
    given = {"path": {"value": "sets", "modifier": Choice.INCLUDES}}
    sent = criteria.image_filter(given)
    assert (sent, type(sent["path"]["modifier"])) == ({"path": PATH}, str)
    assert given["path"]["modifier"] is Choice.INCLUDES, "the caller's own dict stays as it is"


def test_null_is_absent() -> None:
    assert criteria.image_filter({"tags": None, "title": None, "organized": True}) == {"organized": True}


FOUND: list[tuple[dict[str, Any], str | None, dict[str, Any]]] = [
    ({}, None, {}),
    ({"q": "a"}, None, {"q": "a"}),
    ({"q": "a"}, "b", {"q": "b"}),
    ({"q": "a"}, "", {"q": ""}),
    ({"direction": "desc"}, None, {"direction": "DESC"}),
    ({"direction": SortDirectionEnum.ASC}, None, {"direction": "ASC"}),
    ({"direction": Choice.DESC}, None, {"direction": "DESC"}),
    ({"page": 2, "per_page": 10, "sort": "id"}, None, {"page": 2, "per_page": 10, "sort": "id"}),
    ({"per_page": -1, "page": None}, None, {"per_page": -1, "page": None}),
]
NOT_FOUND: list[tuple[Any, str]] = [
    ([], "filter_: "),
    ({"direction": "down"}, "ASC or DESC"),
    ({"perpage": 5}, "filter_ has no perpage; allowed: q, page, per_page, sort, direction"),
    ({"page": "2"}, "filter_.page: '2' is not allowed; a whole number"),
    ({"page": True}, "whole number"),
    ({"per_page": 2.5}, "whole number"),
    ({"sort": 5}, "filter_.sort: 5 is not allowed; text"),
]


@pytest.mark.parametrize(("filter_", "q", "sent"), FOUND, ids=shown)
def test_find_filter(filter_: dict[str, Any], q: str | None, sent: dict[str, Any]) -> None:
    given = dict(filter_)
    assert criteria.find_filter(filter_, q) == sent
    assert filter_ == given, "the caller's own dict stays as it is"


@pytest.mark.parametrize(("filter_", "said"), NOT_FOUND, ids=shown)
def test_find_filter_is_refused(filter_: Any, said: str) -> None:
    with pytest.raises(DataError, match=said):
        criteria.find_filter(filter_)
