"""Validate image filters: the server silently ignores some criteria, and then *all* images match.

Which ones is read in stashapp/stash v0.30.1, pkg/sqlite (criterion_handlers.go, image_filter.go), and was tried there:
lists that are empty, modifiers that a criterion does not know, a nested filter that names nothing, a second `tags`
criterion anywhere in one filter. `is_missing` and ids that aren't numbers reach its SQL unchanged.
"""

from __future__ import annotations

import re
from typing import Any

from lib.client.models import plain
from lib.client.validate import Check, boolean, ids, invalid, limit_depth, mapping, reject_unknown
from lib.errors import DataError

MODIFIERS = (
    "EQUALS",
    "NOT_EQUALS",
    "GREATER_THAN",
    "LESS_THAN",
    "IS_NULL",
    "NOT_NULL",
    "INCLUDES_ALL",
    "INCLUDES",
    "EXCLUDES",
    "MATCHES_REGEX",
    "NOT_MATCHES_REGEX",
    "BETWEEN",
    "NOT_BETWEEN",
)
MISSING = (
    "title",
    "rating",
    "date",
    "code",
    "details",
    "photographer",
    "studio",
    "performers",
    "galleries",
    "tags",
)
RESOLUTIONS = (
    "VERY_LOW",
    "LOW",
    "R360P",
    "STANDARD",
    "WEB_HD",
    "STANDARD_HD",
    "FULL_HD",
    "QUAD_HD",
    "VR_HD",
    "FOUR_K",
    "FIVE_K",
    "SIX_K",
    "SEVEN_K",
    "EIGHT_K",
    "HUGE",
)
ORIENTATIONS = ("LANDSCAPE", "PORTRAIT", "SQUARE")

_WITHOUT_VALUE = ("IS_NULL", "NOT_NULL")
_SETS = ("INCLUDES", "INCLUDES_ALL", "EXCLUDES", *_WITHOUT_VALUE)
_SIZES = ("EQUALS", "NOT_EQUALS", "GREATER_THAN", "LESS_THAN")
_OPERATORS = ("AND", "OR", "NOT")
_EVERY = "the server would match every image"
_COLUMN = re.compile("[a-z_]+")
_FIND = {"q": str, "page": int, "per_page": int, "sort": str, "direction": str}


def image_filter(value: Any, name: str = "image_filter") -> dict[str, Any]:
    """The server's ImageFilterType as it is sent. DataError for what the server would ignore or run as SQL."""
    criterion = mapping(name, plain(limit_depth(name, value)))
    if _count(criterion, "tags") > 1:
        raise DataError(
            f"{name}: the server acts on one tags criterion and ignores a second one in AND, OR or NOT. "
            "Use only one: INCLUDES_ALL, or value and excludes together."
        )
    return _all_of(name, criterion)


def _all_of(name: str, criterion: dict[str, Any]) -> dict[str, Any]:
    named = {key: part for key, part in criterion.items() if part is not None}
    if sum(operator in named for operator in _OPERATORS) > 1:
        raise DataError(f"{name}: the server takes one of AND, OR and NOT beside each other; nest one in the other.")
    return {key: _criterion(f"{name}.{key}", key, part) for key, part in named.items()}


def _criterion(name: str, key: str, value: Any) -> Any:
    check: Check = _CHECKS.get(key, _related if key.endswith("_filter") else _plain)
    return check(name, value)


def _nested(name: str, value: Any) -> dict[str, Any]:
    return _all_of(name, _not_empty(name, value))


def _related(name: str, value: Any) -> dict[str, Any]:
    """A filter on what images refer to, such as `galleries_filter`: its criteria are those of another type."""
    return {key: _related_part(f"{name}.{key}", key, part) for key, part in _not_empty(name, value).items()}


def _related_part(name: str, key: str, value: Any) -> Any:
    if key == "is_missing":
        if not isinstance(value, str) or not _COLUMN.fullmatch(value):
            raise invalid(name, value, "the name of a field is expected")
        return value
    if value == []:
        raise DataError(f"{name} is empty: {_EVERY}.")
    if isinstance(value, dict) and "modifier" not in value:
        return _related(name, value)
    return _plain(name, value)


def _not_empty(name: str, value: Any) -> dict[str, Any]:
    named = {key: part for key, part in mapping(name, value).items() if part is not None}
    if not named:
        raise DataError(f"{name} names no criterion: {_EVERY}.")
    return named


