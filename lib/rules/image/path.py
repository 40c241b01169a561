"""Where an image lies: its path as Stash names it, with `/` throughout, and the parts that rules speak of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

_WINDOWS = re.compile(r"[A-Za-z]:[\\/]|\\\\")
_DRIVE = re.compile(r"[A-Za-z]:/?|//[^/]+/[^/]+/?|/")
# The archives that Stash reads pictures from; a server before v0.29 does not tell an archive's own path.
_ARCHIVE = re.compile(r".*?\.(?:zip|cbz)(?=/)", re.IGNORECASE | re.DOTALL)
_MOVING_PICTURES = ("gif", "png", "apng", "webp", "avif")


def with_slashes(path: str) -> str:
    """A Windows path with / in it; elsewhere a backslash may be part of a name."""
    return path.replace("\\", "/") if _WINDOWS.match(path) else path


class ImagePath:
    """The first file of an image. `native` is its path as the server gave it, `path` the one that rules see."""

    def __init__(self, file: Mapping[str, Any], libraries: Iterable[str] = ()) -> None:
        self.native: str = file["path"]
        self.path = with_slashes(self.native)
        self._file = file
        self._libraries = libraries

    @property
    def dir(self) -> str:
        """The full folder; for a picture in an archive it begins with the archive."""
        return self.path.rpartition("/")[0]

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def stem(self) -> str:
        return self.name.rpartition(".")[0] or self.name

    @property
    def ext(self) -> str:
        """Without the dot; no text where there is none."""
        before, _, after = self.name.rpartition(".")
        return after if before else ""

    @property
    def noext(self) -> str:
        """The whole path without the extension."""
        return self.path[: len(self.path) - len(self.ext) - 1] if self.ext else self.path

    @cached_property
    def archive(self) -> str:
        """The path of the archive that the picture is in, or no text."""
        told = (self._file.get("zip_file") or {}).get("path")
        if told:
            return with_slashes(told)
        match = _ARCHIVE.match(self.path) if self._file.get("zip_file_id") else None
        return match[0] if match else ""

    @property
    def is_clip(self) -> bool:
        """Whether it is a film, which carries no picture's metadata; a GIF or WebP does, whatever Stash calls it."""
        return self._file.get("__typename") == "VideoFile" and self.ext.lower() not in _MOVING_PICTURES

    @property
    def zip(self) -> str:
        """The archive's name without its extension, or no text."""
        return self.archive.rpartition("/")[2].rpartition(".")[0]

    @cached_property
    def folders(self) -> list[str]:
        """The names of the folders below the library folder, from the top; an archive is none of them."""
        root = self._library()
        if root is None:
            drive = _DRIVE.match(self.path)
            root = drive[0] if drive else ""
        if self.archive:
            inner = self.dir[len(self.archive) :]
            between = self.archive.rpartition("/")[0][len(root) :]
            return [name for name in (between + "/" + inner).split("/") if name]
        return [name for name in self.dir[len(root) :].split("/") if name]

    @property
    def folder(self) -> str:
        """The name of the innermost folder below the library folder, or no text."""
        return self.folders[-1] if self.folders else ""

    @cached_property
    def below(self) -> str:
        """The folders below the library folder, joined by /."""
        return "/".join(self.folders)

    def _library(self) -> str | None:
        for root in self._libraries:
            if self.path.startswith(root + "/"):
                return root
            if _WINDOWS.match(self.native) and self.path.casefold().startswith(root.casefold() + "/"):
                return root
        return None


def library_roots(libraries: Iterable[str]) -> list[str]:
    """Stash's library folders as `Place` compares them: with /, without one at the end, the longest first."""
    return sorted((with_slashes(path).rstrip("/") for path in libraries), key=len, reverse=True)


def image_path(image: Mapping[str, Any], libraries: Iterable[str]) -> ImagePath | None:
    """The place of an image's first file; an image without files, or whose files were not asked for, has none."""
    files = image.get("visual_files") or [None]
    return ImagePath(files[0], libraries) if files[0] and files[0].get("path") else None
