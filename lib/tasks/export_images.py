"""export_images: write images as a table to `exports/`: CSV, JSON or JSON Lines."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from typing import Any

from lib.errors import StoreError
from lib.log import logger
from lib.planning.image_selection import ImageSelection
from lib.stash import paging
from lib.tables.columns import COLUMNS, selection
from lib.tables.writer import ENCODINGS, WRITERS
from lib.tasks import Context, Operation
from lib.tasks.arguments import IMAGE_SELECTION, Argument, one_of
from lib.util import files


def export_images(
    context: Context,
    *,
    format: str = "csv",  # noqa: A002 - the argument's name
    image_filter: dict[str, Any] | None = None,
    q: str | None = None,
    ids: list[str] | None = None,
) -> dict[str, Any]:
    """Write the selected images, or all, in the order of their ids. Returns the file's path and the number of images."""
    image_selection = ImageSelection.of(image_filter, q, ids)
    path = _free_path(os.path.join(context.folder, "exports"), format)
    images = _CountedImages(context, image_selection)
    try:
        with files.atomic_write(path, ENCODINGS[format]) as file:
            WRITERS[format](file, images)
    except OSError as error:
        raise StoreError(f"{path} can't be written: {error.strerror}.") from error
    context.progress(1.0)
    logger.info("%s images exported to %s.", f"{images.count:,}", path)
    return {"path": path, "count": images.count}


class _CountedImages:
    """Iterates over the selected images page by page, and counts them."""

    def __init__(self, context: Context, image_selection: ImageSelection) -> None:
        self._context = context
        self._image_selection = image_selection
        self.count = 0

    def __iter__(self) -> Iterator[dict[str, Any]]:
        connection = self._context.connection
        total = self._image_selection.count(connection, None)
        for page in paging.prefetch(self._image_selection.pages(connection, selection(COLUMNS), None)):
            for image in page:
                self.count += 1
                yield image
            self._context.progress(self.count, total + 1)


def _free_path(folder: str, format_: str) -> str:
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder} can't be created: {error.strerror}.") from error
    stem = os.path.join(folder, time.strftime("images-%Y%m%d-%H%M%S"))
    suffix, path = 1, f"{stem}.{format_}"
    while os.path.exists(path):
        suffix += 1
        path = f"{stem}-{suffix}.{format_}"
    return path


OPERATIONS = {
    "export_images": Operation(export_images, {"format": Argument(one_of(*WRITERS)), **IMAGE_SELECTION}),
}
