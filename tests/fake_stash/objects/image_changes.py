"""The mutations of images. Each is one transaction; its hooks run when it is committed, before the answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.fake_stash.language.errors import ServerError, panic
from tests.fake_stash.language.execute import Call
from tests.fake_stash.language.numbers import atoi
from tests.fake_stash.language.variables import CoercedList
from tests.fake_stash.objects import fields, hook_inputs, inputs
from tests.fake_stash.objects.galleries import refuse_changed_contents
from tests.fake_stash.objects.removal import Removal
from tests.fake_stash.store import images, joins
from tests.fake_stash.store.connection import Database, Row
from tests.fake_stash.store.images import Changes

UPDATED = "Image.Update.Post"
DESTROYED = "Image.Destroy.Post"

SCALARS: inputs.Readers = {
    "title": inputs.text("title"),
    "code": inputs.text("code"),
    "details": inputs.text("details"),
    "photographer": inputs.text("photographer"),
    "rating100": inputs.number("rating"),
    "organized": inputs.flag("organized"),
    "date": inputs.date("date", "date"),
    "studio_id": inputs.reference("studio_id", "studio id"),
}
GALLERIES: inputs.Readers = {"gallery_ids": inputs.id_set(joins.IMAGE_GALLERIES, "gallery ids")}
LISTS: inputs.Readers = {
    "performer_ids": inputs.id_set(joins.IMAGE_PERFORMERS, "performer ids"),
    "tag_ids": inputs.id_set(joins.IMAGE_TAGS, "tag ids"),
}
BULK: inputs.Readers = {
    **SCALARS,
    "urls": inputs.text_change(joins.IMAGE_URLS),
    "gallery_ids": inputs.id_change(joins.IMAGE_GALLERIES, "gallery ids"),
    "performer_ids": inputs.id_change(joins.IMAGE_PERFORMERS, "performer ids"),
    "tag_ids": inputs.id_change(joins.IMAGE_TAGS, "tag ids"),
}


def image_update(call: Call) -> Row | None:
    """Change one image."""
    given = call.args["input"]
    database = call.request.database
    with database.transaction():
        image_id = _update_one(database, given)
    call.request.hook(image_id, UPDATED, hook_inputs.whole("ImageUpdateInput", given), list(given))
    return images.find(database, image_id)


def images_update(call: Call) -> list[Row | None] | None:
    """Change several images, each in its own way, all or none."""
    given = call.args["input"]
    if given and isinstance(call.raw["input"], CoercedList):
        raise panic("runtime error: index out of range [0] with length 0")
    database = call.request.database
    with database.transaction():
        changed = [_update_one(database, each) for each in given]
    whole = [hook_inputs.whole("ImageUpdateInput", each) for each in given]
    found = []
    for image_id, each in zip(changed, given, strict=True):
        call.request.hook(image_id, UPDATED, whole, list(each))
        found.append(images.find(database, image_id))
    return found or None


def bulk_image_update(call: Call) -> list[Row | None] | None:
    """Change several images in the same way, all or none."""
    given = call.args["input"]
    image_ids = fields.ids(given.get("ids"), "converting ids: ")
    changes = inputs.read(given, BULK)
    if "url" in given and "urls" not in given:
        inputs.one_text(joins.IMAGE_URLS)(changes, given["url"])
    database = call.request.database
    with database.transaction():
        impacted: dict[int, None] = {}
        for image_id in image_ids:
            image = images.existing(database, image_id)
            impacted |= dict.fromkeys(_checked_galleries(database, image, changes))
            images.update(database, image_id, changes)
        _touch_galleries(database, impacted)
    shown = hook_inputs.given_only(given)
    found = []
    for image_id in image_ids:
        call.request.hook(image_id, UPDATED, shown, list(given))
        found.append(images.find(database, image_id))
    return found or None


def _update_one(database: Database, given: dict[str, Any]) -> int:
    image_id = atoi(given["id"], "converting id: ")
    image = images.existing(database, image_id)
    changes = inputs.read(given, SCALARS)
    if "urls" in given:
        inputs.text_set(joins.IMAGE_URLS)(changes, given["urls"])
    elif "url" in given:
        inputs.one_text(joins.IMAGE_URLS)(changes, given["url"])
    _read_primary_file(database, image_id, given.get("primary_file_id"), changes)
    inputs.read(given, GALLERIES, changes)
    impacted = _checked_galleries(database, image, changes)
    inputs.read(given, LISTS, changes)
    images.update(database, image_id, changes)
    _touch_galleries(database, impacted)
    return image_id


def _read_primary_file(database: Database, image_id: int, given: str | None, changes: Changes) -> None:
    if not given:
        return
    file_id = atoi(given, f"converting primary file id: converting {given} to int: ")
    if file_id not in images.file_ids(database, image_id):
        raise ServerError(f"file with id {file_id} not associated with image")
    changes.primary_file = file_id


def _checked_galleries(database: Database, image: Row, changes: Changes) -> Sequence[int]:
    """The galleries that the change concerns; a ServerError if one's contents cannot be changed."""
    change = changes.lists.get(joins.IMAGE_GALLERIES)
    if change is None:
        return []
    before = joins.IMAGE_GALLERIES.ids(database, image["id"])
    changed = list(change.values)
    if change.mode == "SET":
        changed = [each for each in before if each not in changed] + [each for each in changed if each not in before]
    refuse_changed_contents(database, changed, image)
    return change.impacted(before)


def _touch_galleries(database: Database, gallery_ids: Sequence[int] | dict[int, None]) -> None:
    for gallery_id in gallery_ids:
        images.update_row(database, "galleries", gallery_id, {})


def image_destroy(call: Call) -> bool:
    """Remove one image, and its files if that is wanted."""
    given = call.args["input"]
    image_id = atoi(given["id"], "converting id: ")
    destroyed = _destroy(call, [image_id], given)
    whole = {name: given.get(name) for name in ("id", "delete_file", "delete_generated")}
    _announce(call, destroyed, whole)
    return True


def images_destroy(call: Call) -> bool:
    """Remove several images, all or none."""
    given = call.args["input"]
    image_ids = fields.ids(given["ids"], "converting ids: ")
    destroyed = _destroy(call, image_ids, given)
    whole = {name: given.get(name) for name in ("ids", "delete_file", "delete_generated")}
    _announce(call, destroyed, whole)
    return True


def _destroy(call: Call, image_ids: list[int], given: dict[str, Any]) -> list[Row]:
    database = call.request.database
    removal = Removal(call.request.stash)
    with removal, database.transaction():
        return [removal.destroy_image(image_id, delete_file=bool(given.get("delete_file"))) for image_id in image_ids]


def _announce(call: Call, destroyed: list[Row], given: dict[str, Any]) -> None:
    for image in destroyed:
        about = {**given, "checksum": image["checksum"] or "", "path": images.path_of(image)}
        call.request.hook(image["id"], DESTROYED, about, [])


def _count(expression: str) -> Any:
    def resolve(call: Call) -> int:
        image_id = atoi(call.args["id"], "converting id: ")
        with call.request.database.transaction():
            return images.count_o(call.request.database, image_id, expression)

    return resolve


MUTATIONS = {
    "imageUpdate": image_update,
    "imagesUpdate": images_update,
    "bulkImageUpdate": bulk_image_update,
    "imageDestroy": image_destroy,
    "imagesDestroy": images_destroy,
    "imageIncrementO": _count("o_counter + 1"),
    "imageDecrementO": _count("MAX(o_counter - 1, 0)"),
    "imageResetO": _count("0"),
}
