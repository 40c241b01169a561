"""The image methods as operations, under the contract's names. They are the server's own writes: no journal.

`create_image`, which has to wait, has a module of its own.
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


def _destroying(name: str, check: Callable[[Any], dict[str, Any]]) -> Callable[..., bool]:
    def run(context: Context, input_data: dict[str, Any], confirm: int | None = None) -> bool:
        given = check(input_data)
        count = len(given.get("ids", ["the one"]))
        if given.get("delete_file") and confirm != count:
            said = "" if confirm is None else f", not {confirm}"
            raise DataError(
                f"{name} would delete the files of {count} image(s) for good; say so with confirm: {count}{said}."
            )
        destroyed: bool = getattr(context.client, name)(given)
        return destroyed

    return run


OPERATIONS = {
    **{name: Operation(_method(name), arguments) for name, arguments in _ARGUMENTS.items()},
    **{
        name: Operation(_destroying(name, check), {"input_data": required(OBJECT), "confirm": NUMBER})
        for name, check in (("image_destroy", inputs.destroy), ("images_destroy", inputs.destroy_many))
    },
}
