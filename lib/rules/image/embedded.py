"""Reads a picture's embedded metadata together with its .xmp sidecar."""

from __future__ import annotations

from lib.metadata import Metadata, read_xmp, with_sidecar
from lib.rules.image.files import Files, UnreadableFileError
from lib.rules.image.path import ImagePath
from lib.rules.image.sidecars import LIMITS, Sidecar
from lib.rules.names import ImageDiagnostics


def read_all(place: ImagePath, xmp: Sidecar | None, files: Files, notes: ImageDiagnostics) -> Metadata:
    """What the picture carries and, above it, what its .xmp says; whatever is broken is noted, the rest counts."""
    metadata = Metadata()
    try:
        if not place.is_clip:
            metadata = files.metadata(place)
    except UnreadableFileError as error:
        notes.problem(str(error))
    for problem in metadata.problems:
        notes.problem(f"{place.native}: {problem}")
    if xmp is None:
        return metadata
    try:
        said, problems = read_xmp(files.sidecar(place, xmp.path, LIMITS["xmp"]))
    except UnreadableFileError as error:
        notes.problem(str(error))
        return metadata
    for problem in problems:
        notes.problem(f"{xmp.path}: {problem}")
    return with_sidecar(metadata, said)
