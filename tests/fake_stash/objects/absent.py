"""Queries for what the fake server has none of: scenes, groups, markers, scrapers. They answer what an empty server does."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from tests.fake_stash.language.execute import Call
from tests.fake_stash.language.numbers import atoi

NO_SCENES = {"count": 0, "duration": 0, "filesize": 0, "scenes": []}
LISTS = ("findDuplicateScenes", "markerWall", "sceneWall", "markerStrings", "sceneMarkerTags", "listScrapers")
EMPTY: dict[str, Any] = {
    "findScenes": NO_SCENES,
    "findScenesByPathRegex": NO_SCENES,
    "findSceneMarkers": {"count": 0, "scene_markers": []},
    "findGroups": {"count": 0, "groups": []},
    "findMovies": {"count": 0, "movies": []},
    "findSceneByHash": None,
    "findDefaultFilter": None,
    **{name: [] for name in (*LISTS, "allScenes", "allSceneMarkers", "allMovies")},
    "dlnaStatus": {"running": False, "until": None, "recentIPAddresses": [], "allowedIPAddresses": []},
}


def _answer(value: Any) -> Callable[[Call], Any]:
    return lambda _call: deepcopy(value)


def _no_such(call: Call) -> None:
    if call.args.get("id") is not None:
        atoi(call.args["id"])


QUERIES: dict[str, Callable[[Call], Any]] = {
    **{name: _answer(value) for name, value in EMPTY.items()},
    **dict.fromkeys(("findScene", "findGroup", "findMovie"), _no_such),
}
