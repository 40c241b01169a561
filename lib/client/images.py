"""The eleven image methods."""

from __future__ import annotations

import secrets
from collections.abc import Generator, Iterator
from typing import Any

from lib.client import create, criteria, inputs, validate
from lib.client.models import (
    BulkImageUpdateInput,
    FindImagesResultType,
    Image,
    ImageDestroyInput,
    ImagesDestroyInput,
    ImageUpdateInput,
)
from lib.errors import TransportError, TransportQueryError
from lib.log import logger
from lib.stash import capabilities, jobs, paging, selection
from lib.stash.connection import Connection

PAGE = 1000
BATCH = 500
"""Images in one mutation, which blocks the server's only writer (0.5 ms an image, measured on v0.30.1)."""

_FIND_ONE = f"query FindImage($id: ID!) {{ findImage(id: $id) {{ {selection.IMAGE} }} }}"
_FIND = """query FindImages($filter: FindFilterType, $image_filter: ImageFilterType) {{
  findImages(filter: $filter, image_filter: $image_filter) {{ {fields} }}
}}"""
_SUMS = f"count megapixels filesize images {{ {selection.IMAGE} }}"
_UPDATE = f"mutation UpdateImage($input: ImageUpdateInput!) {{ imageUpdate(input: $input) {{ {selection.IMAGE} }} }}"
_UPDATE_MANY = (
    f"mutation UpdateImages($input: [ImageUpdateInput!]!) {{ imagesUpdate(input: $input) {{ {selection.IMAGE} }} }}"
)
_BULK = "mutation BulkUpdateImages($input: BulkImageUpdateInput!) {{ bulkImageUpdate(input: $input) {{ {fields} }} }}"
_DESTROY = "mutation DestroyImage($input: ImageDestroyInput!) { imageDestroy(input: $input) }"
_DESTROY_MANY = "mutation DestroyImages($input: ImagesDestroyInput!) { imagesDestroy(input: $input) }"
_O_COUNTER = "mutation {name}($id: ID!) {{ {field}(id: $id) }}"


