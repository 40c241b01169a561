"""What a source is: a name in a template or a condition, and how its value is found for the image in hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from lib.rules.image.context import ImageContext


@dataclass(frozen=True)
class Source:
    """One value of an image by its full name, such as `meta.date`.

    read: finds it; None for nothing.
    fields: what must be asked of the server for it; names as in `selection`.
    changes: the field of the image that rules may change and this shows, or no text.
    """

    name: str
    resolve: Callable[[ImageContext], Any]
    fields: frozenset[str] = frozenset()
    changes: str = ""

    def value(self, view: ImageContext) -> Any:
        value = view.found[self.name] = self.resolve(view)
        return value


@dataclass(frozen=True)
class SourceNamespace:
    """The sources that share what stands before the first dot.

    make: the rest of the name -> the source; None where there is no such name.
    names: what the rest may be, where that is known.
    """

    make: Callable[[str], Source | None]
    names: tuple[str, ...] = ()


def get_path(value: Any, path: str) -> Any:
    """The value at a path of keys joined by dots; a key that has dots itself is tried first, a list is gone into."""
    if isinstance(value, dict):
        if path in value:
            return value[path]
        for at in (at for at, char in enumerate(path) if char == "."):
            if path[:at] in value:
                return get_path(value[path[:at]], path[at + 1 :])
        return None
    if isinstance(value, (list, tuple)):
        found = [get_path(item, path) for item in value if isinstance(item, dict)]
        return [item for item in found if item is not None] or None
    return None


def as_names(items: Iterable[Any]) -> list[str] | None:
    """The names of tags, performers or galleries as a list."""
    return [item.name for item in items] or None
