"""The arguments of an operation: as text from a manifest or with their types, refused by name."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lib.errors import DataError
from lib.tasks import arguments
from lib.tasks.arguments import ID, IDS, LIST, NUMBER, OBJECT, SWITCH, TEXT, Argument, one_of, required
from tests.support.ids import shown


def nested(levels: int) -> dict[str, Any]:
    """An object in an object in an object …"""
    value: dict[str, Any] = {}
    for _ in range(levels):
        value = {"AND": value}
    return value


FORMAT = Argument(one_of("csv", "json"))


@pytest.mark.parametrize(
    ("argument", "given", "value"),
    [
        (TEXT, "a", "a"),
        (TEXT, "5", "5"),
        (SWITCH, True, True),
        (SWITCH, "true", True),
        (SWITCH, "false", False),
        (NUMBER, 3, 3),
        (NUMBER, "3", 3),
        (ID, 5, "5"),
        (ID, "5", "5"),
        (IDS, ["1", 2], ["1", "2"]),
        (IDS, '["1", 2]', ["1", "2"]),
        (OBJECT, {"a": 1}, {"a": 1}),
        (OBJECT, '{"a": 1}', {"a": 1}),
        (LIST, [{}], [{}]),
        (OBJECT, nested(99), nested(99)),
        (FORMAT, "csv", "csv"),
    ],
    ids=shown,
)
def test_is_taken(argument: Argument, given: Any, value: Any) -> None:
    assert arguments.check("mode", {"x": given}, {"x": argument}) == {"x": value}


@pytest.mark.parametrize(
    ("argument", "given", "said"),
    [
        (TEXT, 5, "mode: x: 5 is not allowed; text"),
        (SWITCH, "yes", "true or false"),
        (SWITCH, 1, "true or false"),
        (NUMBER, "3.5", "whole number"),
        (NUMBER, True, "whole number"),
        (NUMBER, "three", "whole number"),
        (NUMBER, 10**30, "whole number"),
        (TEXT, "half a \ud83d", "text contains an unpaired surrogate"),
        (OBJECT, nested(101), "mode: x is nested too deeply; 100 levels"),
        (OBJECT, json.dumps(nested(900)), "nested too deeply"),
        (LIST, [nested(100)], "nested too deeply"),
        (ID, "x", "whole number, such as 5"),
        (IDS, "1", "list of ids"),
        (IDS, ["x"], r"mode: x\[0\]"),
        (OBJECT, "[]", "object"),
        (OBJECT, "{", "object"),
        (LIST, {}, "a list"),
        (FORMAT, "xml", "one of csv, json"),
    ],
    ids=shown,
)
def test_is_refused(argument: Argument, given: Any, said: str) -> None:
    with pytest.raises(DataError, match=said):
        arguments.check("mode", {"x": given}, {"x": argument})


def test_null_is_not_given() -> None:
    assert arguments.check("mode", {"x": None}, {"x": NUMBER}) == {}


def test_unknown_and_missing_arguments_are_named() -> None:
    known = {"id": required(ID), "q": TEXT}
    with pytest.raises(DataError, match="mode has no argument idd \\(allowed: id, q\\)"):
        arguments.check("mode", {"idd": 5}, known)
    with pytest.raises(DataError, match="mode requires id \\(arguments: id, q\\)"):
        arguments.check("mode", {"id": None, "q": "a"}, known)
    with pytest.raises(DataError, match="allowed: none"):
        arguments.check("mode", {"x": 1}, {})
