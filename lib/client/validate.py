"""What the server does not check: each kind of value has one check that returns it as it is sent, or a DataError.

The server stores a rating of 500, panics on `organized: null` and clears what an omitted variable leaves null
(recordings of v0.30.1, image API); so what goes out is checked here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, TypeAlias

from lib.errors import DataError

Check: TypeAlias = Callable[[str, Any], Any]
"""Called with what the value is named and the value."""

_DATE = re.compile(
    r"\d{4}(-\d\d)?|\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d|T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?", re.ASCII
)
_ID = re.compile(r"[0-9]{1,18}", re.ASCII)
_SURROGATE = re.compile("[\ud800-\udfff]")
DEEPEST = 100
_MODES = ("SET", "ADD", "REMOVE")


def invalid(name: str, value: Any, allowed: str) -> DataError:
    """The error that every check raises: which value, what it is, what is allowed."""
    shown = repr(value)
    return DataError(f"{name}: {shown if len(shown) < 80 else shown[:77] + '…'} is not allowed; {allowed}.")


def id_(name: str, value: Any) -> str:
    """An id: digits, as text or as a number."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not _ID.fullmatch(text):
        raise invalid(name, value, "an id is a whole number, such as 5")
    return str(int(text))


def ids(name: str, value: Any) -> list[str]:
    if not isinstance(value, (list, tuple)):
        raise invalid(name, value, "a list of ids is expected")
    return [id_(f"{name}[{index}]", item) for index, item in enumerate(value)]


def text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise invalid(name, value, "text is expected")
    if not _is_whole(value):
        raise invalid(name, value, "whole text is expected, and half a pair of surrogates is no character")
    return value


def _is_whole(value: str) -> bool:
    """Whether no character is half a pair of surrogates, which JSON can hold and no file, database or server."""
    return value.isascii() or not _SURROGATE.search(value)


def limit_depth(name: str, value: Any) -> Any:
    """The value, unless lists and objects stand in each other deeper than anybody means."""
    level, depth = [value], 0
    while level := [inner for item in level if isinstance(item, (dict, list)) for inner in _inside(item)]:
        depth += 1
        if depth > DEEPEST:
            raise DataError(f"{name} is nested too deeply; {DEEPEST} levels are allowed.")
    return value


def _inside(item: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return item.values() if isinstance(item, dict) else item


def texts(name: str, value: Any) -> list[str]:
    if not isinstance(value, (list, tuple)):
        raise invalid(name, value, "a list of texts is expected")
    return [text(f"{name}[{index}]", item) for index, item in enumerate(value)]


def urls(name: str, value: Any) -> list[str]:
    found = texts(name, value)
    if not all(item.strip() for item in found):
        raise invalid(name, value, "a URL is not empty")
    return found


def boolean(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise invalid(name, value, "true or false is expected")
    return value


def rating100(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 100:
        raise invalid(name, value, "a whole number from 0 to 100 is expected (4 stars are 80)")
    return value


def date(name: str, value: Any) -> str:
    """A day, a month or a year (Stash v0.30 and newer keep partial dates); empty text clears."""
    if value == "" or (isinstance(value, str) and _DATE.fullmatch(value) and _is_in_calendar(value)):
        return str(value)
    raise invalid(name, value, "a date is YYYY-MM-DD, YYYY-MM or YYYY")


def _is_in_calendar(text: str) -> bool:
    day = (text + "-01-01")[:10]
    try:
        datetime.fromisoformat(f"{day} {text[11:19] or '00:00:00'}")
    except ValueError:
        return False
    return True


def mapping(name: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise invalid(name, value, "an object is expected")
    return value


def relation(name: str, value: Any, key: str, check: Check) -> dict[str, Any]:
    """`{ids | values, mode}` of a bulk update. The list is demanded: the server takes none as an empty one."""
    given = mapping(name, value)
    reject_unknown(name, given, (key, "mode"))
    mode = given.get("mode")
    if mode not in _MODES:
        raise invalid(f"{name}.mode", mode, f"one of {', '.join(_MODES)} is expected")
    return {key: check(f"{name}.{key}", given.get(key)), "mode": str(getattr(mode, "value", mode))}


def relation_ids(name: str, value: Any) -> dict[str, Any]:
    return relation(name, value, "ids", ids)


def relation_urls(name: str, value: Any) -> dict[str, Any]:
    return relation(name, value, "values", urls)


def nullable(check: Check) -> Check:
    """The check for a value that null clears."""
    return lambda name, value: None if value is None else check(name, value)


def reject_unknown(name: str, given: Iterable[str], allowed: Iterable[str]) -> None:
    """Refuse keys that are not known."""
    known = tuple(allowed)
    unknown = [str(key) for key in given if key not in known]
    if unknown:
        raise DataError(f"{name} has no {', '.join(unknown)}; allowed: {', '.join(known)}.")


def validate_object(
    name: str, given: dict[str, Any], checks: dict[str, Check], required: Iterable[str] = ()
) -> dict[str, Any]:
    """The given object with every value checked by its key's check; unknown and missing keys are errors."""
    reject_unknown(name, given, checks)
    for key in required:
        if given.get(key) is None:
            raise DataError(f"{name} needs {key}.")
    return {key: checks[key](f"{name}.{key}", value) for key, value in given.items()}
