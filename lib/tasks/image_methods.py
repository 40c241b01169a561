"""The image methods as operations, with the API's names. They write directly to Stash, without a journal.

`create_image` has a separate module, since it waits for a scan.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lib.client import inputs
from lib.client.models import plain
from lib.errors import DataError
from lib.tasks import Context, Operation
from lib.tasks.arguments import ID, LIST, NUMBER, OBJECT, TEXT, Argument, required

_ARGUMENTS: dict[str, dict[str, Argument]] = {
    "find_image": {"id": required(ID)},
    "find_images": {"filter_": OBJECT, "image_filter": OBJECT, "q": TEXT},
    "update_image": {"image": required(OBJECT)},
    "bulk_image_update": {"input_data": required(OBJECT), "return_fields": TEXT},
    "images_update": {"updates": required(LIST)},
    "image_increment_o": {"id": required(ID)},
    "image_decrement_o": {"id": required(ID)},
    "image_reset_o": {"id": required(ID)},
}


def _method(name: str) -> Callable[..., Any]:
    def run(context: Context, **arguments: Any) -> Any:
        return plain(getattr(context.client, name)(**arguments))

    return run


def _destroy_method(name: str, validate: Callable[[Any], dict[str, Any]]) -> Callable[..., bool]:
    def run(context: Context, input_data: dict[str, Any], confirm: int | None = None) -> bool:
        destroy_input = validate(input_data)
        count = len(destroy_input["ids"]) if "ids" in destroy_input else 1
        if destroy_input.get("delete_file") and confirm != count:
            hint = "" if confirm is None else f", not {confirm}"
            raise DataError(
                f"{name} would permanently delete the files of {count} image(s). To confirm, set confirm: {count}{hint}."
            )
        destroyed: bool = getattr(context.client, name)(destroy_input)
        return destroyed

    return run


OPERATIONS = {
    **{name: Operation(_method(name), arguments) for name, arguments in _ARGUMENTS.items()},
    **{
        name: Operation(_destroy_method(name, validate), {"input_data": required(OBJECT), "confirm": NUMBER})
        for name, validate in (("image_destroy", inputs.destroy), ("images_destroy", inputs.destroy_many))
    },
}
