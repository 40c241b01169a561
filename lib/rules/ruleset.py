"""Loaded rules: conditions, actions, and the data they need from the server."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from lib.changes import KINDS
from lib.rules.actions import Action
from lib.rules.conditions.base import Condition, FilterContext, OrTerms
from lib.rules.conditions.fields import HasCondition
from lib.rules.conditions.logic import AllOf
from lib.rules.fingerprint import fingerprint
from lib.rules.image.sidecars import DEFAULT_PATTERNS, Pattern
from lib.rules.names import NameLookup
from lib.rules.prefilter import all_of, any_of, to_image_filter
from lib.rules.selection import selection
from lib.rules.vocabulary import Vocabulary

MODES = ("off", "preview", "apply")
WHENS = ("scan", "task")
MAX_NEW = 200


@dataclass(frozen=True)
class Rule:
    """One rule; `line` is its first line, `meaning` a hash of what it computes (lib.rules.fingerprint)."""

    name: str
    line: int
    match: AllOf
    actions: tuple[Action, ...] = ()
    about: str = ""
    mode: str = "apply"
    when: tuple[str, ...] = WHENS
    skip_organized: bool = True
    stop: bool = False
    meaning: str = ""

    @property
    def target_fields(self) -> frozenset[str]:
        """The fields it may change."""
        return frozenset(action.field for action in self.actions)

    @property
    def fields(self) -> frozenset[str]:
        """The fields of an image it needs."""
        used = (
            placeholder.source.fields
            for action in self.actions
            for part in action.parts
            for placeholder in part.template.placeholders
        )
        gallery_kind = frozenset({"gallery_kind"} if "galleries" in self.target_fields else ())
        return frozenset().union(self.match.fields, self.target_fields, gallery_kind, *used)


class NamedUse(NamedTuple):
    """A constant name in the rules: `rule` uses it `as_` has, set, add, remove or replace."""

    kind: str
    name: str
    rule: str
    line: int
    as_: str
    creates: bool = False


@dataclass(frozen=True)
class RuleSet:
    """All rules of a file, from top to bottom; `vocabularies` by kind, `etag` where they are those of the user's file."""

    rules: tuple[Rule, ...] = ()
    sidecars: tuple[Pattern, ...] = DEFAULT_PATTERNS
    max_new: int = MAX_NEW
    vocabularies: Mapping[str, Vocabulary] = field(default_factory=dict)
    etag: str = ""

    def select(self, when: str, *, preview: bool = True, only: Collection[str] = ()) -> RuleSet:
        """Return the rules for `when` (scan or task), optionally without those in preview mode or only some by name."""
        rules = tuple(
            rule
            for rule in self.rules
            if when in rule.when
            and (rule.mode == "apply" or (preview and rule.mode == "preview"))
            and (not only or rule.name in only)
        )
        return replace(self, rules=rules)

    def review(self, *, only: Collection[str] | None = None, as_applied: bool) -> RuleSet:
        """Return the rules for a review, whatever their `when`: those that aren't off, or only some by name, even if off.

        `as_applied`: all take part as if enabled. Otherwise each keeps its mode, and one that is off is in preview mode.
        """
        rules = tuple(
            replace(rule, mode="apply" if as_applied else "preview" if rule.mode == "off" else rule.mode)
            for rule in self.rules
            if (rule.mode != "off" if only is None else rule.name in only)
        )
        return replace(self, rules=rules)

    def enabled(self) -> RuleSet:
        """Return the rules that aren't off."""
        return replace(self, rules=tuple(rule for rule in self.rules if rule.mode != "off"))

    def fingerprints(self) -> dict[str, str]:
        """Return for each rule, in order, a hash of what it computes: with its vocabulary and the locations of sidecars."""
        locations = [pattern.text for pattern in self.sidecars]
        return {rule.name: fingerprint([rule.meaning, locations]) for rule in self.rules}

    @property
    def fields(self) -> frozenset[str]:
        """The fields of an image that the rules need, named as in `selection`."""
        return frozenset().union(*(rule.fields for rule in self.rules))

    def selection(self) -> str:
        """Return the GraphQL selection of an image with the fields that the rules read and write."""
        return selection(self.fields)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of names to look up: tags, performers, studios, galleries."""
        fields = {action.field for rule in self.rules for action in rule.actions}
        kinds = {KINDS[field] for field in fields if field in KINDS}
        kinds |= {condition.kind for condition in self._has_conditions()}
        return tuple(sorted(kinds))

    def image_filter(self, names: NameLookup | None = None, now: float | None = None) -> dict[str, Any] | None:
        """Return the filter for the images that some rule may match; None for all images."""
        context = FilterContext(time.time() if now is None else now, names)
        planned: set[str] = set()
        filters: list[OrTerms] = []
        for rule in self.rules:
            # The server doesn't know the fields that an earlier rule may have planned.
            parts = [part for part in rule.match.parts if not part.planned_fields & planned]
            filters.append(all_of([part.to_filter(context) for part in parts]))
            if rule.mode == "apply":
                planned |= rule.target_fields
        return to_image_filter(any_of(filters))

    def named(self) -> Iterator[NamedUse]:
        """Yield every constant name of a tag, performer, studio or gallery in the rules."""
        for rule in self.rules:
            for condition in _leaves(rule.match):
                if isinstance(condition, HasCondition):
                    for name in condition.names:
                        yield NamedUse(condition.kind, name, rule.name, rule.line, "has")
            for action in rule.actions:
                for part in action.parts:
                    if action.field in KINDS and part.template.constant:
                        kind, name = KINDS[action.field], part.template.literal
                        creates = part.policy.allows(kind, name)
                        yield NamedUse(kind, name, rule.name, part.line, action.verb, creates)

    def _has_conditions(self) -> Iterator[HasCondition]:
        for rule in self.rules:
            for condition in _leaves(rule.match):
                if isinstance(condition, HasCondition):
                    yield condition


def _leaves(condition: Condition) -> Iterator[Condition]:
    """Yield the conditions that aren't combinations of others."""
    parts: tuple[Condition, ...] = getattr(condition, "parts", ())
    if not parts:
        yield condition
    for part in parts:
        yield from _leaves(part)
