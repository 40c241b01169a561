"""`sidecar`, `in_zip`, `video`, `orientation`, and how a condition of true or false is made."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lib.rules.conditions.base import Condition, ConditionType, FilterContext, OrTerms, Parsing, describe, to_text
from lib.rules.fields import as_switch
from lib.rules.image.context import ImageContext
from lib.rules.syntax.diagnostics import allowed_values
from lib.rules.syntax.yaml_tree import Node, ScalarNode

_FILES = frozenset({"files"})
ORIENTATIONS = ("landscape", "portrait", "square")


@dataclass(frozen=True)
class BooleanTest:
    """What can be so or not, or be one of a few words: how it is seen in hand, and asked of the server."""

    see: Callable[[ImageContext], Any]
    fields: frozenset[str]
    changes: frozenset[str] = frozenset()
    to_filter: Callable[[Any], OrTerms] = lambda _wanted: None


class BooleanCondition(Condition):
    """Something is so, or is not."""

    def __init__(self, label: str, switch: BooleanTest, wanted: Any) -> None:
        self.label = label
        self.fields = switch.fields
        self.changes = switch.changes
        self._switch = switch
        self._wanted = wanted

    def matches(self, view: ImageContext) -> bool:
        return bool(self._switch.see(view) == self._wanted)

    def actual(self, view: ImageContext) -> Any:
        return self._switch.see(view)

    def to_filter(self, _asking: FilterContext, /) -> OrTerms:
        return self._switch.to_filter(self._wanted)


def true_or_false(switch: BooleanTest) -> ConditionType:
    """The table's entry for a condition that takes true or false."""

    def parse(name: str, node: Node, parsing: Parsing) -> Condition | None:
        wanted = as_switch(node.value) if isinstance(node, ScalarNode) else None
        if wanted is None:
            parsing.complaints.error(node.line, f"{name} takes true or false, not {to_text(node)!r}")
            return None
        return BooleanCondition(describe(name, node), switch, wanted)

    return ConditionType(parse)


def _orientation(view: ImageContext) -> str | None:
    width, height = view.file.get("width") or 0, view.file.get("height") or 0
    if not width or not height:
        return None
    return "square" if width == height else "landscape" if width > height else "portrait"


# Not asked of the server: its criterion leaves out clips, whose sizes stand in another table.
_ORIENTATION = BooleanTest(_orientation, frozenset({"files", "size"}))


def _parse_orientation(name: str, node: Node, parsing: Parsing) -> Condition | None:
    wanted = to_text(node).casefold().strip()
    if wanted not in ORIENTATIONS:
        parsing.complaints.error(node.line, f"{name}: {to_text(node)!r} is unknown; {allowed_values(ORIENTATIONS)}")
        return None
    return BooleanCondition(f"{name}: {wanted}", _ORIENTATION, wanted)


def _has_sidecar(view: ImageContext) -> bool:
    found = bool(view.sidecars())
    view.lacks_sidecar |= not found
    return found


def _in_zip(view: ImageContext) -> bool:
    return bool(view.file.get("zip_file") or view.file.get("zip_file_id"))


def _is_video(view: ImageContext) -> bool:
    """A GIF or a clip: Stash calls them video files, but for a GIF in an archive."""
    if view.file.get("__typename") == "VideoFile":
        return True
    return view.place is not None and bool(re.fullmatch("gif", view.place.ext, re.IGNORECASE))


SWITCHES = {
    "orientation": ConditionType(_parse_orientation),
    "sidecar": true_or_false(BooleanTest(_has_sidecar, _FILES)),
    "in_zip": true_or_false(BooleanTest(_in_zip, _FILES)),
    "video": true_or_false(BooleanTest(_is_video, _FILES)),
}