class ImageClientMixin:
    """Find, create, update and delete images, update them in bulk, change their o-counters.

    Raises a DataError (a ValueError) for invalid data before anything is sent, a TransportError for a failed request.
    """

    connection: Connection
    import_folder: str | None = None
    """The folder in a library that `create_image` copies files from elsewhere to; None for the plugin's setting."""

    def find_image(self, id: str) -> Image | None:
        """Return the image with this id, or None if it doesn't exist."""
        image = self.connection.execute(_FIND_ONE, {"id": validate.id_("id", id)})["findImage"]
        return None if image is None else Image.from_dict(image)

    def find_images(
        self,
        filter_: dict[str, Any] | None = None,
        image_filter: dict[str, Any] | None = None,
        q: str | None = None,
    ) -> FindImagesResultType:
        """Return the matching images, with the count, megapixels and filesize of all matching images.

        `filter_`: the server's q, page, per_page (default 25), sort and direction. Without it, or with a negative
        per_page, all images are returned. More than 1,000 are fetched in pages.
        `q` wins over `filter_["q"]`.
        """
        find = criteria.find_filter({"per_page": -1} if filter_ is None else filter_, q)
        image_filter = self._image_filter(image_filter)
        per_page = find.get("per_page")
        if per_page is None or 0 <= per_page <= PAGE:
            return FindImagesResultType.from_dict(self._find_page(find, image_filter, _SUMS))
        return FindImagesResultType.from_dict(
            self._find_in_pages(find, image_filter, None if per_page < 0 else per_page)
        )

    def iter_images(
        self, image_filter: dict[str, Any] | None = None, fields: str = "id title", page_size: int = PAGE
    ) -> Generator[dict[str, Any], None, None]:
        """Yield any number of images in the order of their ids, with one page of them in memory.

        `fields` is a GraphQL selection as text; each image is a dict with these fields. Pages are fetched by id, so
        changes during the iteration neither skip nor repeat an image.
        """
        fields = selection.validate_selection("fields", fields)
        if type(page_size) is not int or page_size < 1:
            raise validate.invalid("page_size", page_size, "expected a whole number of 1 or more")
        image_filter = self._image_filter(image_filter)
        has_id = selection.selects(fields, "id")
        page_fields = fields if has_id else f"id {fields}"
        pages = paging.iter_pages(self.connection, page_fields, image_filter, size=page_size, raw_titles=True)
        return _iter_images(pages, keep_id=has_id)

    def create_image(self, image: Image | dict[str, Any]) -> Image:
        """Create an image from the file at `image.path`, set its other fields, and return it. Waits for Stash's scan.

        A file in a library is used where it is; another one is copied into the import folder; without a path a
        placeholder with the title is created there. If an image with the same bytes exists, it is returned unchanged.
        Tags, performers, studio and galleries are referred to by id or by name.

        Raises a ValueError without a title, for fields that can't be set, for unknown names, and for a file that
        isn't an image. Can't be used in a plugin's task: the scan would wait for the task (see lib/stash/jobs.py).
        """
        new = create.prepare(self.connection, image, self.import_folder)
        if isinstance(new, Image):
            return new
        with create.report_leftover(new.path):
            jobs.wait(self.connection, create.scan(self.connection, new.path))
            return self._update({**new.fields, "id": create.find(self.connection, new.path)})

    def update_image(self, image: Image | dict[str, Any]) -> Image:
        """Set the fields of `image` that aren't None on the image with its id, and return the updated image."""
        return self._update(inputs.image(image))

    def image_destroy(self, input_data: ImageDestroyInput | dict[str, Any]) -> bool:
        """Delete an image; with delete_file its files, too. Return True if it was deleted."""
        sent = inputs.destroy(input_data)
        capabilities.require_fields(self.connection, "ImageDestroyInput", sent)
        return self.connection.execute(_DESTROY, {"input": sent}, idempotent=False, images=1)["imageDestroy"] is True

    def images_destroy(self, input_data: ImagesDestroyInput | dict[str, Any]) -> bool:
        """Delete all of these images, or none if one can't be deleted. Return True if they were deleted."""
        sent = inputs.destroy_many(input_data)
        if not sent["ids"]:
            return True
        capabilities.require_fields(self.connection, "ImagesDestroyInput", sent)
        answer = self.connection.execute(_DESTROY_MANY, {"input": sent}, idempotent=False, images=len(sent["ids"]))
        return answer["imagesDestroy"] is True

    def bulk_image_update(
        self, input_data: BulkImageUpdateInput | dict[str, Any], return_fields: str | None = None
    ) -> list[Image] | list[dict[str, Any]]:
        """Set the same values on many images and return them, with `return_fields` as dicts of only these fields.

        Sent in batches of 500, each all-or-nothing; an error's `updated_ids` are those of the earlier batches.
        """
        sent = inputs.bulk(input_data)
        capabilities.require_fields(self.connection, "BulkImageUpdateInput", sent)
        fields = (
            selection.IMAGE if return_fields is None else selection.validate_selection("return_fields", return_fields)
        )
        document = _BULK.format(fields=fields)
        updated: list[dict[str, Any]] = []
        done: list[str] = []
        for batch in _batches(sent["ids"]):
            try:
                answer = self.connection.execute(document, {"input": {**sent, "ids": batch}}, images=len(batch))
            except TransportError as error:
                error.updated_ids = done
                raise
            updated += answer["bulkImageUpdate"] or []
            done += batch
        return updated if return_fields is not None else [Image.from_dict(image) for image in updated]

    def images_update(self, updates: list[ImageUpdateInput] | list[dict[str, Any]]) -> list[Image | None]:
        """Set different values on each image and return them in that order; None for one that failed.

        The server applies a whole request or nothing, so a failed batch is halved until the failing image is found;
        its error is logged. A connection error is raised, with `updated_ids`.
        """
        sent = inputs.updates(updates)
        capabilities.require_fields(self.connection, "ImageUpdateInput", {key for update in sent for key in update})
        updated: list[Image | None] = []
        for batch in _batches(sent):
            try:
                updated += self._update_many(batch)
            except TransportError as error:
                error.updated_ids = [image.id for image in updated if image and image.id] + error.updated_ids
                raise
        return updated

    def image_increment_o(self, id: str) -> int:
        """Increase the image's o-counter by one and return it."""
        return self._o_counter("imageIncrementO", id)

    def image_decrement_o(self, id: str) -> int:
        """Decrease the image's o-counter by one, down to 0, and return it."""
        return self._o_counter("imageDecrementO", id)

    def image_reset_o(self, id: str) -> int:
        """Set the image's o-counter to 0 and return it."""
        return self._o_counter("imageResetO", id)

    def _image_filter(self, image_filter: dict[str, Any] | None) -> dict[str, Any] | None:
        checked = None if image_filter is None else criteria.image_filter(image_filter)
        capabilities.require_fields(self.connection, "ImageFilterType", checked or ())
        return checked

    def _update(self, sent: dict[str, Any]) -> Image:
        capabilities.require_fields(self.connection, "ImageUpdateInput", sent)
        updated = self.connection.execute(_UPDATE, {"input": sent}, images=1)["imageUpdate"]
        if updated is None:
            raise TransportQueryError(_gone(sent["id"]))
        return Image.from_dict(updated)

    def _o_counter(self, field: str, id_: str) -> int:
        document = _O_COUNTER.format(name=field[0].upper() + field[1:], field=field)
        return int(self.connection.execute(document, {"id": validate.id_("id", id_)}, idempotent=False)[field])

    def _find_page(self, find: dict[str, Any], image_filter: dict[str, Any] | None, fields: str) -> dict[str, Any]:
        answer = self.connection.execute(_FIND.format(fields=fields), {"filter": find, "image_filter": image_filter})
        result: dict[str, Any] = answer["findImages"]
        return result

    def _find_in_pages(
        self, find: dict[str, Any], image_filter: dict[str, Any] | None, per_page: int | None
    ) -> dict[str, Any]:
        # Without an order, or with a new random one for each page, pages would overlap.
        sort = {"": "id", "random": f"random_{secrets.randbelow(10**8)}"}.get(find.get("sort") or "", find.get("sort"))
        first = 0 if per_page is None else (max(find.get("page") or 1, 1) - 1) * per_page
        start, skipped = divmod(first, PAGE)
        page = {**find, "sort": sort, "per_page": PAGE, "page": start + 1}
        result = self._find_page(page, image_filter, _SUMS)
        images = result["images"]
        last = result["count"] if per_page is None else min(first + per_page, result["count"])
        while page["page"] * PAGE < last:
            page["page"] += 1
            images += self._find_page(page, image_filter, f"images {{ {selection.IMAGE} }}")["images"]
        return {**result, "images": images[skipped:][:per_page]}

    def _update_many(self, batch: list[dict[str, Any]]) -> list[Image | None]:
        try:
            images = self.connection.execute(_UPDATE_MANY, {"input": batch}, images=len(batch))["imagesUpdate"]
        except TransportQueryError as error:
            if error.temporary:
                raise
            if len(batch) == 1:
                logger.error("Image %s was not updated: %s", batch[0]["id"], error)
                return [None]
        else:
            return [_updated(sent["id"], image) for sent, image in zip(batch, images, strict=True)]
        middle = len(batch) // 2
        first = self._update_many(batch[:middle])
        try:
            return first + self._update_many(batch[middle:])
        except TransportError as error:
            error.updated_ids = [image.id for image in first if image and image.id] + error.updated_ids
            raise


def _iter_images(pages: Iterator[list[dict[str, Any]]], *, keep_id: bool) -> Generator[dict[str, Any], None, None]:
    for page in pages:
        for image in page:
            if not keep_id:
                del image["id"]
            yield image


def _gone(id_: str) -> str:
    return f"Image {id_} was changed, but doesn't exist anymore. Another plugin's hook may have deleted it."


def _updated(id_: str, image: dict[str, Any] | None) -> Image | None:
    if image is None:
        logger.error("%s", _gone(id_))
        return None
    return Image.from_dict(image)


def _batches(items: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]
