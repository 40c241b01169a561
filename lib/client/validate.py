"""Validators: one for each kind of value. Each returns the value as it is sent, or raises a DataError.

The server doesn't validate: it stores a rating of 500, panics on `organized: null`, and clears fields whose variable
is omitted (recordings of v0.30.1).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, TypeAlias

from lib.errors import DataError

Check: TypeAlias = Callable[[str, Any], Any]
"""Takes the name of a value and the value."""

_DATE = re.compile(
    r"\d{4}(-\d\d)?|\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d|T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?", re.ASCII
)
_ID = re.compile(r"[0-9]{1,18}", re.ASCII)
_SURROGATE = re.compile("[\ud800-\udfff]")
MAX_DEPTH = 100
_MODES = ("SET", "ADD", "REMOVE")


def invalid(name: str, value: Any, allowed: str) -> DataError:
    """Return the error of all validators: the name, the value, and what is allowed."""
    text = repr(value)
    return DataError(f"{name}: {text if len(text) < 80 else text[:77] + '…'} is not allowed; {allowed}.")


def id_(name: str, value: Any) -> str:
    """Validate an id: digits, as text or as a number."""
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
    if _has_surrogate(value):
        raise invalid(name, value, "text contains an unpaired surrogate (invalid Unicode)")
    return value


def _has_surrogate(value: str) -> bool:
    """Whether the text has an unpaired surrogate. JSON allows it; files, databases and servers don't."""
    return not value.isascii() and bool(_SURROGATE.search(value))


def limit_depth(name: str, value: Any) -> Any:
    """Return the value. Raises a DataError if lists and objects are nested more than `MAX_DEPTH` levels."""
    level, depth = [value], 0
    while level := [inner for item in level if isinstance(item, (dict, list)) for inner in _inside(item)]:
        depth += 1
        if depth > MAX_DEPTH:
            raise DataError(f"{name} is nested too deeply; {MAX_DEPTH} levels are allowed.")
    return value


def _inside(item: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return item.values() if isinstance(item, dict) else item


def texts(name: str, value: Any) -> list[str]:
    if not isinstance(value, (list, tuple)):
        raise invalid(name, value, "a list of texts is expected")
    return [text(f"{name}[{index}]", item) for index, item in enumerate(value)]


def urls(name: str, value: Any) -> list[str]:
    items = texts(name, value)
    if not all(item.strip() for item in items):
        raise invalid(name, value, "a URL can't be empty")
    return items


def boolean(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise invalid(name, value, "true or false is expected")
    return value


def rating100(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 100:
        raise invalid(name, value, "a whole number from 0 to 100 is expected (4 stars are 80)")
    return value


def date(name: str, value: Any) -> str:
    """Validate a day, a month or a year (partial dates need Stash v0.30). Empty text clears the field."""
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
    """Validate `{ids | values, mode}` of a bulk update. The list is required: the server takes a missing one as empty."""
    fields = mapping(name, value)
    reject_unknown(name, fields, (key, "mode"))
    mode = fields.get("mode")
    if mode not in _MODES:
        raise invalid(f"{name}.mode", mode, f"one of {', '.join(_MODES)} is expected")
    return {key: check(f"{name}.{key}", fields.get(key)), "mode": str(getattr(mode, "value", mode))}


def relation_ids(name: str, value: Any) -> dict[str, Any]:
    return relation(name, value, "ids", ids)


def relation_urls(name: str, value: Any) -> dict[str, Any]:
    return relation(name, value, "values", urls)


def nullable(check: Check) -> Check:
    """Return the validator of a value that may be null, which clears it."""
    return lambda name, value: None if value is None else check(name, value)


def reject_unknown(name: str, keys: Iterable[str], allowed: Iterable[str]) -> None:
    """Raise a DataError for keys that aren't allowed."""
    names = tuple(allowed)
    unknown = [str(key) for key in keys if key not in names]
    if unknown:
        raise DataError(f"{name} has no {', '.join(unknown)}; allowed: {', '.join(names)}.")


def validate_object(
    name: str, fields: dict[str, Any], checks: dict[str, Check], required: Iterable[str] = ()
) -> dict[str, Any]:
    """Validate each value of an object by its key. Raises a DataError for unknown and missing keys, too."""
    reject_unknown(name, fields, checks)
    for key in required:
        if fields.get(key) is None:
            raise DataError(f"{name} needs {key}.")
    return {key: checks[key](f"{name}.{key}", value) for key, value in fields.items()}
