"""A row against its image: what differs is a change, what does not is none, what cannot be is an error."""

from __future__ import annotations

from typing import Any

import pytest

from lib.changes import FieldChange, NameMatch, Ref
from lib.errors import DataError
from lib.rules.names import NameResolver
from lib.tables.columns import EDITABLE
from lib.tables.edits import RULES, Edits, is_conflict
from lib.tables.reader import Row
from tests.tables.samples import image

TAGS = [{"id": "1", "name": "sunset"}, {"id": "2", "name": "a; b"}]
PERFORMERS = [{"id": "1", "name": "Ada", "disambiguation": ""}, {"id": "2", "name": "Ada", "disambiguation": "poet"}]
GALLERIES: list[dict[str, Any]] = [
    {"id": "1", "title": "Day", "folder": None, "files": []},
    {"id": "2", "title": "", "folder": {"path": "/library/set"}, "files": []},
    {"id": "3", "title": "", "folder": {"path": "/other/set"}, "files": []},
]
SUNSET, A_B, BEACH = Ref("1", "sunset"), Ref("2", "a; b"), Ref("3", "Beach")
ADA, POET, GRACE = Ref("1", "Ada"), Ref("2", "Ada"), Ref("3", "Grace")
DAY, NIGHT = Ref("1", "Day"), Ref("4", "Night")
FIXED = "its images come from a zip or a folder"
NAMES = {
    ("tags", "sunset"): NameMatch(SUNSET),
    ("tags", "Beach"): NameMatch(BEACH),
    ("tags", "twice"): NameMatch(ambiguous=(Ref("5", "twice"), Ref("6", "twice"))),
    ("performers", "Grace"): NameMatch(GRACE),
    ("performers", "Ada"): NameMatch(ambiguous=(Ref("1", "Ada"), Ref("2", "Ada"))),
    ("studios", "Blue"): NameMatch(Ref("7", "Blue")),
    ("galleries", "Day"): NameMatch(DAY),
    ("galleries", "Night"): NameMatch(NIGHT),
    ("galleries", "Zip"): NameMatch(Ref("5", "Zip"), refused=FIXED),
}


class Names:
    """The names that the tests know."""

    def find(self, kind: str, name: str) -> NameMatch:
        return NAMES.get((kind, name), NameMatch())


def edits(shown: dict[str, Any], cells: dict[str, str | None], *, create: bool = False) -> list[FieldChange]:
    return Edits(NameResolver(Names()), create=create).changes(Row(2, cells), image(**shown))


def change(field: str, before: Any, after: Any) -> FieldChange:
    return FieldChange(field, before, after, RULES)


