"""The server's configuration: what a fresh server answers, with the places and credentials of this one."""

from __future__ import annotations

import hashlib
import json
import os
import re
from pathlib import Path
from typing import Any

from tests.fake_stash.server.options import Options

DEFAULTS = Path(__file__).with_name("defaults.json")
PLACES = {
    "databasePath": "stash-go.sqlite",
    "generatedPath": "generated",
    "configFilePath": "config.yml",
    "scrapersPath": "scrapers",
    "pluginsPath": "plugins",
    "cachePath": "cache",
    "blobsPath": "blobs",
}


class Config:
    """The settings; `general` and the other parts are what the query `configuration` answers."""

    def __init__(self, options: Options, folder: str) -> None:
        self.folder = folder
        self.parts: dict[str, Any] = json.loads(DEFAULTS.read_text(encoding="utf-8"))
        self.plugins: dict[str, Any] = {}
        self.ui: dict[str, Any] = {}
        library = os.path.abspath(options.library)
        self.general.update({name: os.path.join(folder, place) for name, place in PLACES.items()})
        self.general["stashes"] = [{"path": library, "excludeVideo": False, "excludeImage": False}]
        self.general["username"] = options.username or ""
        self.password = ""
        self.set_password(options.password or "")
        self.general["maxSessionAge"] = options.session_age
        self.general["parallelTasks"] = options.parallel_tasks

    @property
    def general(self) -> dict[str, Any]:
        """The general part."""
        part: dict[str, Any] = self.parts["general"]
        return part

    def set_password(self, password: str) -> None:
        """Keep the password; clients are shown what looks like the server's hash of it."""
        self.password = password
        digest = hashlib.sha256(password.encode()).hexdigest()
        self.general["password"] = f"$2a$04${digest[:53]}" if password else ""

    @property
    def stashes(self) -> list[dict[str, Any]]:
        """The libraries."""
        found: list[dict[str, Any]] = self.general["stashes"]
        return found

    def stash_of(self, path: str) -> dict[str, Any] | None:
        """The library that the path lies in."""
        for stash in self.stashes:
            if path == stash["path"] or path.startswith(stash["path"].rstrip("/") + "/"):
                return stash
        return None

    @property
    def has_credentials(self) -> bool:
        """Must users log in?"""
        return bool(self.general["username"] and self.general["password"])

    @property
    def image_excludes(self) -> list[re.Pattern[str]]:
        """Paths that no scan takes."""
        return [re.compile(pattern, re.IGNORECASE) for pattern in self.general["imageExcludes"]]
