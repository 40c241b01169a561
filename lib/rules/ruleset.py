"""The rules as they were loaded: what they match, what they do, and what must be asked of the server for them."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from lib.changes import KINDS
from lib.rules.actions import Action
from lib.rules.conditions.base import Condition, FilterContext, OrTerms
from lib.rules.conditions.fields import HasCondition
from lib.rules.conditions.logic import AllOf
from lib.rules.image.sidecars import DEFAULT_PATTERNS, Pattern
from lib.rules.names import NameLookup
from lib.rules.prefilter import all_of, any_of, to_image_filter
from lib.rules.selection import selection

MODES = ("off", "preview", "apply")
WHENS = ("scan", "task")
MAX_NEW = 200


@dataclass(frozen=True)
class Rule:
    """One rule; `line` is where it begins."""

    name: str
    line: int
    match: AllOf
    actions: tuple[Action, ...] = ()
    about: str = ""
    mode: str = "apply"
    when: tuple[str, ...] = WHENS
    skip_organized: bool = True
    stop: bool = False

    @property
    def target_fields(self) -> frozenset[str]:
        """The fields it may change."""
        return frozenset(action.field for action in self.actions)

    @property
    def fields(self) -> frozenset[str]:
        """What must be known of an image to plan this rule."""
        read = (
            placeholder.source.fields
            for action in self.actions
            for part in action.parts
            for placeholder in part.template.placeholders
        )
        fixed = frozenset({"gallery_kind"} if "galleries" in self.target_fields else ())
        return frozenset().union(self.match.fields, self.target_fields, fixed, *read)


class NamedUse(NamedTuple):
    """A name that stands in the rules as such: `rule` uses it `as_` has, set, add, remove or replace."""

    kind: str
    name: str
    rule: str
    line: int
    as_: str
    creates: bool = False


@dataclass(frozen=True)
class RuleSet:
    """All rules of a file, from top to bottom."""

    rules: tuple[Rule, ...] = ()
    sidecars: tuple[Pattern, ...] = DEFAULT_PATTERNS
    max_new: int = MAX_NEW

    def select(self, when: str, *, preview: bool = True, only: Collection[str] = ()) -> RuleSet:
        """The rules that count `when` (scan or task); without those on preview, or only some by name, if told so."""
        kept = tuple(
            rule
            for rule in self.rules
            if when in rule.when
            and (rule.mode == "apply" or (preview and rule.mode == "preview"))
            and (not only or rule.name in only)
        )
        return replace(self, rules=kept)

    def enabled(self) -> RuleSet:
        """The rules that are not off, whenever they run."""
        return replace(self, rules=tuple(rule for rule in self.rules if rule.mode != "off"))

    @property
    def fields(self) -> frozenset[str]:
        """What must be known of an image; names as in `selection`."""
        return frozenset().union(*(rule.fields for rule in self.rules))

    def selection(self) -> str:
        """The GraphQL selection of an image with what the rules read and write, and no other fields."""
        return selection(self.fields)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of names that must be known: of tags, performers, studios, galleries."""
        named = {action.field for rule in self.rules for action in rule.actions}
        used = {KINDS[field] for field in named if field in KINDS}
        used |= {condition.kind for condition in self._has()}
        return tuple(sorted(used))

    def image_filter(self, names: NameLookup | None = None, now: float | None = None) -> dict[str, Any] | None:
        """The filter that brings every image some rule may match, and few others; None: walk everything."""
        asking = FilterContext(time.time() if now is None else now, names)
        changed: set[str] = set()
        asked: list[OrTerms] = []
        for rule in self.rules:
            # What an earlier rule may have planned is not what the server knows.
            asked.append(all_of([part.to_filter(asking) for part in rule.match.parts if not part.changes & changed]))
            if rule.mode == "apply":
                changed |= rule.target_fields
        return to_image_filter(any_of(asked))

    def named(self) -> Iterator[NamedUse]:
        """Every name of a tag, performer, studio or gallery that stands in the rules as it is."""
        for rule in self.rules:
            for condition in _leaves(rule.match):
                if isinstance(condition, HasCondition):
                    for name in condition.names:
                        yield NamedUse(condition.kind, name, rule.name, rule.line, "has")
            for action in rule.actions:
                for part in action.parts:
                    if action.field in KINDS and part.template.constant:
                        kind, name = KINDS[action.field], part.template.literal
                        creates = part.making.allows(kind, name)
                        yield NamedUse(kind, name, rule.name, part.line, action.verb, creates)

    def _has(self) -> Iterator[HasCondition]:
        for rule in self.rules:
            for condition in _leaves(rule.match):
                if isinstance(condition, HasCondition):
                    yield condition


def _leaves(condition: Condition) -> Iterator[Condition]:
    """The conditions that others are made of."""
    parts: tuple[Condition, ...] = getattr(condition, "parts", ())
    if not parts:
        yield condition
    for part in parts:
        yield from _leaves(part)