CHANGES: dict[str, tuple[str, Any, str | None, FieldChange]] = {
    "a title": ("title", "old", "new", change("title", "old", "new")),
    "a first title": ("title", "", "new", change("title", None, "new")),
    "no title": ("title", "old", None, change("title", "old", None)),
    "line breaks": ("details", "a", "a\r\nb", change("details", "a", "a\nb")),
    "spaces at the ends": ("title", "a", " b ", change("title", "a", "b")),
    "a code": ("code", "007", "008", change("code", "007", "008")),
    "a date": ("date", "2021-07-04", "2021-07-05", change("date", "2021-07-04", "2021-07-05")),
    "half a date": ("date", "2021-07-04", "2021-07", change("date", "2021-07-04", "2021-07")),
    "a date with its time": ("date", None, "2021-07-04 00:00:00", change("date", None, "2021-07-04")),
    "a date with an hour": ("date", None, "2021-07-04 10:30:00", change("date", None, "2021-07-04")),
    "a date, year first": ("date", None, "2021/7/4", change("date", None, "2021-07-04")),
    "no date": ("date", "2021-07-04", None, change("date", "2021-07-04", None)),
    "a rating": ("rating100", None, "80", change("rating100", None, 80)),
    "a rating of pandas": ("rating100", 40, "80.0", change("rating100", 40, 80)),
    "no rating": ("rating100", 40, None, change("rating100", 40, None)),
    "organized": ("organized", False, "TRUE", change("organized", False, True)),
    "organized, one": ("organized", False, "1", change("organized", False, True)),
    "not organized": ("organized", True, "no", change("organized", True, False)),
    "organized, cleared": ("organized", True, None, change("organized", True, False)),
    "a studio": ("studio", None, "Blue", change("studio", None, Ref("7", "Blue"))),
    "another studio": (
        "studio",
        {"id": "6", "name": "Red"},
        "Blue",
        change("studio", Ref("6", "Red"), Ref("7", "Blue")),
    ),
    "no studio": ("studio", {"id": "6", "name": "Red"}, None, change("studio", Ref("6", "Red"), None)),
    "a tag more": (
        "tags",
        TAGS,
        r"sunset; a\; b; Beach",
        FieldChange("tags", (SUNSET, A_B), (SUNSET, A_B, BEACH), RULES, (BEACH,), ()),
    ),
    "a tag less": ("tags", TAGS, r"a\; b", FieldChange("tags", (SUNSET, A_B), (A_B,), RULES, (), (SUNSET,))),
    "another tag": ("tags", TAGS[:1], "Beach", FieldChange("tags", (SUNSET,), (BEACH,), RULES, (BEACH,), (SUNSET,))),
    "no tag": ("tags", TAGS, None, FieldChange("tags", (SUNSET, A_B), (), RULES, (), (SUNSET, A_B))),
    "one of two namesakes": (
        "performers",
        PERFORMERS,
        "Ada (poet)",
        FieldChange("performers", (ADA, POET), (POET,), RULES, (), (ADA,)),
    ),
    "a performer more": (
        "performers",
        PERFORMERS[1:],
        "Grace; Ada (poet)",
        FieldChange("performers", (POET,), (POET, GRACE), RULES, (GRACE,), ()),
    ),
    "a gallery more": (
        "galleries",
        GALLERIES[1:2],
        "set; Night",
        FieldChange("galleries", (Ref("2", ""),), (Ref("2", ""), NIGHT), RULES, (NIGHT,), ()),
    ),
    "a gallery less": ("galleries", GALLERIES[:1], None, FieldChange("galleries", (DAY,), (), RULES, (), (DAY,))),
    "URLs": ("urls", ["a", "b"], "b; c", FieldChange("urls", ("a", "b"), ("b", "c"), RULES, ("c",), ("a",))),
    "another order of URLs": ("urls", ["a", "b"], "b; a", FieldChange("urls", ("a", "b"), ("b", "a"), RULES, (), ())),
    "no URLs": ("urls", ["a"], None, FieldChange("urls", ("a",), (), RULES, (), ("a",))),
}


@pytest.mark.parametrize(("field", "value", "cell", "wanted"), CHANGES.values(), ids=CHANGES)
def test_changes(field: str, value: Any, cell: str | None, wanted: FieldChange) -> None:
    assert edits({field: value}, {field: cell}) == [wanted]


UNCHANGED: dict[str, tuple[str, Any, str | None]] = {
    "the same": ("title", "a", "a"),
    "a dash": ("title", "-", "-"),
    "zeros dropped": ("code", "007", "7"),
    "a date redrawn": ("date", "2021-07-04", "04/07/2021"),
    "half a date redrawn": ("date", "2021-07", "Jul-21"),
    "a date in a title redrawn": ("title", "1-2", "2-Jan"),
    "a rating redrawn": ("rating100", 40, "40.0"),
    "true redrawn": ("organized", True, "TRUE"),
    "a studio redrawn": ("studio", {"id": "6", "name": "007"}, "7"),
    "a single tag redrawn": ("tags", [{"id": "1", "name": "2021-07-04"}], "7/4/2021"),
    "line breaks redrawn": ("details", "a\r\nb", "a\nb"),
    "nothing to clear": ("title", "", None),
    "no rating to clear": ("rating100", None, None),
    "no tag to clear": ("tags", [], None),
    "not organized to clear": ("organized", False, None),
    "another order": ("tags", TAGS, r"a\; b; sunset"),
    "a tag twice": ("tags", TAGS, r"sunset; sunset; a\; b"),
    "namesakes, the first and the last": ("performers", [*PERFORMERS, PERFORMERS[0]], "Ada; Ada (poet); Ada"),
    "namesakes": ("performers", PERFORMERS, "Ada (poet); Ada"),
    "folders of one name": ("galleries", GALLERIES, "set; set; Day"),
    "the old title of before v0.30": ("title", " a ", "a"),
}


@pytest.mark.parametrize(("field", "value", "cell"), UNCHANGED.values(), ids=UNCHANGED)
def test_unchanged_cells(field: str, value: Any, cell: str | None) -> None:
    assert edits({field: value}, {field: cell}) == []


