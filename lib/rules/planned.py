"""The result of planning one image: its changes, and the one outcome it counts as."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from lib.changes import KINDS, FieldChange, ImageChange, MissingName, Ref
from lib.rules.values import fold

OUTCOMES = ("planned", "preview", "organized", "missing", "nothing_found", "already_right")
"""The outcomes of a matched image; it has the first that fits."""


@dataclass(frozen=True)
class Previewed:
    """The change that one rule in preview mode would make; `new_names` as in Planned."""

    rule: str
    change: ImageChange
    new_names: dict[str, list[str]]


@dataclass(frozen=True)
class Planned:
    """The result of the rules for one image.

    change: the changes of the enabled rules; its `changes` are empty for an unchanged image.
    matched: the rules that matched, including those in preview mode. failed: rule -> its first condition that didn't hold.
    skipped_organized: the rules that matched, but skip organized images.
    previewed: for each rule in preview mode that would change something, its change.
    problems: files that couldn't be read, values and names that couldn't be used.
    missing: the names that enabled rules want and Stash doesn't have, each once, including those that `change` creates.
    new_names: kind -> names that `change` creates.
    has_value: a matched rule has a value left after the vocabulary, or a field that it may change is filled.
    lacks_sidecar: a rule needs a JSON or text sidecar, and no readable one exists (yet).
    """

    change: ImageChange
    matched: tuple[str, ...] = ()
    failed: dict[str, str] = field(default_factory=dict)
    skipped_organized: tuple[str, ...] = ()
    previewed: tuple[Previewed, ...] = ()
    problems: tuple[str, ...] = ()
    missing: tuple[MissingName, ...] = ()
    new_names: dict[str, list[str]] = field(default_factory=dict)
    has_value: bool = True
    lacks_sidecar: bool = False

    @property
    def outcome(self) -> str | None:
        """The image's outcome, one of OUTCOMES; None if no rule matched."""
        if not self.matched and not self.skipped_organized:
            return None
        conditions = (self.change.changes, self.previewed, self.skipped_organized, self.lacks_name, not self.has_value)
        return next((outcome for outcome, holds in zip(OUTCOMES, conditions, strict=False) if holds), OUTCOMES[-1])

    @property
    def lacks_name(self) -> bool:
        """Whether a name is missing or ambiguous, and not created."""
        return any(not name.created for name in self.missing)

    @property
    def missing_names(self) -> dict[str, list[str]]:
        """The names that don't exist and aren't created, by kind."""
        names: dict[str, list[str]] = {}
        for missing in self.missing:
            if not missing.created and not missing.candidates:
                names.setdefault(missing.kind, []).append(missing.name)
        return names

    @property
    def characters(self) -> int:
        """The approximate number of characters it holds, to limit the memory for a page of images."""
        sets = (self.change.changes, *(previewed.change.changes for previewed in self.previewed))
        values = [value for changes in sets for change in changes for value in (change.after, *change.add)]
        names = sum(len(missing.name) for missing in self.missing)
        return sum(map(_length, values)) + names + sum(map(len, self.problems))


def new_names(changes: Iterable[FieldChange]) -> dict[str, list[str]]:
    """Return the names that changes create, by kind."""
    names: dict[str, list[str]] = {}
    for change in changes:
        if change.field not in KINDS:
            continue
        for ref in (change.after,) if isinstance(change.after, Ref) else change.add:
            if ref.id is None:
                names.setdefault(KINDS[change.field], []).append(ref.name)
    return names


def merge_missing(
    reports: Iterable[tuple[str, Iterable[MissingName]]], created: dict[str, list[str]]
) -> tuple[MissingName, ...]:
    """Return each name once, in any case, with the rules that report it; `created`: the names that the image's change creates.

    A name that a rule may create and no change needs is left out.
    """
    is_created = {(kind, fold(name)) for kind, names in created.items() for name in names}
    merged: dict[tuple[str, str], MissingName] = {}
    for rule, names in reports:
        for name in names:
            key = (name.kind, fold(name.name))
            if name.created and key not in is_created:
                continue
            first = merged.get(key, name)
            rules = dict.fromkeys((*first.rules, rule))
            merged[key] = first._replace(rules=tuple(rules), created=key in is_created)
    return tuple(merged.values())


def _length(value: Any) -> int:
    return len(value.name) if isinstance(value, Ref) else len(value) if isinstance(value, str) else 0
