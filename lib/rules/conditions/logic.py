"""`any`, `all` and `not`: conditions made of others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lib.rules.conditions.base import Asking, Condition, Terms
from lib.rules.image.context import View
from lib.rules.prefilter import both, either


class _Combined(Condition):
    def __init__(self, label: str, parts: Sequence[Condition]) -> None:
        self.label = label
        self.parts = tuple(parts)
        self.fields = frozenset().union(*(part.fields for part in parts))
        self.changes = frozenset().union(*(part.changes for part in parts))

    def seen(self, view: View) -> Any:
        return [report(part, view) for part in self.parts]


class AllOf(_Combined):
    """Every one holds; the groups of all its regular expressions are published."""

    def holds(self, view: View) -> bool:
        return all(part.holds(view) for part in self.parts)

    def failed(self, view: View) -> Condition | None:
        """The first that does not hold."""
        for part in self.parts:
            if not part.holds(view):
                return part
        return None

    def ask(self, asking: Asking, /) -> Terms:
        return both([part.ask(asking) for part in self.parts])


class AnyOf(_Combined):
    """One holds; the first that does ends the search, and only its groups are published."""

    def holds(self, view: View) -> bool:
        before = view.captures
        for part in self.parts:
            view.captures = dict(before)
            if part.holds(view):
                return True
        view.captures = before
        return False

    def ask(self, asking: Asking, /) -> Terms:
        return either([part.ask(asking) for part in self.parts])


class Not(_Combined):
    """The condition does not hold; no group is published, and the server is not asked."""

    def holds(self, view: View) -> bool:
        before = view.captures
        view.captures = dict(before)
        held = all(part.holds(view) for part in self.parts)
        view.captures = before
        return not held


def report(condition: Condition, view: View) -> dict[str, Any]:
    """What explain says of a condition: the value it saw, and its verdict. Publishes nothing."""
    before = view.captures
    view.captures = dict(before)
    said = {"condition": condition.label, "value": condition.seen(view), "holds": condition.holds(view)}
    view.captures = before
    return said
