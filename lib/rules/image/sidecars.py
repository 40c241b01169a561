"""Sidecar files: found with one listing per folder, read with a size limit.

Of the locations of each kind (.json, .xmp, .txt) the first that exists counts; all three kinds are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from lib.errors import DataError
from lib.rules.image.files import Files, UnreadableFileError
from lib.rules.image.path import ImagePath
from lib.util.lenient_json import DECODER

DEFAULT_LOCATIONS = (
    "{path}.json",
    "{path.noext}.json",
    "{path.dir}/info.json",
    "{path}.xmp",
    "{path.noext}.xmp",
    "{path}.txt",
    "{path.noext}.txt",
)
# gallery-dl's largest have 100 KB; Lightroom's XMP with many brushes a megabyte or two.
LIMITS = {"json": 4 << 20, "xmp": 4 << 20, "txt": 1 << 20}

_PARTS = {"": "full", "dir": "dir", "noext": "noext", "name": "name", "stem": "stem", "ext": "ext", "folder": "folder"}
_PLACEHOLDER = re.compile(r"\{path(?:\.(\w+))?\}")
_FOLDER_KEYS = ("id", "title")
_CONTROL = re.compile("[\0-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True)
class Pattern:
    """One location. `of_folder`: its name contains no part of the image's name, so the sidecar describes the folder."""

    kind: str
    text: str
    of_folder: bool

    def resolve(self, path: ImagePath) -> str:
        """Return the sidecar's path for an image."""
        return _PLACEHOLDER.sub(lambda match: getattr(path, _PARTS[match[1] or ""]) or "", self.text)


@dataclass(frozen=True)
class Sidecar:
    """A sidecar that exists."""

    path: str
    pattern: Pattern


def parse_pattern(text: str) -> Pattern:
    """Parse one line of `sidecar:`. Raises DataError for an invalid location or an unsupported kind."""
    if _CONTROL.search(text):
        raise DataError(f"{text!r} isn't a valid sidecar location: remove the control character")
    kind = text.rpartition(".")[2].lower()
    if kind not in LIMITS:
        raise DataError(f"{text!r} isn't a valid sidecar location: it must end in .json, .xmp or .txt")
    parts = [match[1] or "" for match in _PLACEHOLDER.finditer(text)]
    if not set(parts) <= set(_PARTS) or set("{}") & set(_PLACEHOLDER.sub("", text)):
        allowed = ", ".join("{path" + (f".{part}" if part else "") + "}" for part in _PARTS)
        raise DataError(f"{text!r} isn't a valid sidecar location; allowed placeholders: {allowed}")
    if not {"", "dir", "noext"} & set(parts):
        raise DataError(
            f"{text!r} isn't a valid sidecar location: it must start with {{path}}, {{path.noext}} or {{path.dir}}"
        )
    return Pattern(kind, text, not {"", "noext", "name", "stem"} & set(parts))


DEFAULT_PATTERNS = tuple(map(parse_pattern, DEFAULT_LOCATIONS))


def find(path: ImagePath, patterns: Iterable[Pattern], files: Files) -> dict[str, Sidecar]:
    """Return the first existing sidecar of each kind; names are compared without case."""
    sidecars: dict[str, Sidecar] = {}
    for pattern in patterns:
        if pattern.kind in sidecars:
            continue
        folder, _, name = pattern.resolve(path).rpartition("/")
        real = files.beside(path, folder).get(name.casefold())
        if real is not None:
            sidecars[pattern.kind] = Sidecar(f"{folder}/{real}", pattern)
    return sidecars


def read_json(path: ImagePath, sidecar: Sidecar, files: Files) -> dict[str, Any]:
    """Return the object in a JSON sidecar; a folder's without its id and title, which aren't the image's."""
    content = files.sidecar(path, sidecar.path, LIMITS["json"])
    try:
        values = DECODER.decode(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise UnreadableFileError(f"{sidecar.path} isn't valid JSON: {error}") from error
    if not isinstance(values, dict):
        raise UnreadableFileError(f"{sidecar.path} isn't a JSON object")
    if sidecar.pattern.of_folder:
        return {key: value for key, value in values.items() if key not in _FOLDER_KEYS}
    return values


def read_tags(path: ImagePath, sidecar: Sidecar, files: Files) -> list[str]:
    """Return the tags of a text sidecar, one a line or separated by commas."""
    try:
        text = files.sidecar(path, sidecar.path, LIMITS["txt"]).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFileError(f"{sidecar.path} isn't UTF-8; save it with the encoding UTF-8") from error
    return [tag.strip() for tag in re.split(r"[,\n]", text) if tag.strip()]
