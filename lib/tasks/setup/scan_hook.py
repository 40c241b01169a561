"""The check of the scan hook, and of the last images that it processed."""

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
    """Check that Stash lists the hook, and report the last image that its task processed."""
    from lib.tasks.process_new_images import CHECKPOINT, LAST_TIME

    connection = context.connection
    if not _is_hooked(connection):
        remedy = "Select Reload plugins in Settings > Plugins. If that doesn't help, install the plugin again."
        return Check("New images", FAILED, f"Stash doesn't list the hook on {HOOK}", remedy)
    if ignored:
        return Check("New images", OK, "skipped by the plugin's setting")
    try:
        with context.database() as db:
            mark, looked = db.get(CHECKPOINT), db.get(LAST_TIME)
    except StoreError as error:
        return Check(
            "New images", WARNING, f"the last processed image can't be read: {error}", "See the History check."
        )
    if mark is None:
        return Check("New images", OK, "the hook is installed; no scan has found a new image since")
    newest = next(iter(paging.newest(connection, "id", size=1)), {"id": "0"})["id"]
    text = f"last checked {looked}" if looked else "checked"
    return Check("New images", OK, f"the hook is installed; {text}, up to image {mark} of {newest}")


def _is_hooked(connection: Connection) -> bool:
    plugins = connection.execute(_HOOKS)["plugins"] or ()
    enabled = (plugin for plugin in plugins if plugin["id"] == plugin_id() and plugin["enabled"])
    return any(HOOK in (hook["hooks"] or ()) for plugin in enabled for hook in plugin["hooks"] or ())
