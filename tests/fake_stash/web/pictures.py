"""Pictures over HTTP: /image/<id or MD5>/image and …/thumbnail."""

from __future__ import annotations

import io
import mimetypes
import zipfile
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageOps, UnidentifiedImageError

from tests.fake_stash.objects.files import FILES
from tests.fake_stash.store import images
from tests.fake_stash.web.messages import NO_CACHE, NO_PAGE, NOT_FOUND, HttpAnswer, plain

if TYPE_CHECKING:
    from tests.fake_stash.server.core import Core

THUMBNAIL = 640  # the longer side, at most
PLACEHOLDER = b'<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16"/>'


def serve(core: Core, parts: list[str]) -> HttpAnswer:
    """The picture, or its thumbnail; what cannot be shrunk is sent as it is."""
    name, kind = (*parts, "", "")[:2]
    image_id = int(name) if name.isascii() and name.isdigit() else _by_checksum(core, name)
    image = images.find(core.database, image_id) if image_id else None
    if kind not in ("image", "thumbnail", "preview"):
        return plain(404, NO_PAGE)
    if image is None:
        return plain(404, NOT_FOUND)
    file = FILES.find(core.database, image["primary_file_id"]) if image["primary_file_id"] else None
    if kind == "preview":
        return plain(404, NO_PAGE)
    if file is None and kind == "image":
        return plain(404, NOT_FOUND)
    if file is None:
        return HttpAnswer(200, [NO_CACHE, ("Content-Type", "image/svg+xml")], PLACEHOLDER)
    try:
        content = _content(core, file)
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        return plain(500, str(error))
    if kind == "thumbnail":
        small = _thumbnail(content)
        if small:
            return HttpAnswer(200, [NO_CACHE, ("Content-Type", "image/jpeg")], small)
    media_type = mimetypes.guess_type(file["basename"])[0] or "application/octet-stream"
    return HttpAnswer(200, [NO_CACHE, ("Content-Type", media_type)], content)


def _by_checksum(core: Core, checksum: str) -> int | None:
    found: int | None = core.database.value(
        "SELECT images_files.image_id FROM files_fingerprints"
        " INNER JOIN images_files ON images_files.file_id = files_fingerprints.file_id WHERE fingerprint = ?",
        [checksum],
    )
    return found


def _content(core: Core, file: Any) -> bytes:
    if file["zip_file_id"] is None:
        with open(file["path"], "rb") as stream:
            return stream.read()
    archive = FILES.existing(core.database, file["zip_file_id"])["path"]
    with zipfile.ZipFile(archive) as members:
        return members.read(file["path"].removeprefix(archive + "/"))


def _thumbnail(content: bytes) -> bytes | None:
    """A smaller picture; None if this one is small enough or none at all."""
    try:
        with Image.open(io.BytesIO(content)) as image:
            if max(image.size) <= THUMBNAIL:
                return None
            upright = ImageOps.exif_transpose(image).convert("RGB")
            upright.thumbnail((THUMBNAIL, THUMBNAIL))
            into = io.BytesIO()
            upright.save(into, "JPEG", quality=75)
            return into.getvalue()
    except (OSError, UnidentifiedImageError, ValueError, SyntaxError):
        return None
