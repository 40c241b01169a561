"""A source: a name in templates and conditions, and the value it resolves to for an image."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from lib.rules.image.context import Scope


@dataclass(frozen=True)
class Source:
    """One value of an image by its full name, such as `meta.date`.

    resolve: returns the value, None if it is missing.
    fields: the fields of the image it needs, named as in `selection`.
    planned_field: the field it reads that earlier rules may have planned.
    """

    name: str
    resolve: Callable[[Scope], Any]
    fields: frozenset[str] = frozenset()
    planned_field: str | None = None

    def value(self, scope: Scope) -> Any:
        return self.resolve(scope)


@dataclass(frozen=True)
class SourceNamespace:
    """The sources whose names start with the same part before the first dot.

    make: returns the source for the rest of a name, None for an unknown one.
    names: the rests that exist, if they are known.
    """

    make: Callable[[str], Source | None]
    names: tuple[str, ...] = ()


def get_path(value: Any, path: str) -> Any:
    """Return the value at a path of keys joined by dots, through lists; keys that contain dots are tried first."""
    if isinstance(value, dict):
        if path in value:
            return value[path]
        for pos in (pos for pos, char in enumerate(path) if char == "."):
            if path[:pos] in value:
                return get_path(value[path[:pos]], path[pos + 1 :])
        return None
    if isinstance(value, (list, tuple)):
        values = [get_path(item, path) for item in value if isinstance(item, dict)]
        return [item for item in values if item is not None] or None
    return None


def as_names(items: Iterable[Any]) -> list[str] | None:
    """Return the names of tags, performers or galleries."""
    return [item.name for item in items] or None
