"""`re.*`: what the named groups of this rule's regular expressions matched."""

from __future__ import annotations

from functools import partial
from typing import Any

from lib.rules.image.context import ImageContext
from lib.rules.sources.base import Source, SourceNamespace


def _captured(name: str, view: ImageContext) -> Any:
    return view.captures.get(name)


def _re(name: str) -> Source | None:
    return Source(f"re.{name}", partial(_captured, name)) if name.isidentifier() else None


RE = SourceNamespace(_re)
