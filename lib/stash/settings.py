"""The plugin's settings in Stash. Off is the default and 0 the standard: Stash shows an unset one that way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

from lib.log import logger
from lib.plugin import plugin_id
from lib.stash.connection import Connection

_READ = "query PluginSettings($ids: [ID!]) { configuration { plugins(include: $ids) } }"


@dataclass(frozen=True)
class Settings:
    """Every setting by its key in the manifest: lowerCamelCase, for v0.25 mangles any other spelling."""

    ignoreNewImages: bool = False
    hideNavEntry: bool = False
    importFolder: str = ""
    inboxFolder: str = ""
    keepRuns: int = 0
    confirmAbove: int = 0
    onlyRules: str = ""

    @classmethod
    def read(cls, connection: Connection) -> Settings:
        """What the user saved. A value of the wrong kind counts as unset and is logged."""
        id_ = plugin_id()
        saved = connection.execute(_READ, {"ids": [id_]})["configuration"]["plugins"].get(id_) or {}
        return cls.of(saved)

    @classmethod
    def of(cls, saved: dict[str, Any]) -> Settings:
        """From the server's object; numbers came as text before v0.28."""
        found: dict[str, Any] = {}
        for setting in fields(cls):
            value = saved.get(setting.name)
            if value is None or value == "":
                continue
            try:
                found[setting.name] = _READERS[type(setting.default)](value)
            except (TypeError, ValueError, OverflowError):
                logger.warning("The setting %s is %r and is taken as unset.", setting.name, value)
        return cls(**found)

    @property
    def keep_runs(self) -> int:
        """Runs that changed something kept in the history, and as many others; 0 is the standard of 100."""
        return self.keepRuns if self.keepRuns > 0 else 100

    @property
    def confirm_above(self) -> int:
        """Images that may change without a second press; 0 is the standard of 1000."""
        return self.confirmAbove if self.confirmAbove > 0 else 1000


def _switch(value: Any) -> bool:
    if value in (True, "true"):
        return True
    if value in (False, "false"):
        return False
    raise ValueError(value)


_READERS: dict[type, Callable[[Any], Any]] = {bool: _switch, int: lambda value: int(float(value)), str: str}
