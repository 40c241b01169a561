"""Create an image. Stash has no mutation for it: images come from files that a scan finds (tried on v0.30.1).

So the file is copied into a library if necessary and scanned. Then the image is found by its path and updated.
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
    """A file in a library that only needs a scan, and the fields to set on its image."""

    path: str
    fields: dict[str, Any]


def prepare(connection: Connection, image: Image | dict[str, Any], import_folder: str | None) -> NewImage | Image:
    """Validate the image and copy its file into a library. Return an existing image instead if it has the same bytes.

    `import_folder`: the folder for files from elsewhere; None for the plugin's setting. Raises a DataError before
    anything is copied.
    """
    path, fields = inputs.new_image(references.resolve_names(connection, inputs.as_dict("image", image)))
    libraries = capabilities.get_libraries(connection)
    if path is None:
        folder = _import_folder(connection, libraries, import_folder)
        return NewImage(_placeholder(folder, fields["title"]), fields)
    path = source.absolute(path)
    library = folders.library_of(path, libraries)
    with source.open_image(path, libraries.image_extensions) as file:
        md5 = source.md5(file)
        if existing := connection.execute(_BY_MD5, {"md5": md5})["findImage"]:
            logger.info("%s has the same bytes as image %s, which is unchanged.", path, existing["id"])
            return Image.from_dict(existing)
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
    """Queue the scan that creates an image from this file. Return the job's id.

    The whole folder is scanned unless Stash knows it: a scan of a single file in a new folder creates no image.
    """
    folder = os.path.dirname(path)
    return jobs.scan(connection, path if _is_known_folder(connection, folder) else folder)


@contextmanager
def report_leftover(path: str) -> Iterator[None]:
    """Add the file's path to an error of the block, so that the image isn't created twice."""
    try:
        yield
    except TransportError as error:
        error.args = (f"{error} The file is at {path}, and its image is incomplete. Check it before retrying.",)
        raise


def find(connection: Connection, path: str) -> str:
    """Return the id of the image with this file. Raises a TransportError if the scan created none."""
    for id_, file_path in _similar_files(connection, path):
        if file_path == path:
            return id_
    raise TransportError(
        f"Stash scanned {path} but didn't create an image. The file was kept. Check Stash's log: an exclude pattern may "
        "match, the file may be broken, or Stash may use another path for this folder."
    )


def _reject_wildcards(connection: Connection, path: str) -> None:
    """Raise a DataError if Stash's scan would mistake another file for this one and move its image here.

    The scan reads `%` and `*` as wildcards (stashapp/stash v0.30.1, pkg/sqlite/file.go, FindAllByPath; tried).
    """
    if "%" not in path and "*" not in path:
        return
    for id_, file_path in _similar_files(connection, path.replace("*", "%")):
        if file_path != path:
            raise DataError(
                f"image.path: {path!r} is not allowed: Stash reads % and * as wildcards and would take the file of image "
                f"{id_}, {file_path}, for this one. Rename the file."
            )


def _similar_files(connection: Connection, path: str) -> Iterator[tuple[str, str]]:
    """Yield image ids and paths of files that match a path with SQL's LIKE: EQUALS means that, and ignores case."""
    image_filter = {"path": {"value": path, "modifier": "EQUALS"}}
    for page in paging.iter_pages(connection, "id visual_files{... on BaseFile{path}}", image_filter):
        for image in page:
            for file in image["visual_files"]:
                yield str(image["id"]), file["path"]


def _placeholder(folder: str | None, title: str) -> str:
    if folder is None:
        raise DataError(
            "image.path is missing. A placeholder needs an import folder: set one under Settings > Plugins > Image Tools > "
            "Import folder."
        )
    file = io.BytesIO(placeholder.png(title))
    return copy.place(file, source.md5(file), folder, filenames.safe(title, ".png"))


def _is_known_folder(connection: Connection, folder: str) -> bool:
    """Whether Stash knows a folder; False if the server can't be asked."""
    if not capabilities.get_capabilities(connection).supports(capabilities.FOLDERS):
        return False
    result = connection.execute(_FOLDER, {"path": folder})["findFolders"]["folders"]
    return any(item["path"] == folder for item in result)
