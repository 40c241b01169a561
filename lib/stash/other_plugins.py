"""Other plugins with a hook on changed images: each makes a run longer, and may change our values."""

from __future__ import annotations

from typing import Any

from lib.log import logger
from lib.plugin import plugin_id
from lib.stash.connection import Connection

HOOK = "Image.Update.Post"
SECONDS = 0.16
"""Seconds an image for one such plugin in Python: imagesUpdate of 100 took 15.8 s instead of 0.05 (v0.30.1)."""

_PLUGINS = "query Plugins { plugins { id name enabled hooks { hooks } } }"


def with_update_hook(connection: Connection) -> list[str]:
    """Return the names of the other enabled plugins with a hook on Image.Update.Post."""
    own = plugin_id()
    plugins: list[dict[str, Any]] = connection.execute(_PLUGINS)["plugins"] or []
    return [
        plugin["name"]
        for plugin in plugins
        if plugin["enabled"]
        and plugin["id"] != own
        and any(HOOK in (hook["hooks"] or ()) for hook in plugin["hooks"] or ())
    ]


def log_cost(connection: Connection, images: int) -> list[str]:
    """Log how long these plugins will take for a number of images. Return their names."""
    names = with_update_hook(connection)
    if names and images:
        seconds = round(images * SECONDS * len(names))
        logger.warning("Stash also runs %s on every changed image: about %s s more.", ", ".join(names), seconds)
    return names
