"""An image in hand, as one rule sees it: what the server shows, what earlier rules planned, and what it carries."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from lib.metadata import Metadata
from lib.rules.image import sidecars
from lib.rules.image.draft import Draft
from lib.rules.image.embedded import read_all
from lib.rules.image.files import Files, UnreadableFileError
from lib.rules.image.path import ImagePath
from lib.rules.image.sidecars import DEFAULT_PATTERNS, Pattern, Sidecar
from lib.rules.names import ImageDiagnostics, NameResolver
from lib.rules.syntax.regex_timeout import RegexBudget

T = TypeVar("T")


@dataclass
class RunContext:
    """What is the same for every image of a run."""

    names: NameResolver
    files: Files
    libraries: Sequence[str] = ()
    sidecars: tuple[Pattern, ...] = DEFAULT_PATTERNS
    budget: RegexBudget = field(default_factory=RegexBudget)
    now: float = field(default_factory=time.time)
    partial_dates: bool = True


class ImageContext:
    """One image on its way through the rules. What lies in files is read when first asked for, and once."""

    def __init__(self, image: dict[str, Any], place: ImagePath | None, setting: RunContext) -> None:
        self.image = image
        self.place = place
        self.setting = setting
        self.draft = Draft(image)
        self.notes = ImageDiagnostics()
        self.captures: dict[str, str] = {}
        self.found: dict[str, Any] = {}
        """What sources found, by their names."""
        self.lacks_sidecar = False
        """Whether a rule wants what a JSON or text sidecar says, and there is none that can be read."""
        self._read: dict[str, Any] = {}

    def field(self, name: str) -> Any:
        """A field as planned so far; `organized` stays what it was when the run began."""
        return bool(self.image.get("organized")) if name == "organized" else self.draft.value(name)

    @property
    def file(self) -> dict[str, Any]:
        """The image's first file as the server shows it; empty where it has none."""
        files = self.image.get("visual_files")
        return files[0] if files else {}

    def sidecars(self) -> dict[str, Sidecar]:
        """Kind -> sidecar."""

        def find(place: ImagePath) -> dict[str, Sidecar]:
            return sidecars.find(place, self.setting.sidecars, self.setting.files)

        nothing: dict[str, Sidecar] = {}
        found: dict[str, Sidecar] = self._once("sidecars", find, nothing)
        return found

    def sidecar_values(self) -> dict[str, Any]:
        """What the JSON and the text sidecar say; of `tags` in both the JSON's."""
        found, files = self.sidecars(), self.setting.files
        values: dict[str, Any] = {}
        if "txt" in found:
            values["tags"] = self._once("txt", lambda place: sidecars.read_tags(place, found["txt"], files), None)
        if "json" in found:
            values |= self._once("json", lambda place: sidecars.read_json(place, found["json"], files), {})
        self.lacks_sidecar = not values
        return values

    def metadata(self) -> Metadata:
        """What is embedded, with what a .xmp sidecar says above it."""

        def read(place: ImagePath) -> Metadata:
            return read_all(place, self.sidecars().get("xmp"), self.setting.files, self.notes)

        return self._once("metadata", read, Metadata())

    def _once(self, what: str, read: Callable[[ImagePath], Any], nothing: T) -> T:
        if what not in self._read:
            self._read[what] = nothing
            if self.place is not None:
                try:
                    self._read[what] = read(self.place)
                except UnreadableFileError as error:
                    self.notes.problem(str(error))
        value: T = self._read[what]
        return value
