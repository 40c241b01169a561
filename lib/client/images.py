"""The eleven image methods of the contract, on any connection."""

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
"""Images a mutation: the server's one writer is held for all of them (0.5 ms an image, measured on v0.30.1)."""

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
    """Find, create, update and destroy images, edit them in bulk, step their o-counters.

    Invalid data is a DataError (a ValueError) before anything is sent; a request that fails is a TransportError.
    """

    connection: Connection
    import_folder: str | None = None
    """Where `create_image` puts pictures from outside, a folder in a library; None is the plugin's setting."""

    def find_image(self, id: str) -> Image | None:
        """The image with this id, or None if there is none."""
        found = self.connection.execute(_FIND_ONE, {"id": validate.id_("id", id)})["findImage"]
        return None if found is None else Image.from_dict(found)

    def find_images(
        self,
        filter_: dict[str, Any] | None = None,
        image_filter: dict[str, Any] | None = None,
        q: str | None = None,
    ) -> FindImagesResultType:
        """The images that match, with the server's count, megapixels and filesize over all of them.

        `filter_`: q, page, per_page, sort, direction, as the server has them (25 a page unless it says otherwise).
        Without it, or with a negative per_page, all images. More than 1,000 are fetched in pages behind the scenes.
        `q` wins over `filter_["q"]`.
        """
        find = criteria.find_filter({"per_page": -1} if filter_ is None else filter_, q)
        chosen = self._chosen(image_filter)
        per_page = find.get("per_page")
        if per_page is None or 0 <= per_page <= PAGE:
            return FindImagesResultType.from_dict(self._find_page(find, chosen, _SUMS))
        return FindImagesResultType.from_dict(self._find_in_pages(find, chosen, None if per_page < 0 else per_page))

    def iter_images(
        self, image_filter: dict[str, Any] | None = None, fields: str = "id title", page_size: int = PAGE
    ) -> Generator[dict[str, Any], None, None]:
        """Walk any number of images in the order of their ids, one page of them in memory.

        `fields` is a selection as text; each image is a dict with these fields. Pages go by id, so images that come
        to match or cease to while the walk runs are neither skipped nor seen twice.
        """
        wanted = selection.validate_selection("fields", fields)
        if type(page_size) is not int or page_size < 1:
            raise validate.invalid("page_size", page_size, "a whole number from 1 on is expected")
        chosen = self._chosen(image_filter)
        has_id = selection.selects(wanted, "id")
        asked = wanted if has_id else f"id {wanted}"
        pages = paging.iter_pages(self.connection, asked, chosen, size=page_size, raw_titles=True)
        return _each(pages, keep_id=has_id)

    def create_image(self, image: Image | dict[str, Any]) -> Image:
        """Make an image of the picture at `image.path`, set the other fields, and return it. Waits for Stash's scan.

        A path in a library is that file; a picture from outside is copied into the import folder; without a path a
        placeholder with the title is made there. Where an image has the same bytes, that one is returned as it is.
        Tags, performers, studio and galleries go by id or by name.

        ValueError without a title, with fields that cannot be set, for unknown names, and for what is no picture.
        Not for a plugin's task: the scan would wait for the task (see lib/stash/jobs.py).
        """
        new = create.prepare(self.connection, image, self.import_folder)
        if isinstance(new, Image):
            return new
        with create.report_leftover(new.path):
            jobs.wait(self.connection, create.scan(self.connection, new.path))
            return self._update({**new.fields, "id": create.find(self.connection, new.path)})

    def update_image(self, image: Image | dict[str, Any]) -> Image:
        """Set the fields of `image` that are not None on the image with its id, and return it as it is then."""
        return self._update(inputs.image(image))

    def image_destroy(self, input_data: ImageDestroyInput | dict[str, Any]) -> bool:
        """Delete an image; with delete_file its files as well. True if it was deleted."""
        sent = inputs.destroy(input_data)
        capabilities.require_fields(self.connection, "ImageDestroyInput", sent)
        return self.connection.execute(_DESTROY, {"input": sent}, idempotent=False, images=1)["imageDestroy"] is True

    def images_destroy(self, input_data: ImagesDestroyInput | dict[str, Any]) -> bool:
        """Delete all of these images or, if one of them cannot be, none. True if they were deleted."""
        sent = inputs.destroy_many(input_data)
        if not sent["ids"]:
            return True
        capabilities.require_fields(self.connection, "ImagesDestroyInput", sent)
        answer = self.connection.execute(_DESTROY_MANY, {"input": sent}, idempotent=False, images=len(sent["ids"]))
        return answer["imagesDestroy"] is True

    def bulk_image_update(
        self, input_data: BulkImageUpdateInput | dict[str, Any], return_fields: str | None = None
    ) -> list[Image] | list[dict[str, Any]]:
        """Give many images the same values and return them; with `return_fields` as dicts of these fields alone.

        Sent in batches of 500, each all-or-nothing; an error's `updated_ids` are those of the batches before it.
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
        """Give each image its own values and return them in that order; None stands for one that failed.

        The server does all of a request or nothing, so a batch that fails is halved until what fails is alone; its
        reason is logged. An error of the connection ends it, with `updated_ids`.
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
        """Add one to the image's o-counter and return it."""
        return self._o_counter("imageIncrementO", id)

    def image_decrement_o(self, id: str) -> int:
        """Take one from the image's o-counter, which ends at 0, and return it."""
        return self._o_counter("imageDecrementO", id)

    def image_reset_o(self, id: str) -> int:
        """Set the image's o-counter to 0 and return it."""
        return self._o_counter("imageResetO", id)

    def _chosen(self, image_filter: dict[str, Any] | None) -> dict[str, Any] | None:
        chosen = None if image_filter is None else criteria.image_filter(image_filter)
        capabilities.require_fields(self.connection, "ImageFilterType", chosen or ())
        return chosen

    def _update(self, sent: dict[str, Any]) -> Image:
        capabilities.require_fields(self.connection, "ImageUpdateInput", sent)
        updated = self.connection.execute(_UPDATE, {"input": sent}, images=1)["imageUpdate"]
        if updated is None:
            raise TransportQueryError(_gone(sent["id"]))
        return Image.from_dict(updated)

    def _o_counter(self, field: str, id_: str) -> int:
        document = _O_COUNTER.format(name=field[0].upper() + field[1:], field=field)
        return int(self.connection.execute(document, {"id": validate.id_("id", id_)}, idempotent=False)[field])

    def _find_page(self, find: dict[str, Any], chosen: dict[str, Any] | None, fields: str) -> dict[str, Any]:
        answer = self.connection.execute(_FIND.format(fields=fields), {"filter": find, "image_filter": chosen})
        found: dict[str, Any] = answer["findImages"]
        return found

    def _find_in_pages(
        self, find: dict[str, Any], chosen: dict[str, Any] | None, per_page: int | None
    ) -> dict[str, Any]:
        # Pages of no order, or of one that is drawn anew for each page, would overlap.
        sort = {"": "id", "random": f"random_{secrets.randbelow(10**8)}"}.get(find.get("sort") or "", find.get("sort"))
        first = 0 if per_page is None else (max(find.get("page") or 1, 1) - 1) * per_page
        start, skipped = divmod(first, PAGE)
        page = {**find, "sort": sort, "per_page": PAGE, "page": start + 1}
        found = self._find_page(page, chosen, _SUMS)
        images = found["images"]
        last = found["count"] if per_page is None else min(first + per_page, found["count"])
        while page["page"] * PAGE < last:
            page["page"] += 1
            images += self._find_page(page, chosen, f"images {{ {selection.IMAGE} }}")["images"]
        return {**found, "images": images[skipped:][:per_page]}

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


def _each(pages: Iterator[list[dict[str, Any]]], *, keep_id: bool) -> Generator[dict[str, Any], None, None]:
    for page in pages:
        for image in page:
            if not keep_id:
                del image["id"]
            yield image


def _gone(id_: str) -> str:
    return f"Image {id_} was changed and is gone since (another plugin's hook?)."


def _updated(id_: str, image: dict[str, Any] | None) -> Image | None:
    if image is None:
        logger.error("%s", _gone(id_))
        return None
    return Image.from_dict(image)


def _batches(items: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]
