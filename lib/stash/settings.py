"""The plugin's settings in Stash. The default is off, 0 or empty: Stash shows an unset setting that way."""

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
    """All settings by their keys in the manifest: lowerCamelCase, because v0.25 changes any other spelling."""

    ignoreNewImages: bool = False
    hideNavEntry: bool = False
    importFolder: str = ""
    keepRuns: int = 0
    confirmAbove: int = 0
    onlyRules: str = ""

    @classmethod
    def read(cls, connection: Connection) -> Settings:
        """Return the saved settings; one request."""
        id_ = plugin_id()
        saved = connection.execute(_READ, {"ids": [id_]})["configuration"]["plugins"].get(id_) or {}
        return cls.of(saved)

    @classmethod
    def of(cls, saved: dict[str, Any]) -> Settings:
        """Return the settings of the server's object. Logs an invalid value and uses the default instead.

        Before v0.28 numbers are saved as text.
        """
        values: dict[str, Any] = {}
        for setting in fields(cls):
            value = saved.get(setting.name)
            if value is None or value == "":
                continue
            try:
                values[setting.name] = _PARSERS[type(setting.default)](value)
            except (TypeError, ValueError, OverflowError):
                logger.warning("Setting %s: %r isn't valid. The default is used.", setting.name, value)
        return cls(**values)

    @property
    def keep_runs(self) -> int:
        """How many runs with changes the history keeps, and how many other runs; 100 by default."""
        return self.keepRuns if self.keepRuns > 0 else 100

    @property
    def confirm_above(self) -> int:
        """How many images may change without confirmation; 1000 by default."""
        return self.confirmAbove if self.confirmAbove > 0 else 1000


def _boolean(value: Any) -> bool:
    if value in (True, "true"):
        return True
    if value in (False, "false"):
        return False
    raise ValueError(value)


def _number(value: Any) -> int:
    return int(float(value))


_PARSERS: dict[type, Callable[[Any], Any]] = {bool: _boolean, int: _number, str: str}
