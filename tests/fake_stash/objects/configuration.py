"""The server's configuration: shown, and changed part by part. Absent and null change nothing."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Sequence
from typing import Any

from tests.fake_stash.filters.go_regex import check_regex
from tests.fake_stash.language.errors import ServerError, nil_pointer
from tests.fake_stash.language.execute import Call
from tests.fake_stash.language.numbers import plain
from tests.fake_stash.server.config import Config

DATABASE_ENDINGS = (".db", ".sqlite", ".sqlite3")
FOLDERS = ("generatedPath", "scrapersPath", "pluginsPath")
OPTIONAL_FOLDERS = ("backupDirectoryPath", "deleteTrashPath", "metadataPath", "cachePath", "blobsPath")
PATTERNS = {
    "galleryCoverRegex": "Gallery cover regex '{}' invalid, '{}'",
    "excludes": "video exclusion pattern '{}' invalid: {}",
    "imageExcludes": "image/gallery exclusion pattern '{}' invalid: {}",
}


def configuration(call: Call) -> dict[str, Any]:
    """The whole configuration."""
    config = call.request.stash.config
    return {**config.parts, "ui": config.ui}


def plugin_settings(request: Any, rows: Sequence[Any], args: dict[str, Any]) -> list[Any]:
    """What was saved of the plugins' settings; of all plugins, or of those asked for that have any."""
    saved = request.stash.config.plugins
    wanted = args.get("include")
    shown = {name: saved[name] for name in wanted if saved.get(name)} if wanted else saved
    return [shown for _ in rows]


def configure_plugin(call: Call) -> dict[str, Any]:
    """Replace all settings of a plugin."""
    saved: dict[str, Any] = plain(call.args["input"])
    call.request.stash.config.plugins[call.args["plugin_id"]] = saved
    return saved


def configure_general(call: Call) -> dict[str, Any]:
    """Change general settings; a ServerError for folders, patterns and a database that cannot be."""
    config: Config = call.request.stash.config
    given = _given(call)
    _check_libraries(config, given.get("stashes") or ())
    _check_database(config, given)
    _make_folders(config, given)
    for name, message in PATTERNS.items():
        for pattern in [given[name]] if isinstance(given.get(name), str) else given.get(name, ()):
            try:
                check_regex(pattern)
            except ServerError as error:
                raise ServerError(message.format(pattern, error)) from error
    _check_naming(config.general, {**config.general, **given})
    if given.get("username", config.general["username"]) != config.general["username"] and "password" not in given:
        config.general["username"] = given["username"]
        raise nil_pointer()  # the server looks at the password, whether there is one or not
    password = given.pop("password", config.general["password"])
    if password != config.general["password"]:
        config.set_password(password)
    config.general.update(given)
    if "pluginsPath" in given:
        call.request.stash.plugins.reload()
    return config.general


def _given(call: Call) -> dict[str, Any]:
    return {name: value for name, value in call.args["input"].items() if value is not None}


def _check_libraries(config: Config, stashes: Sequence[dict[str, Any]]) -> None:
    known = [stash["path"] for stash in config.stashes]
    for stash in stashes:
        if stash["path"] in known or os.path.isdir(stash["path"]):
            continue
        is_file = os.path.exists(stash["path"])
        raise ServerError(f"path is not a directory <{stash['path']}>" if is_file else "file does not exist")


def _check_database(config: Config, given: dict[str, Any]) -> None:
    path = given.get("databasePath", config.general["databasePath"])
    if path != config.general["databasePath"] and os.path.splitext(path)[1] not in DATABASE_ENDINGS:
        raise ServerError("invalid database path, use extension db, sqlite, or sqlite3")


def _check_naming(before: dict[str, Any], after: dict[str, Any]) -> None:
    chosen = after["videoFileNamingAlgorithm"]
    if chosen != before["videoFileNamingAlgorithm"] and chosen == "MD5" and not after["calculateMD5"]:
        raise ServerError("calculateMD5 must be true if using MD5")


def _make_folders(config: Config, given: dict[str, Any]) -> None:
    for name in (*FOLDERS, *OPTIONAL_FOLDERS):
        path = given.get(name, config.general[name])
        if path == config.general[name] or os.path.isdir(path) or (not path and name in OPTIONAL_FOLDERS):
            continue
        try:
            os.mkdir(path)
        except OSError as error:
            raise ServerError(f"mkdir {path}: {(error.strerror or '').lower()}") from error


def _configure(part: str) -> Callable[[Call], dict[str, Any]]:
    """The mutation that changes one part; groups of settings within it are changed one by one, too."""

    def resolve(call: Call) -> dict[str, Any]:
        settings: dict[str, Any] = call.request.stash.config.parts[part]
        for name, value in _given(call).items():
            if isinstance(value, dict) and isinstance(settings.get(name), dict):
                settings[name].update({key: each for key, each in value.items() if each is not None})
            else:
                settings[name] = value
        return settings

    return resolve


def configure_ui(call: Call) -> dict[str, Any]:
    """Replace what the user interface keeps, or merge into it."""
    config = call.request.stash.config
    if call.args.get("input") is not None:
        config.ui = plain(call.args["input"])
    if call.args.get("partial") is not None:
        _merge(config.ui, plain(call.args["partial"]))
    shown: dict[str, Any] = config.ui
    return shown


def _merge(into: dict[str, Any], given: dict[str, Any]) -> None:
    for name, value in given.items():
        if isinstance(value, dict) and isinstance(into.get(name), dict):
            _merge(into[name], value)
        else:
            into[name] = value


def configure_ui_setting(call: Call) -> dict[str, Any]:
    """Set one of these things; dots in its name lead into what is below."""
    ui: dict[str, Any] = call.request.stash.config.ui
    *above, name = call.args["key"].split(".")
    place = ui
    for each in above:
        if not isinstance(place.get(each), dict):
            place[each] = {}
        place = place[each]
    place[name] = plain(call.args.get("value"))
    return ui


def generate_api_key(call: Call) -> str:
    """Make a new API key, or clear it; without a user there is none."""
    general = call.request.stash.config.general
    wanted = general["username"] and not call.args["input"].get("clear")
    general["apiKey"] = secrets.token_urlsafe(32) if wanted else ""
    return str(general["apiKey"])


QUERIES = {"configuration": configuration}
MUTATIONS: dict[str, Callable[[Call], Any]] = {
    "configureGeneral": configure_general,
    "configureInterface": _configure("interface"),
    "configureDLNA": _configure("dlna"),
    "configureScraping": _configure("scraping"),
    "configureDefaults": _configure("defaults"),
    "configurePlugin": configure_plugin,
    "configureUI": configure_ui,
    "configureUISetting": configure_ui_setting,
    "generateAPIKey": generate_api_key,
}
TYPES = {"ConfigResult": {"plugins": plugin_settings}}
