"""The inputs of the image mutations, checked: objects or dicts in, what is sent out."""

from __future__ import annotations

from typing import Any

from lib import values
from lib.errors import DataError
from lib.models import Image, Record, Studio

_FIELDS: dict[str, values.Check] = {
    "clientMutationId": values.text,
    "title": values.nullable(values.text),
    "code": values.nullable(values.text),
    "rating100": values.nullable(values.rating100),
    "organized": values.switch,
    "url": values.nullable(values.text),
    "date": values.nullable(values.date),
    "details": values.nullable(values.text),
    "photographer": values.nullable(values.text),
    "studio_id": values.nullable(values.id_),
    "custom_fields": values.mapping,
}
_UPDATE: dict[str, values.Check] = {
    "id": values.id_,
    **_FIELDS,
    "urls": values.nullable(values.urls),
    "performer_ids": values.nullable(values.ids),
    "tag_ids": values.nullable(values.ids),
    "gallery_ids": values.nullable(values.ids),
    "primary_file_id": values.nullable(values.id_),
}
_BULK: dict[str, values.Check] = {
    "ids": values.ids,
    **_FIELDS,
    "urls": values.nullable(values.relation_urls),
    "performer_ids": values.nullable(values.relation_ids),
    "tag_ids": values.nullable(values.relation_ids),
    "gallery_ids": values.nullable(values.relation_ids),
}
_DELETE: dict[str, values.Check] = {
    "delete_file": values.nullable(values.switch),
    "delete_generated": values.nullable(values.switch),
    "destroy_file_entry": values.nullable(values.switch),
}
_NESTED = {"tags": "tag_ids", "performers": "performer_ids", "galleries": "gallery_ids"}
READ_ONLY = ("o_counter", "created_at", "updated_at", "visual_files", "path")


def as_dict(name: str, given: Any) -> dict[str, Any]:
    """An object of ours, or a dict, as a new dict."""
    if isinstance(given, Record):
        return given.to_dict()
    return dict(values.mapping(name, given))


def update(given: Any, name: str = "update") -> dict[str, Any]:
    """An ImageUpdateInput. A None in it clears the field, as the server does."""
    return values.checked(name, as_dict(name, given), _UPDATE, required=["id"])


def updates(given: Any) -> list[dict[str, Any]]:
    """A list of ImageUpdateInputs."""
    return [update(item, f"updates[{index}]") for index, item in enumerate(_items("updates", given))]


def image(given: Any) -> dict[str, Any]:
    """An Image, or a dict of its fields, as ImageUpdateInput: what is None is left out.

    Of an Image object the fields that cannot be set are left out too, so that one that was found can be changed and
    given back. Tags, performers, galleries and studio go by their ids.
    """
    fields = as_dict("image", given)
    if isinstance(given, Image):
        fields = {key: value for key, value in fields.items() if key not in READ_ONLY}
    fields = {key: value for key, value in fields.items() if value is not None}
    for key, target in _NESTED.items():
        if key in fields:
            fields[target] = [_id_of(f"image.{key}", item) for item in _items(f"image.{key}", fields.pop(key))]
    if "studio" in fields:
        fields["studio_id"] = _id_of("image.studio", fields.pop("studio"))
    return values.checked("image", fields, _UPDATE, required=["id"])


def bulk(given: Any) -> dict[str, Any]:
    """A BulkImageUpdateInput."""
    return values.checked("input_data", as_dict("input_data", given), _BULK, required=["ids"])


def destroy(given: Any) -> dict[str, Any]:
    """An ImageDestroyInput."""
    return values.checked("input_data", as_dict("input_data", given), {"id": values.id_, **_DELETE}, required=["id"])


def destroy_many(given: Any) -> dict[str, Any]:
    """An ImagesDestroyInput."""
    return values.checked("input_data", as_dict("input_data", given), {"ids": values.ids, **_DELETE}, required=["ids"])


def _items(name: str, value: Any) -> list[Any]:
    if not isinstance(value, (list, tuple)):
        raise values.wrong(name, value, "a list is expected")
    return list(value)


def _id_of(name: str, item: Any) -> str:
    if isinstance(item, Studio):
        item = item.to_dict()
    if not isinstance(item, dict):
        return values.id_(name, item)
    if item.get("id") is None:
        raise DataError(f"{name}: {item.get('name') or item!r} has no id.")
    return values.id_(f"{name}.id", item["id"])
