"""Sidecar files: found by one listing per folder, read within bounds.

Of the JSON places the first that exists counts, likewise of the .xmp and of the .txt; all three kinds are read.
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

DEFAULT_PLACES = (
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

_PARTS = {"": "path", "dir": "dir", "noext": "noext", "name": "name", "stem": "stem", "ext": "ext", "folder": "folder"}
_PLACEHOLDER = re.compile(r"\{path(?:\.(\w+))?\}")
_FOLDERS_OWN = ("id", "title")
_NO_NAME = re.compile("[\0-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True)
class Pattern:
    """One place to look. `of_folder`: the name says nothing of the picture, so the file is about the folder."""

    kind: str
    text: str
    of_folder: bool

    def path(self, place: ImagePath) -> str:
        return _PLACEHOLDER.sub(lambda match: getattr(place, _PARTS[match[1] or ""]), self.text)


@dataclass(frozen=True)
class Sidecar:
    """A sidecar that exists."""

    path: str
    pattern: Pattern


def parse_pattern(text: str) -> Pattern:
    """A line of `sidecar:`; DataError where it names no place, or a kind that nothing reads."""
    if _NO_NAME.search(text):
        raise DataError(f"{text!r} is no place of a sidecar: a control character stands in it")
    kind = text.rpartition(".")[2].lower()
    if kind not in LIMITS:
        raise DataError(f"{text!r} is no place of a sidecar: it ends in .json, .xmp or .txt")
    named = [match[1] or "" for match in _PLACEHOLDER.finditer(text)]
    if not set(named) <= set(_PARTS) or set("{}") & set(_PLACEHOLDER.sub("", text)):
        places = ", ".join("{path" + (f".{part}" if part else "") + "}" for part in _PARTS)
        raise DataError(f"{text!r} is no place of a sidecar; what may stand in braces: {places}")
    if not {"", "dir", "noext"} & set(named):
        raise DataError(f"{text!r} is no place of a sidecar: it begins with {{path}}, {{path.noext}} or {{path.dir}}")
    return Pattern(kind, text, not {"", "noext", "name", "stem"} & set(named))


DEFAULT_PATTERNS = tuple(map(parse_pattern, DEFAULT_PLACES))


def find(place: ImagePath, patterns: Iterable[Pattern], files: Files) -> dict[str, Sidecar]:
    """Kind -> the first of its places where a file is; a name in another case will do."""
    found: dict[str, Sidecar] = {}
    for pattern in patterns:
        if pattern.kind in found:
            continue
        folder, _, name = pattern.path(place).rpartition("/")
        real = files.beside(place, folder).get(name.casefold())
        if real is not None:
            found[pattern.kind] = Sidecar(f"{folder}/{real}", pattern)
    return found


def read_json(place: ImagePath, sidecar: Sidecar, files: Files) -> dict[str, Any]:
    """What a JSON sidecar says; of a folder's own the id and title are not the picture's, and left out."""
    content = files.sidecar(place, sidecar.path, LIMITS["json"])
    try:
        values = DECODER.decode(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise UnreadableFileError(f"{sidecar.path} is no JSON: {error}") from error
    if not isinstance(values, dict):
        raise UnreadableFileError(f"{sidecar.path} holds no JSON object")
    if sidecar.pattern.of_folder:
        return {key: value for key, value in values.items() if key not in _FOLDERS_OWN}
    return values


def read_tags(place: ImagePath, sidecar: Sidecar, files: Files) -> list[str]:
    """The tags of a text sidecar, one a line or separated by commas."""
    try:
        text = files.sidecar(place, sidecar.path, LIMITS["txt"]).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFileError(f"{sidecar.path} is not UTF-8") from error
    return [tag.strip() for tag in re.split(r"[,\n]", text) if tag.strip()]
