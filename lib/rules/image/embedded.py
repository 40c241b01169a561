"""Reads an image's embedded metadata together with its .xmp sidecar."""

from __future__ import annotations

from lib.metadata import Metadata, read_xmp, with_sidecar
from lib.rules.image.files import Files, UnreadableFileError
from lib.rules.image.path import ImagePath
from lib.rules.image.sidecars import LIMITS, Sidecar


def read_embedded(path: ImagePath, xmp: Sidecar | None, files: Files) -> tuple[Metadata, list[str]]:
    """Return the embedded metadata, overridden by that of the .xmp sidecar, and the problems with either."""
    metadata = Metadata()
    problems: list[str] = []
    try:
        if not path.is_clip:
            metadata = files.metadata(path)
    except UnreadableFileError as error:
        problems.append(str(error))
    problems += [f"{path.native}: {problem}" for problem in metadata.problems]
    if xmp is None:
        return metadata, problems
    try:
        values, xmp_problems = read_xmp(files.sidecar(path, xmp.path, LIMITS["xmp"]))
    except UnreadableFileError as error:
        return metadata, [*problems, str(error)]
    problems += [f"{xmp.path}: {problem}" for problem in xmp_problems]
    return with_sidecar(metadata, values), problems
