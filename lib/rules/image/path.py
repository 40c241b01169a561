"""The path of an image as Stash returns it, with `/` as the separator, and its parts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

_WINDOWS = re.compile(r"[A-Za-z]:[\\/]|\\\\")
_DRIVE = re.compile(r"[A-Za-z]:/?|//[^/]+/[^/]+/?|/")
# The archives that Stash reads images from; a server before v0.29 doesn't return an archive's own path.
_ARCHIVE = re.compile(r".*?\.(?:zip|cbz)(?=/)", re.IGNORECASE | re.DOTALL)
_ANIMATED = ("gif", "png", "apng", "webp", "avif")


def with_slashes(path: str) -> str:
    """Return a Windows path with /; on other systems a backslash may be part of a name."""
    return path.replace("\\", "/") if _WINDOWS.match(path) else path


class ImagePath:
    """The path of an image's first file: `native` as the server returns it, `full` as rules see it."""

    def __init__(self, file: Mapping[str, Any], libraries: Iterable[str] = ()) -> None:
        self.native: str = file["path"]
        self.full = with_slashes(self.native)
        self._file = file
        self._libraries = libraries

    @property
    def dir(self) -> str:
        """The full folder; for an image in an archive it begins with the archive's path."""
        return self.full.rpartition("/")[0]

    @property
    def name(self) -> str:
        return self.full.rpartition("/")[2]

    @property
    def stem(self) -> str:
        return self.name.rpartition(".")[0] or self.name

    @property
    def ext(self) -> str:
        """The extension without the dot; empty for a name without one."""
        before, _, after = self.name.rpartition(".")
        return after if before else ""

    @property
    def noext(self) -> str:
        """The full path without the extension."""
        return self.full[: len(self.full) - len(self.ext) - 1] if self.ext else self.full

    @cached_property
    def archive(self) -> str | None:
        """The path of the archive that contains the image."""
        path = (self._file.get("zip_file") or {}).get("path")
        if path:
            return with_slashes(path)
        match = _ARCHIVE.match(self.full) if self._file.get("zip_file_id") else None
        return match[0] if match else None

    @property
    def is_clip(self) -> bool:
        """Whether it is a video, which has no image metadata; a GIF or WebP has, whatever Stash calls it."""
        return self._file.get("__typename") == "VideoFile" and self.ext.lower() not in _ANIMATED

    @property
    def zip(self) -> str | None:
        """The archive's name without its extension."""
        return self.archive.rpartition("/")[2].rpartition(".")[0] if self.archive else None

    @cached_property
    def folders(self) -> list[str]:
        """The names of the folders below the library folder, outermost first, without the archive."""
        root = self._library()
        if root is None:
            drive = _DRIVE.match(self.full)
            root = drive[0] if drive else ""
        if self.archive:
            inner = self.dir[len(self.archive) :]
            between = self.archive.rpartition("/")[0][len(root) :]
            return [name for name in (between + "/" + inner).split("/") if name]
        return [name for name in self.dir[len(root) :].split("/") if name]

    @property
    def folder(self) -> str | None:
        """The name of the innermost folder below the library folder."""
        return self.folders[-1] if self.folders else None

    @cached_property
    def below(self) -> str:
        """The folders below the library folder, joined by /."""
        return "/".join(self.folders)

    def _library(self) -> str | None:
        for root in self._libraries:
            if self.full.startswith(root + "/"):
                return root
            if _WINDOWS.match(self.native) and self.full.casefold().startswith(root.casefold() + "/"):
                return root
        return None


def library_roots(libraries: Iterable[str]) -> list[str]:
    """Return Stash's library folders as ImagePath compares them: with /, without a trailing one, longest first."""
    return sorted((with_slashes(path).rstrip("/") for path in libraries), key=len, reverse=True)


def image_path(image: Mapping[str, Any], libraries: Iterable[str]) -> ImagePath | None:
    """Return the path of an image's first file; None without files or if they weren't requested."""
    files = image.get("visual_files") or [None]
    return ImagePath(files[0], libraries) if files[0] and files[0].get("path") else None
