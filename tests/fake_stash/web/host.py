"""The web UI: a small page that gives plugins what Stash's own UI does, on the libraries in node_modules."""

from __future__ import annotations

from pathlib import Path

from tests.fake_stash.web.messages import NO_PAGE, HttpAnswer, HttpRequest, plain

HOST = Path(__file__).with_name("host")
MODULES = Path(__file__).parents[3] / "node_modules"
LIBRARIES = {
    "bootstrap.css": "bootstrap/dist/css/bootstrap.css",
    "react.js": "react/umd/react.development.js",
    "react-dom.js": "react-dom/umd/react-dom.development.js",
    "react-router-dom.js": "react-router-dom/umd/react-router-dom.js",
    "react-bootstrap.js": "react-bootstrap/dist/react-bootstrap.js",
    "fontawesome.js": "@fortawesome/free-solid-svg-icons/index.js",
    "mousetrap.js": "mousetrap/mousetrap.js",
}
"""Name under /assets -> file in node_modules. The development builds tell of mistakes in the console."""
OWN = ("host.css", "host.js", "plugin-api.js")
PLACES = ("", "images", "performers", "plugins", "settings")
"""First parts of the paths at which the UI shows something."""
KINDS = {".css": "text/css", ".js": "text/javascript"}
UNPACKED = ("Cache-Control", "max-age=3600, no-transform")
"""Megabytes, sent as they are: to compress them takes longer than the tests that load them."""
WITHOUT = "<!doctype html><title>Fake Stash server</title><p>This is a fake Stash server for tests."
NO_LIBRARIES = f"{WITHOUT} It has no pages without node_modules: run make setup."


def has_libraries() -> bool:
    """Return whether the libraries are installed."""
    return (MODULES / "react").is_dir()


def page(http: HttpRequest) -> HttpAnswer:
    """Return the UI's page; its base is the prefix that a proxy tells of."""
    if not has_libraries():
        return HttpAnswer(200, [("Content-Type", "text/html")], NO_LIBRARIES.encode())
    text = (HOST / "index.html").read_text(encoding="utf-8")
    prefix = http.headers.get("X-Forwarded-Prefix") or ""
    text = text.replace('<base href="/">', f'<base href="{prefix}/">')
    return HttpAnswer(200, [("Content-Type", "text/html; charset=utf-8")], text.encode())


def asset(name: str) -> HttpAnswer:
    """Return a file under /assets."""
    path = HOST / name if name in OWN else MODULES / LIBRARIES.get(name, "missing")
    if not path.is_file():
        return plain(404, NO_PAGE)
    return HttpAnswer(200, [UNPACKED, ("Content-Type", KINDS[path.suffix])], path.read_bytes())
