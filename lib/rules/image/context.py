"""One image under evaluation: the server's JSON, its path, its files, and the fields as planned so far."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from lib.metadata import Metadata
from lib.rules.image import sidecars
from lib.rules.image.draft import Draft
from lib.rules.image.embedded import read_embedded
from lib.rules.image.files import Files, UnreadableFileError
from lib.rules.image.path import ImagePath
from lib.rules.image.sidecars import DEFAULT_PATTERNS, Pattern, Sidecar
from lib.rules.names import NameResolver
from lib.rules.syntax.regex_timeout import RegexBudget

T = TypeVar("T")

NO_GROUPS: Mapping[str, str] = MappingProxyType({})


@dataclass
class RunContext:
    """Everything that is the same for all images of a run."""

    names: NameResolver
    files: Files
    libraries: Sequence[str] = ()
    sidecars: tuple[Pattern, ...] = DEFAULT_PATTERNS
    budget: RegexBudget = field(default_factory=RegexBudget)
    now: float = field(default_factory=time.time)
    partial_dates: bool = True


class ImageContext:
    """One image as Stash and its files describe it. Files are read on the first request, then cached."""

    def __init__(self, image: dict[str, Any], path: ImagePath | None, run: RunContext) -> None:
        self.image = image
        self.path = path
        self.run = run
        self._cache: dict[str, tuple[Any, list[str]]] = {}

    @property
    def file(self) -> dict[str, Any]:
        """The server's data of the image's first file; empty for an image without files."""
        files = self.image.get("visual_files")
        return files[0] if files else {}

    @property
    def problems(self) -> list[str]:
        """The problems with the files read so far."""
        return [problem for _, problems in self._cache.values() for problem in problems]

    @property
    def lacks_sidecar(self) -> bool:
        """Whether a rule has requested a sidecar or its values, and no readable one exists (yet)."""
        has_sidecar, values = self._cache.get("has_sidecar"), self._cache.get("sidecar_values")
        return (has_sidecar is not None and not has_sidecar[0]) or (values is not None and not values[0])

    def sidecars(self) -> dict[str, Sidecar]:
        """Return the sidecars by kind: json, xmp, txt."""
        run, empty = self.run, dict[str, Sidecar]()
        return self._cached("sidecars", lambda path: (sidecars.find(path, run.sidecars, run.files), []), empty)

    def has_sidecar(self) -> bool:
        return self._cached("has_sidecar", lambda _path: (bool(self.sidecars()), []), default=False)

    def sidecar_values(self) -> dict[str, Any]:
        """Return the values of the JSON and text sidecars; of two `tags`, those of the JSON."""
        empty = dict[str, Any]()
        return self._cached("sidecar_values", lambda _path: (self._read_sidecars(), []), empty)

    def _read_sidecars(self) -> dict[str, Any]:
        existing, files = self.sidecars(), self.run.files
        values: dict[str, Any] = {}
        if "txt" in existing:
            values["tags"] = self._cached(
                "txt", lambda path: (sidecars.read_tags(path, existing["txt"], files), []), None
            )
        if "json" in existing:
            empty = dict[str, Any]()
            values |= self._cached("json", lambda path: (sidecars.read_json(path, existing["json"], files), []), empty)
        return values

    def metadata(self) -> Metadata:
        """Return the embedded metadata, overridden by that of an .xmp sidecar."""
        files = self.run.files
        return self._cached("metadata", lambda path: read_embedded(path, self.sidecars().get("xmp"), files), Metadata())

    def _cached(self, key: str, read: Callable[[ImagePath], tuple[T, list[str]]], default: T) -> T:
        """Return the value that `read` returns together with its problems; the default for unreadable files."""
        if key not in self._cache:
            result: tuple[T, list[str]] = (default, [])
            if self.path is not None:
                try:
                    result = read(self.path)
                except UnreadableFileError as error:
                    result = (default, [str(error)])
            self._cache[key] = result
        value: T = self._cache[key][0]
        return value


class Scope(NamedTuple):
    """Everything that conditions and templates of one rule can read; they don't change it.

    draft: the fields as earlier rules have planned them. groups: the named groups that the rule's regular expressions have matched.
    """

    context: ImageContext
    draft: Draft
    groups: Mapping[str, str] = NO_GROUPS

    def field(self, name: str) -> Any:
        """Return a field as planned so far; `organized` as it was at the start of the run."""
        return bool(self.context.image.get("organized")) if name == "organized" else self.draft.value(name)

    def with_groups(self, groups: Mapping[str, str]) -> Scope:
        """Return the scope with more groups; the first match of a name wins."""
        return Scope(self.context, self.draft, {**groups, **self.groups}) if groups else self
