"""`re.*`: the named groups that this rule's regular expressions have matched."""

from __future__ import annotations

from functools import partial
from typing import Any

from lib.rules.image.context import Scope
from lib.rules.sources.base import Source, SourceNamespace


def _group(name: str, scope: Scope) -> Any:
    return scope.groups.get(name)


def _make(name: str) -> Source | None:
    return Source(f"re.{name}", partial(_group, name)) if name.isidentifier() else None


RE = SourceNamespace(_make)
