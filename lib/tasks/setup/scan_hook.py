"""The check of the scan hook: is it there, and when were new images last looked at."""

from __future__ import annotations

from lib.errors import StoreError
from lib.plugin import plugin_id
from lib.stash import paging
from lib.stash.connection import Connection
from lib.tasks import Context
from lib.tasks.setup.result import FAILED, OK, WARNING, Check

HOOK = "Image.Create.Post"
_HOOKS = "query Hooks { plugins { id enabled hooks { hooks } } }"


def new_images(context: Context, *, ignored: bool) -> Check:
    """Whether Stash runs the hook, and what its task has seen."""
    from lib.tasks.process_new_images import LOOKED, MARK

    connection = context.connection
    if not _is_hooked(connection):
        remedy = "Press Reload plugins under Settings > Plugins; if that does not help, install the plugin again."
        return Check("New images", FAILED, f"Stash does not list the hook on {HOOK}", remedy)
    if ignored:
        return Check("New images", OK, "left alone, as the setting says")
    try:
        with context.database() as store:
            mark, looked = store.get(MARK), store.get(LOOKED)
    except StoreError as error:
        return Check("New images", WARNING, f"what was last seen cannot be read: {error}", "See History above.")
    if mark is None:
        return Check("New images", OK, "the hook is there; no scan has found a new image since")
    newest = next(iter(paging.newest(connection, "id", size=1)), {"id": "0"})["id"]
    text = f"last looked at {looked}" if looked else "looked at"
    return Check("New images", OK, f"the hook is there; {text}, up to image {mark} of {newest}")


def _is_hooked(connection: Connection) -> bool:
    own = plugin_id()
    plugins = connection.execute(_HOOKS)["plugins"] or ()
    hooks = (hook for plugin in plugins if plugin["id"] == own and plugin["enabled"] for hook in plugin["hooks"] or ())
    return any(HOOK in (hook["hooks"] or ()) for hook in hooks)