def _missing(name: str, value: Any) -> str:
    if value not in MISSING:
        raise invalid(name, value, f"one of {', '.join(MISSING)} is expected")
    return str(value)


def _orientation(name: str, value: Any) -> dict[str, Any]:
    criterion = mapping(name, value)
    reject_unknown(name, criterion, ["value"])
    orientations = criterion.get("value")
    if (
        not isinstance(orientations, (list, tuple))
        or not orientations
        or not all(item in ORIENTATIONS for item in orientations)
    ):
        raise invalid(
            f"{name}.value", orientations, f"a list of {', '.join(ORIENTATIONS)} is expected (an empty one is ignored)"
        )
    return criterion


def _resolution(name: str, value: Any) -> dict[str, Any]:
    criterion = mapping(name, value)
    _modifier(name, criterion, _SIZES)
    if criterion.get("value") not in RESOLUTIONS:
        raise invalid(f"{name}.value", criterion.get("value"), f"one of {', '.join(RESOLUTIONS)} is expected")
    return criterion


def _ids(*modifiers: str, excludes: bool = True) -> Check:
    """The check for a criterion on ids, which the server acts on with these modifiers."""

    def check(name: str, value: Any) -> dict[str, Any]:
        criterion = {key: part for key, part in mapping(name, value).items() if part is not None}
        modifier = _modifier(name, criterion, modifiers)
        if not excludes and criterion.get("excludes"):
            raise DataError(f"{name}.excludes is ignored here: {_EVERY}. Use the modifier EXCLUDES.")
        lists: dict[str, Any] = {
            key: ids(f"{name}.{key}", criterion[key]) for key in ("value", "excludes") if key in criterion
        }
        if modifier not in _WITHOUT_VALUE and not any(lists.values()):
            raise DataError(f"{name}.value is empty: {_EVERY}. Name at least one id.")
        return {**criterion, **lists}

    return check


def _plain(name: str, value: Any) -> Any:
    """Any other criterion: what it compares is the server's to check, but not its modifier's spelling."""
    if not isinstance(value, dict) or "modifier" not in value:
        return value
    modifier = _modifier(name, value, MODIFIERS)
    compared = value.get("value")
    blank = isinstance(compared, str) and not compared.strip() and modifier in ("INCLUDES", "MATCHES_REGEX")
    if blank or (compared == [] and modifier not in _WITHOUT_VALUE):
        raise DataError(f"{name}.value is empty: {_EVERY}.")
    return value


def _modifier(name: str, criterion: dict[str, Any], modifiers: tuple[str, ...]) -> str:
    modifier = criterion.get("modifier")
    if modifier in modifiers:
        return str(modifier)
    ignored = "the server does not act on it here, and may match every image; " if modifier in MODIFIERS else ""
    raise invalid(f"{name}.modifier", modifier, f"{ignored}one of {', '.join(modifiers)} is expected")


def _count(criterion: dict[str, Any], key: str) -> int:
    parts = [criterion[operator] for operator in _OPERATORS if isinstance(criterion.get(operator), dict)]
    return (criterion.get(key) is not None) + sum(_count(part, key) for part in parts)


_CHECKS: dict[str, Check] = {
    **dict.fromkeys(_OPERATORS, _nested),
    "is_missing": _missing,
    "organized": boolean,
    "performer_favorite": boolean,
    "orientation": _orientation,
    "resolution": _resolution,
    "tags": _ids(*_SETS, "EQUALS"),
    "performers": _ids(*_SETS, "EQUALS"),
    "performer_tags": _ids(*_SETS),
    "studios": _ids(*_SETS, "EQUALS", "NOT_EQUALS"),
    "galleries": _ids(*_SETS, excludes=False),
}


def find_filter(value: Any, q: str | None = None) -> dict[str, Any]:
    """The server's FindFilterType as it is sent; `q` wins over the one inside, a direction may have any case."""
    options = dict(mapping("filter_", plain(value)))
    if q is not None:
        options["q"] = q
    reject_unknown("filter_", options, _FIND)
    for key, part in options.items():
        kind = _FIND[key]
        if part is not None and (isinstance(part, bool) or not isinstance(part, kind)):
            raise invalid(f"filter_.{key}", part, "text is expected" if kind is str else "a whole number is expected")
    direction = options.get("direction")
    if direction is not None:
        options["direction"] = direction.upper()
        if options["direction"] not in ("ASC", "DESC"):
            raise invalid("filter_.direction", direction, "ASC or DESC is expected")
    return options
