"""Making an image. No Stash has a mutation for it: images come from files that a scan finds (tried on v0.30.1).

So a file is brought into a library if it is not there yet, scanned, found by its path, and given the other fields.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from lib.client import inputs
from lib.client.create import copy, filenames, folders, placeholder, references, source
from lib.client.models import Image
from lib.errors import DataError, TransportError
from lib.log import logger
from lib.stash import capabilities, jobs, paging, selection
from lib.stash.connection import Connection
from lib.stash.settings import Settings

_BY_MD5 = f"query ByMd5($md5: String!) {{ findImage(checksum: $md5) {{ {selection.IMAGE} }} }}"
_FOLDER = """query Folder($path: String!) {
  findFolders(folder_filter: {path: {value: $path, modifier: EQUALS}}, filter: {per_page: -1}) { folders { path } }
}"""


@dataclass(frozen=True)
class NewImage:
    """A file in a library that only has to be scanned, and what its image shall be given then."""

    path: str
    fields: dict[str, Any]


def prepare(connection: Connection, given: Image | dict[str, Any], import_folder: str | None) -> NewImage | Image:
    """Check what was given and bring its picture into a library; or the image that has the same bytes already.

    `import_folder` is where pictures from outside go; None means the plugin's setting.
    A DataError says what is wrong before anything is copied.
    """
    path, fields = inputs.new_image(references.resolve_names(connection, inputs.as_dict("image", given)))
    libraries = capabilities.get_libraries(connection)
    if path is None:
        folder = _import_folder(connection, libraries, import_folder)
        return NewImage(_placeholder(folder, fields["title"]), fields)
    path = source.absolute(path)
    library = folders.library_of(path, libraries)
    with source.open_image(path, libraries.image_extensions) as file:
        md5 = source.md5(file)
        if known := connection.execute(_BY_MD5, {"md5": md5})["findImage"]:
            logger.info("%s has the same bytes as image %s, which stays as it is.", path, known["id"])
            return Image.from_dict(known)
        if library is None:
            folder = _import_folder(connection, libraries, import_folder) or folders.default_import_folder(libraries)
            name = filenames.safe(*os.path.splitext(os.path.basename(path)))
            path = copy.place(file, md5, folder, name, os.fstat(file.fileno()).st_mtime_ns)
            logger.info("%s was copied to %s.", file.name, path)
    _reject_wildcards(connection, path)
    return NewImage(path, fields)


def _import_folder(connection: Connection, libraries: capabilities.Libraries, folder: str | None) -> str | None:
    if folder is None:
        folder = Settings.read(connection).importFolder
    return folders.configured_import_folder(libraries, folder)


def scan(connection: Connection, path: str) -> str:
    """Queue the scan that makes an image of this file; the job's id.

    A single file is scanned only where Stash knows its folder: elsewhere it makes no image and logs an error.
    """
    folder = os.path.dirname(path)
    return jobs.scan(connection, path if _is_known(connection, folder) else folder)


@contextmanager
def report_leftover(path: str) -> Iterator[None]:
    """What fails in the block tells where the picture lies, so that nobody makes it twice."""
    try:
        yield
    except TransportError as error:
        error.args = (f"{error} The picture lies at {path} and is not finished: look for its image before you go on.",)
        raise


def find(connection: Connection, path: str) -> str:
    """The id of the image with this file; a TransportError if the scan made none."""
    for id_, found in _alike(connection, path):
        if found == path:
            return id_
    raise TransportError(
        f"Stash scanned {path} and made no image of it, and the file stays there. Its log says why: a pattern that "
        "excludes it, a file that cannot be decoded, or another path by which Stash sees this folder."
    )


def _reject_wildcards(connection: Connection, path: str) -> None:
    """Refuse a path by which Stash's scan would take another file for this one, and move its image here.

    In the scan `%` and `*` stand for any text (stashapp/stash v0.30.1, pkg/sqlite/file.go, FindAllByPath; tried).
    """
    if "%" not in path and "*" not in path:
        return
    for id_, found in _alike(connection, path.replace("*", "%")):
        if found != path:
            raise DataError(
                f"image.path: {path!r} is not allowed: Stash reads % and * in a path as any text, and would take the "
                f"file of image {id_}, {found}, for this one. Rename the file."
            )


def _alike(connection: Connection, path: str) -> Iterator[tuple[str, str]]:
    """Ids and paths of the images' files that are LIKE a path: EQUALS is that, and without regard to case."""
    alike = {"path": {"value": path, "modifier": "EQUALS"}}
    for page in paging.iter_pages(connection, "id visual_files{... on BaseFile{path}}", alike):
        for image in page:
            for file in image["visual_files"]:
                yield str(image["id"]), file["path"]


def _placeholder(folder: str | None, title: str) -> str:
    if folder is None:
        raise DataError(
            "image.path: without a path a placeholder picture is made in the import folder, and none is set "
            "(Settings > Plugins > Image Tools > Import folder)."
        )
    file = io.BytesIO(placeholder.png(title))
    return copy.place(file, source.md5(file), folder, filenames.safe(title, ".png"))


def _is_known(connection: Connection, folder: str) -> bool:
    """Whether Stash knows a folder; where it cannot be asked, the folder is scanned."""
    if not capabilities.get_capabilities(connection).supports(capabilities.FOLDERS):
        return False
    found = connection.execute(_FOLDER, {"path": folder})["findFolders"]["folders"]
    return any(each["path"] == folder for each in found)
