"""Validate the inputs of the image mutations: objects or dicts in, JSON objects out."""

from __future__ import annotations

from typing import Any

from lib.client import validate
from lib.client.models import Image, plain
from lib.errors import DataError

_FIELDS: dict[str, validate.Check] = {
    "clientMutationId": validate.text,
    "title": validate.nullable(validate.text),
    "code": validate.nullable(validate.text),
    "rating100": validate.nullable(validate.rating100),
    "organized": validate.boolean,
    "url": validate.nullable(validate.text),
    "date": validate.nullable(validate.date),
    "details": validate.nullable(validate.text),
    "photographer": validate.nullable(validate.text),
    "studio_id": validate.nullable(validate.id_),
    "custom_fields": validate.mapping,
}
_UPDATE: dict[str, validate.Check] = {
    "id": validate.id_,
    **_FIELDS,
    "urls": validate.nullable(validate.urls),
    "performer_ids": validate.nullable(validate.ids),
    "tag_ids": validate.nullable(validate.ids),
    "gallery_ids": validate.nullable(validate.ids),
    "primary_file_id": validate.nullable(validate.id_),
}
_BULK: dict[str, validate.Check] = {
    "ids": validate.ids,
    **_FIELDS,
    "urls": validate.nullable(validate.relation_urls),
    "performer_ids": validate.nullable(validate.relation_ids),
    "tag_ids": validate.nullable(validate.relation_ids),
    "gallery_ids": validate.nullable(validate.relation_ids),
}
_DELETE: dict[str, validate.Check] = {
    "delete_file": validate.boolean,
    "delete_generated": validate.boolean,
    "destroy_file_entry": validate.boolean,
}
_REFERENCES = {"tags": "tag_ids", "performers": "performer_ids", "galleries": "gallery_ids", "studio": "studio_id"}
_IMAGE = (*_UPDATE, *_REFERENCES)
_NEW = ("path", *(field for field in _IMAGE if field not in ("id", "primary_file_id")))
READ_ONLY = ("o_counter", "created_at", "updated_at", "visual_files", "path")


def as_dict(name: str, value: Any) -> dict[str, Any]:
    """An object of ours, or a dict, as a new dict of what JSON can hold."""
    return validate.mapping(name, plain(value))


def update(value: Any, name: str = "update") -> dict[str, Any]:
    """An ImageUpdateInput. A None in it clears the field, as the server does."""
    return validate.validate_object(name, as_dict(name, value), _UPDATE, required=["id"])


def updates(value: Any) -> list[dict[str, Any]]:
    """A list of ImageUpdateInputs."""
    return [update(item, f"updates[{index}]") for index, item in enumerate(_items("updates", value))]


def image(value: Any) -> dict[str, Any]:
    """An Image, or a dict of its fields, as ImageUpdateInput: what is None is left out.

    Of an Image object the fields that cannot be set are left out too, so that one that was found can be changed and
    given back. Tags, performers, galleries and studio go by their ids.
    """
    fields = _present("image", value)
    if isinstance(value, Image):
        fields = {key: value for key, value in fields.items() if key not in READ_ONLY}
    validate.reject_unknown("image", fields, _IMAGE)
    return validate.validate_object("image", _by_ids(fields), _UPDATE, required=["id"])


def new_image(value: Any) -> tuple[str | None, dict[str, Any]]:
    """An Image, or a dict of its fields, to be made: its file's path if it has one, and the rest as it is set."""
    fields = _present("image", value)
    if "id" in fields:
        raise DataError("image.id: a new image has none yet; update_image changes one that is there.")
    validate.reject_unknown("image", fields, _NEW)
    path = fields.pop("path", None)
    checked = validate.validate_object("image", _by_ids(fields), _UPDATE, required=["title"])
    if not checked["title"].strip():
        raise DataError("image.title: an image needs a title.")
    if path is not None and (not isinstance(path, str) or not path):
        raise validate.invalid("image.path", path, "the path of a file is expected")
    return path and validate.text("image.path", path), checked


def _by_ids(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields with references by the names of the update: `tags` as `tag_ids`."""
    by_id = dict(fields)
    for key, target in _REFERENCES.items():
        if key not in fields:
            continue
        if target in fields:
            raise DataError(f"image has both {key} and {target}; give one of them.")
        items = by_id.pop(key)
        name = f"image.{key}"
        by_id[target] = _id_of(name, items) if key == "studio" else [_id_of(name, item) for item in _items(name, items)]
    return by_id


def bulk(value: Any) -> dict[str, Any]:
    """A BulkImageUpdateInput."""
    return validate.validate_object("input_data", as_dict("input_data", value), _BULK, required=["ids"])


def destroy(value: Any) -> dict[str, Any]:
    """An ImageDestroyInput."""
    return validate.validate_object(
        "input_data", _present("input_data", value), {"id": validate.id_, **_DELETE}, required=["id"]
    )


def destroy_many(value: Any) -> dict[str, Any]:
    """An ImagesDestroyInput, each id once: for a repeated id the server fails and reverts everything."""
    fields = _present("input_data", value)
    checked = validate.validate_object("input_data", fields, {"ids": validate.ids, **_DELETE}, required=["ids"])
    return {**checked, "ids": list(dict.fromkeys(checked["ids"]))}


def _present(name: str, value: Any) -> dict[str, Any]:
    return {key: part for key, part in as_dict(name, value).items() if part is not None}


def _items(name: str, value: Any) -> list[Any]:
    if not isinstance(value, (list, tuple)):
        raise validate.invalid(name, value, "a list is expected")
    return list(value)


def _id_of(name: str, item: Any) -> str:
    if not isinstance(item, dict):
        return validate.id_(name, item)
    if item.get("id") is None:
        raise DataError(f"{name}: {item.get('name') or item!r} has no id.")
    return validate.id_(f"{name}.id", item["id"])
