"""The engine: one image after the other goes through the rules, and comes out as a plan. It knows no server."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from lib.changes import KINDS, FieldChange, ImageChange, Ref
from lib.rules.evaluate import evaluate
from lib.rules.explain import explained
from lib.rules.image.context import ImageContext, RunContext
from lib.rules.image.files import Files
from lib.rules.image.path import image_path, library_roots
from lib.rules.names import NameLookup, NameResolver
from lib.rules.ruleset import RuleSet


@dataclass(frozen=True)
class Previewed:
    """What a rule on preview would do to the image, on its own; `wanted_names` as in Planned."""

    rule: str
    change: ImageChange
    wanted_names: dict[str, list[str]]


@dataclass(frozen=True)
class Planned:
    """What the rules want of one image.

    change: what the rules on apply would change; its `changes` are empty where all is right already.
    matched: the rules that matched, those on preview too. failed: rule -> its first condition that did not hold.
    skipped_organized: the rules that matched an organized image and leave it alone.
    previewed: per rule on preview that would change something, what it would do by itself.
    problems: what could not be read or resolved. missing_names: kind -> names that were not found and not created.
    wanted_names: kind -> names that applying `change` creates.
    lacks_sidecar: a rule wants what a JSON or text sidecar says, and there is none that can be read (yet).
    """

    change: ImageChange
    matched: tuple[str, ...] = ()
    failed: dict[str, str] = field(default_factory=dict)
    skipped_organized: tuple[str, ...] = ()
    previewed: tuple[Previewed, ...] = ()
    problems: tuple[str, ...] = ()
    missing_names: dict[str, list[str]] = field(default_factory=dict)
    wanted_names: dict[str, list[str]] = field(default_factory=dict)
    lacks_sidecar: bool = False

    @property
    def characters(self) -> int:
        """How much text this holds, about: a page of images is to be held in memory."""
        changes = (self.change.changes, *(one.change.changes for one in self.previewed))
        values = [value for found in changes for change in found for value in (change.after, *change.add)]
        names = [name for found in self.missing_names.values() for name in found]
        return sum(map(_length, values)) + sum(map(len, names)) + sum(map(len, self.problems))


def _length(value: Any) -> int:
    return len(value.name) if isinstance(value, Ref) else len(value) if isinstance(value, str) else 0


class Engine:
    """Plans images by the rules of a set, which should be the active ones (`RuleSet.active`).

    libraries: the paths of Stash's library folders. files: reads pictures and sidecars; its maker closes it.
    now: the time that `age_days` counts to. partial_dates: whether the server keeps a year alone (v0.30 and newer).
    disabled: rule -> why it is switched off for the rest of the run.
    """

    def __init__(
        self,
        ruleset: RuleSet,
        names: NameLookup,
        *,
        libraries: Iterable[str] = (),
        files: Files | None = None,
        now: float | None = None,
        partial_dates: bool = True,
    ) -> None:
        libraries = tuple(libraries)
        self.ruleset = ruleset
        self.disabled: dict[str, str] = {}
        self._setting = RunContext(
            names=NameResolver(names),
            files=files or Files(libraries),
            libraries=library_roots(libraries),
            sidecars=ruleset.sidecars,
            now=time.time() if now is None else now,
            partial_dates=partial_dates,
        )

    def plan(self, image: dict[str, Any]) -> Planned:
        """What the rules want of an image, given as the server's JSON with the fields of `RuleSet.selection`."""
        view = self._view(image)
        matched, skipped, previewed = [], [], []
        failed = {}
        for step in evaluate(self.ruleset.rules, view, self.disabled):
            if step.failed is not None:
                failed[step.rule.name] = step.failed
            elif step.skipped:
                skipped.append(step.rule.name)
            else:
                matched.append(step.rule.name)
                if step.rule.mode == "preview" and (changes := step.end.changes(step.start)):
                    previewed.append(Previewed(step.rule.name, _change(view, changes), _wanted(changes)))
        changes = view.draft.changes()
        notes = view.notes
        return Planned(
            change=_change(view, changes),
            matched=tuple(matched),
            failed=failed,
            skipped_organized=tuple(skipped),
            previewed=tuple(previewed),
            problems=tuple(notes.problems),
            missing_names=notes.missing,
            wanted_names=_wanted(changes),
            lacks_sidecar=view.lacks_sidecar,
        )

    def explain(self, image: dict[str, Any]) -> dict[str, Any]:
        """What every rule makes of one image, to be shown as JSON; its shape is that of `lib.rules.explain.explained`."""
        view = self._view(image)
        return explained(view, list(evaluate(self.ruleset.rules, view, self.disabled, explain=True)))

    def _view(self, image: dict[str, Any]) -> ImageContext:
        return ImageContext(image, image_path(image, self._setting.libraries), self._setting)


def _change(view: ImageContext, changes: tuple[FieldChange, ...]) -> ImageChange:
    place = view.place
    prints = view.file.get("fingerprints") or ()
    md5 = next((entry["value"] for entry in prints if entry.get("type") == "md5"), "")
    return ImageChange(
        str(view.image["id"]), place.native if place else "", md5, bool(view.image.get("organized")), changes
    )


def _wanted(changes: Iterable[FieldChange]) -> dict[str, list[str]]:
    """Kind -> names that these changes create."""
    wanted: dict[str, list[str]] = {}
    for change in changes:
        if change.field not in KINDS:
            continue
        for ref in (change.after,) if isinstance(change.after, Ref) else change.add:
            if ref.id is None:
                wanted.setdefault(KINDS[change.field], []).append(ref.name)
    return wanted
