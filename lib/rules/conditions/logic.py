"""`any`, `all` and `not`: conditions made of others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lib.rules.conditions.base import Condition, FilterContext, OrTerms
from lib.rules.image.context import ImageContext
from lib.rules.prefilter import all_of, any_of


class _Combined(Condition):
    def __init__(self, label: str, parts: Sequence[Condition]) -> None:
        self.label = label
        self.parts = tuple(parts)
        self.fields = frozenset().union(*(part.fields for part in parts))
        self.changes = frozenset().union(*(part.changes for part in parts))

    def actual(self, view: ImageContext) -> Any:
        return [report(part, view) for part in self.parts]


class AllOf(_Combined):
    """Every one holds; the groups of all its regular expressions are published."""

    def matches(self, view: ImageContext) -> bool:
        return all(part.matches(view) for part in self.parts)

    def failed(self, view: ImageContext) -> Condition | None:
        """The first that does not hold."""
        for part in self.parts:
            if not part.matches(view):
                return part
        return None

    def to_filter(self, asking: FilterContext, /) -> OrTerms:
        return all_of([part.to_filter(asking) for part in self.parts])


class AnyOf(_Combined):
    """One holds; the first that does ends the search, and only its groups are published."""

    def matches(self, view: ImageContext) -> bool:
        before = view.captures
        for part in self.parts:
            view.captures = dict(before)
            if part.matches(view):
                return True
        view.captures = before
        return False

    def to_filter(self, asking: FilterContext, /) -> OrTerms:
        return any_of([part.to_filter(asking) for part in self.parts])


class Not(_Combined):
    """The condition does not hold; no group is published, and the server is not asked."""

    def matches(self, view: ImageContext) -> bool:
        before = view.captures
        view.captures = dict(before)
        held = all(part.matches(view) for part in self.parts)
        view.captures = before
        return not held


def report(condition: Condition, view: ImageContext) -> dict[str, Any]:
    """What explain says of a condition: the value it saw, and its verdict. Publishes nothing."""
    before = view.captures
    view.captures = dict(before)
    said = {"condition": condition.label, "value": condition.actual(view), "holds": condition.matches(view)}
    view.captures = before
    return said