INVALID: dict[str, tuple[str, Any, str | None, str]] = {
    "a rating": ("rating100", None, "101", "rating100: 101 is not allowed; a whole number from 0 to 100"),
    "half a rating": ("rating100", None, "3.5", "rating100: '3.5' is not allowed"),
    "a date that could be two": ("date", "2021-07-04", "05/07/2021", "date: '05/07/2021' is not allowed"),
    "no date": ("date", None, "2021-02-30", "date: '2021-02-30' is not allowed"),
    "no switch": ("organized", False, "maybe", "organized: 'maybe' is not allowed; true or false"),
    "more tags than a list may have": ("tags", TAGS, "a;" * 10_001, "tags: a list has at most 10,000 elements"),
    "more URLs than a list may have": ("urls", [], "a;" * 10_001, "urls: a list has at most 10,000 elements"),
    "a very long name": ("tags", TAGS, "x" * 1000, f"tag '{'x' * 79}…' doesn't exist"),
    "a cut cell": ("details", "x" * 40_000, "x" * 32_767, "details: a spreadsheet truncated the cell to 32,767"),
    "a cut list": ("urls", ["x" * 40_000], "x" * 32_767, "urls: a spreadsheet truncated"),
    "an unknown tag": ("tags", TAGS, "nope", r"tags: tag 'nope' doesn't exist \(with `create`, it's created\)\."),
    "an ambiguous tag": ("tags", TAGS, "twice", "tags: the tag 'twice' is ambiguous: it could be twice"),
    "an ambiguous performer": ("performers", [], "Ada", "performers: the performer 'Ada' is ambiguous"),
    "an unknown studio": ("studio", None, "nope", "studio: studio 'nope' doesn't exist"),
    "an unknown gallery": ("galleries", [], "nope", r"galleries: gallery 'nope' doesn't exist\."),
    "a zip's gallery": ("galleries", [], "Zip", f"galleries: the gallery 'Zip' can't be assigned: {FIXED}"),
    "out of a folder's gallery": ("galleries", GALLERIES, "Day; set", "galleries: gallery 'set' doesn't exist"),
    "out of a namesake": (
        "galleries",
        [{**GALLERIES[0], "id": "9"}],
        None,
        "'Day' isn't the only gallery with this name",
    ),
}


@pytest.mark.parametrize(("field", "value", "cell", "said"), INVALID.values(), ids=INVALID)
def test_invalid_cells(field: str, value: Any, cell: str | None, said: str) -> None:
    with pytest.raises(DataError, match=said):
        edits({field: value}, {field: cell})


def test_error_has_the_problems_of_all_cells() -> None:
    with pytest.raises(DataError, match=r"rating100: 101 .*; tags: tag 'nope' doesn't exist.*\."):
        edits({}, {"title": "fine", "rating100": "101", "tags": "nope"})


NEW: dict[str, tuple[str, str, FieldChange]] = {
    "a tag": ("tags", "new", FieldChange("tags", (), (Ref(None, "new"),), RULES, (Ref(None, "new"),))),
    "a performer": (
        "performers",
        "New",
        FieldChange("performers", (), (Ref(None, "New"),), RULES, (Ref(None, "New"),)),
    ),
    "a studio": ("studio", "New", FieldChange("studio", None, Ref(None, "New"), RULES)),
}


@pytest.mark.parametrize(("field", "cell", "wanted"), NEW.values(), ids=NEW)
def test_create(field: str, cell: str, wanted: FieldChange) -> None:
    assert edits({}, {field: cell}, create=True) == [wanted]


@pytest.mark.parametrize(("field", "cell"), [("performers", "Ada (singer)"), ("galleries", "New"), ("tags", "twice")])
def test_create_is_refused(field: str, cell: str) -> None:
    with pytest.raises(DataError):
        edits({}, {field: cell}, create=True)


def test_missing_column_keeps_its_field() -> None:
    assert edits({"title": "a", "tags": TAGS, "rating100": 40}, {"code": "C"}) == [change("code", None, "C")]


@pytest.mark.parametrize("name", ["id", "path", "width", "height", "size"])
def test_read_only_columns(name: str) -> None:
    assert edits({}, {name: "5"}) == []
    assert name not in EDITABLE


CONFLICTS = {
    "the same": ("2025-11-23T12:00:00+01:00", False),
    "the same moment elsewhere": ("2025-11-23T11:00:00Z", False),
    "the same moment, to the millisecond": ("2025-11-23T11:00:00.000Z", False),
    "the zone taken off": ("2025-11-23 12:00:00", False),
    "nothing": (None, False),
    "another moment": ("2025-11-23T12:00:01+01:00", True),
    "a day alone": ("2025-11-23", True),
    "no moment": ("yesterday", True),
}


@pytest.mark.parametrize(("cell", "conflict"), CONFLICTS.values(), ids=CONFLICTS)
def test_is_conflict(cell: str | None, conflict: bool) -> None:
    assert is_conflict(Row(2, {"updated_at": cell}), image()) is conflict


def test_no_conflict_without_updated_at() -> None:
    assert not is_conflict(Row(2, {}), image())
