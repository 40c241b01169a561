"""Plugin assets: /plugin/<id>/assets/…, mapped by the manifest, and the plugin's scripts and styles."""

from __future__ import annotations

import mimetypes
import os
from typing import TYPE_CHECKING
from urllib.parse import unquote

from tests.fake_stash.plugins.manifest import Plugin
from tests.fake_stash.web.messages import NO_PAGE, NOT_FOUND, HttpAnswer, HttpRequest, plain

if TYPE_CHECKING:
    from tests.fake_stash.server.core import Core

SCRIPTS = {"javascript": "text/javascript", "css": "text/css"}


def serve(core: Core, http: HttpRequest) -> HttpAnswer:
    """A file of a plugin."""
    _, _, plugin_id, kind, *_ = [*unquote(http.path).split("/"), "", "", ""]
    plugin = core.plugins.find(plugin_id)
    if plugin is None:
        return plain(404, NOT_FOUND)
    if plugin.id in core.plugins.disabled:
        return plain(400, "plugin disabled")
    if kind in SCRIPTS:
        return _joined(plugin, kind)
    prefix = f"/plugin/{plugin_id}/assets"
    if not unquote(http.path).startswith(prefix):
        return plain(404, NOT_FOUND)
    return _asset(plugin, http, unquote(http.path)[len(prefix) :])


def _joined(plugin: Plugin, kind: str) -> HttpAnswer:
    content = b""
    for name in plugin.ui.get(kind) or ():
        if not name.startswith(("http://", "https://")):
            with open(os.path.join(plugin.folder, name), "rb") as file:
                content += file.read() + b"\n"
    return HttpAnswer(200, [("Content-Type", SCRIPTS[kind])], content)


def _asset(plugin: Plugin, http: HttpRequest, path: str) -> HttpAnswer:
    path = path.removesuffix("/index.html")
    mapping = plugin.ui.get("assets") or {}
    folder = mapping.get("/", "")
    for prefix, place in mapping.items():
        if prefix != "/" and path.startswith(prefix):
            path, folder = path.removeprefix(prefix), place
            break
    root = os.path.normpath(os.path.join(plugin.folder, folder))
    place = os.path.normpath(os.path.join(root, path.lstrip("/")))
    if not folder or not root.startswith(plugin.folder) or not (place + os.sep).startswith(root + os.sep):
        return plain(404, NO_PAGE)
    if os.path.isdir(place):
        if path and not path.endswith("/"):
            return HttpAnswer(301, [("Location", http.path.rsplit("/", 1)[-1] + "/")])
        place = os.path.join(place, "index.html")
    if not os.path.isfile(place):
        return plain(404, NO_PAGE)
    with open(place, "rb") as file:
        kind = mimetypes.guess_type(place)[0] or "application/octet-stream"
        charset = "; charset=utf-8" if kind.startswith("text/") else ""
        return HttpAnswer(200, [("Content-Type", kind + charset)], file.read())
