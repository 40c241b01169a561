"""`any`, `all` and `not`: conditions that combine others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lib.rules.conditions.base import MATCH, Condition, ConditionReport, FilterContext, Match, OrTerms
from lib.rules.image.context import NO_GROUPS, Scope
from lib.rules.prefilter import all_of, any_of


class _Combined(Condition):
    def __init__(self, label: str, parts: Sequence[Condition]) -> None:
        self.label = label
        self.parts = tuple(parts)
        self.fields = frozenset().union(*(part.fields for part in parts))
        self.planned_fields = frozenset().union(*(part.planned_fields for part in parts))

    def actual(self, scope: Scope) -> list[ConditionReport]:
        return report_all(self.parts, scope)


class AllOf(_Combined):
    """All parts hold; the match has the groups of all of them, and each part can read those before it."""

    def matches(self, scope: Scope) -> Match | None:
        groups, failed = self.evaluate(scope)
        if failed is not None:
            return None
        return Match(groups) if groups else MATCH

    def evaluate(self, scope: Scope) -> tuple[Mapping[str, str], Condition | None]:
        """Return the groups of all parts, and the first part that doesn't hold; it has no groups then."""
        groups = NO_GROUPS
        for part in self.parts:
            match = part.matches(scope)
            if match is None:
                return NO_GROUPS, part
            if match.groups:
                groups = {**match.groups, **groups}
                scope = scope.with_groups(match.groups)
        return groups, None

    def to_filter(self, context: FilterContext, /) -> OrTerms:
        return all_of([part.to_filter(context) for part in self.parts])


class AnyOf(_Combined):
    """At least one part holds; the match is that of the first."""

    def matches(self, scope: Scope) -> Match | None:
        for part in self.parts:
            match = part.matches(scope)
            if match is not None:
                return match
        return None

    def actual(self, scope: Scope) -> list[ConditionReport]:
        return [report(part, scope)[0] for part in self.parts]

    def to_filter(self, context: FilterContext, /) -> OrTerms:
        return any_of([part.to_filter(context) for part in self.parts])


class Not(_Combined):
    """The part doesn't hold; the match has no groups, and the server can't evaluate it."""

    def matches(self, scope: Scope) -> Match | None:
        return MATCH if any(part.matches(scope) is None for part in self.parts) else None


def report(condition: Condition, scope: Scope) -> tuple[ConditionReport, Match | None]:
    """Return a condition's report for explain, and its match."""
    match = condition.matches(scope)
    return ConditionReport(condition, condition.actual(scope), match is not None), match


def report_all(conditions: Sequence[Condition], scope: Scope) -> list[ConditionReport]:
    """Return the reports of conditions that must all hold: each can read the groups of those before it."""
    reports = []
    for condition in conditions:
        entry, match = report(condition, scope)
        reports.append(entry)
        scope = scope.with_groups(match.groups) if match else scope
    return reports
