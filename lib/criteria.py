"""Checks of what chooses images: the server ignores some criteria in silence, and then *all* images match.

Which ones is read in stashapp/stash v0.30.1, pkg/sqlite (criterion_handlers.go, image_filter.go): a list of ids that
is empty, and modifiers that a criterion does not know. `is_missing` reaches its SQL as it is.
"""

from __future__ import annotations

from typing import Any

from lib.errors import DataError
from lib.values import mapping, switch, wrong

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
_SETS = ("INCLUDES", "INCLUDES_ALL", "EXCLUDES", "IS_NULL", "NOT_NULL")
_KNOWN = {
    # criterion: the modifiers that the server acts on
    "tags": (*_SETS, "EQUALS"),
    "performers": (*_SETS, "EQUALS"),
    "studios": (*_SETS, "EQUALS", "NOT_EQUALS"),
    "galleries": ("INCLUDES", "INCLUDES_ALL", "EXCLUDES", "IS_NULL", "NOT_NULL"),
    "performer_tags": _SETS,
    "resolution": ("EQUALS", "NOT_EQUALS", "GREATER_THAN", "LESS_THAN"),
}
_OPERATORS = ("AND", "OR", "NOT")
_FIND = {"q": str, "page": int, "per_page": int, "sort": str, "direction": str}


def image_filter(value: Any, name: str = "image_filter") -> dict[str, Any]:
    """The server's ImageFilterType as it is sent. DataError for what the server would ignore or run as SQL."""
    given = mapping(name, value)
    if "AND" in given and "OR" in given:
        raise DataError(f"{name}: the server takes only one of AND and OR beside each other; nest one in the other.")
    return {key: _criterion(f"{name}.{key}", key, part) for key, part in given.items()}


def _criterion(name: str, key: str, value: Any) -> Any:
    if value is None:
        return None
    if key in _OPERATORS:
        return image_filter(value, name)
    if key == "is_missing":
        if value not in MISSING:
            raise wrong(name, value, f"one of {', '.join(MISSING)} is expected")
        return value
    if key in ("organized", "performer_favorite"):
        return switch(name, value)
    if key == "orientation" and not mapping(name, value).get("value"):
        raise DataError(
            f"{name}.value is empty: the server would match every image. Name LANDSCAPE, PORTRAIT or SQUARE."
        )
    if isinstance(value, dict) and "modifier" in value:
        _modifier(name, key, value)
    return value


def _modifier(name: str, key: str, criterion: dict[str, Any]) -> None:
    modifier = criterion["modifier"]
    modifier = getattr(modifier, "value", modifier)
    if modifier not in MODIFIERS:
        raise wrong(f"{name}.modifier", modifier, f"one of {', '.join(MODIFIERS)} is expected")
    if key not in _KNOWN:
        return
    if modifier not in _KNOWN[key]:
        raise wrong(
            f"{name}.modifier",
            modifier,
            f"the server ignores it here and would match every image; one of {', '.join(_KNOWN[key])} is expected",
        )
    if key == "galleries" and criterion.get("excludes"):
        raise DataError(f"{name}.excludes is ignored by the server, which would match every image.")
    empty = not criterion.get("value") and not criterion.get("excludes")
    if empty and modifier not in ("IS_NULL", "NOT_NULL"):
        raise DataError(f"{name}.value is empty: the server would match every image. Name at least one id.")


def find_filter(value: Any, q: str | None = None) -> dict[str, Any]:
    """The server's FindFilterType as it is sent; `q` wins over the one inside, a direction may have any case."""
    given = dict(mapping("filter_", value))
    if q is not None:
        given["q"] = q
    for key, part in given.items():
        kind = _FIND.get(key)
        if kind is None:
            raise DataError(f"filter_ has no {key}; allowed: {', '.join(_FIND)}.")
        if part is not None and (isinstance(part, bool) or not isinstance(part, kind)):
            raise wrong(f"filter_.{key}", part, "text is expected" if kind is str else "a whole number is expected")
    direction = given.get("direction")
    if direction is not None:
        given["direction"] = str(getattr(direction, "value", direction)).upper()
        if given["direction"] not in ("ASC", "DESC"):
            raise wrong("filter_.direction", direction, "ASC or DESC is expected")
    return given
