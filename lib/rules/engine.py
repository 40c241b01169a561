"""The engine: evaluates a set of rules for one image after another and returns plans. It knows no server."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from lib.changes import KINDS, FieldChange, ImageChange, Ref
from lib.rules.evaluate import Evaluation
from lib.rules.explain import explain
from lib.rules.image.context import ImageContext, RunContext
from lib.rules.image.files import Files
from lib.rules.image.path import image_path, library_roots
from lib.rules.names import NameLookup, NameResolver
from lib.rules.ruleset import RuleSet


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
    missing_names: kind -> names that don't exist and aren't created. new_names: kind -> names that `change` creates.
    lacks_sidecar: a rule needs a JSON or text sidecar, and no readable one exists (yet).
    """

    change: ImageChange
    matched: tuple[str, ...] = ()
    failed: dict[str, str] = field(default_factory=dict)
    skipped_organized: tuple[str, ...] = ()
    previewed: tuple[Previewed, ...] = ()
    problems: tuple[str, ...] = ()
    missing_names: dict[str, list[str]] = field(default_factory=dict)
    new_names: dict[str, list[str]] = field(default_factory=dict)
    lacks_sidecar: bool = False

    @property
    def characters(self) -> int:
        """The approximate number of characters it holds, to limit the memory for a page of images."""
        sets = (self.change.changes, *(previewed.change.changes for previewed in self.previewed))
        values = [value for changes in sets for change in changes for value in (change.after, *change.add)]
        names = [name for missing in self.missing_names.values() for name in missing]
        return sum(map(_length, values)) + sum(map(len, names)) + sum(map(len, self.problems))


def _length(value: Any) -> int:
    return len(value.name) if isinstance(value, Ref) else len(value) if isinstance(value, str) else 0


class Engine:
    """Plans images by a set of rules, usually a selection (`RuleSet.select`).

    libraries: the paths of Stash's library folders. files: reads image files and sidecars; its creator closes it.
    now: the time for `age_days`. partial_dates: whether the server supports dates without a day (v0.30 and newer).
    disabled: rule -> the reason why it is disabled for the rest of the run.
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
        self._run = RunContext(
            names=NameResolver(names),
            files=files or Files(libraries),
            libraries=library_roots(libraries),
            sidecars=ruleset.sidecars,
            now=time.time() if now is None else now,
            partial_dates=partial_dates,
        )

    def plan(self, image: dict[str, Any]) -> Planned:
        """Plan an image, given as the server's JSON with the fields of `RuleSet.selection`."""
        evaluation = self.evaluation(image)
        context, diagnostics = evaluation.context, evaluation.diagnostics
        matched, skipped, previewed = [], [], []
        failed = {}
        for step in evaluation.run(self.ruleset.rules):
            if step.failed is not None:
                failed[step.rule.name] = step.failed
            elif step.skipped:
                skipped.append(step.rule.name)
            else:
                matched.append(step.rule.name)
                if step.rule.mode == "preview" and (changes := step.end.changes(step.start)):
                    previewed.append(Previewed(step.rule.name, _image_change(context, changes), _new_names(changes)))
        changes = evaluation.draft.changes()
        return Planned(
            change=_image_change(context, changes),
            matched=tuple(matched),
            failed=failed,
            skipped_organized=tuple(skipped),
            previewed=tuple(previewed),
            problems=tuple(dict.fromkeys([*context.problems, *diagnostics.problems])),
            missing_names=diagnostics.missing,
            new_names=_new_names(changes),
            lacks_sidecar=context.lacks_sidecar,
        )

    def explain(self, image: dict[str, Any]) -> dict[str, Any]:
        """Return the result of every rule for one image as JSON, in the form of `lib.rules.explain.explain`."""
        evaluation = self.evaluation(image, explain=True)
        return explain(evaluation, list(evaluation.run(self.ruleset.rules)))

    def evaluation(self, image: dict[str, Any], *, explain: bool = False) -> Evaluation:
        """Return a new evaluation of an image, in which no rule has run."""
        context = ImageContext(image, image_path(image, self._run.libraries), self._run)
        return Evaluation(context, self.disabled, explain=explain)


def _image_change(context: ImageContext, changes: tuple[FieldChange, ...]) -> ImageChange:
    path = context.path
    fingerprints = context.file.get("fingerprints") or ()
    md5 = next((entry["value"] for entry in fingerprints if entry.get("type") == "md5"), "")
    return ImageChange(
        str(context.image["id"]), path.native if path else "", md5, bool(context.image.get("organized")), changes
    )


def _new_names(changes: Iterable[FieldChange]) -> dict[str, list[str]]:
    """Return the names that changes create, by kind."""
    names: dict[str, list[str]] = {}
    for change in changes:
        if change.field not in KINDS:
            continue
        for ref in (change.after,) if isinstance(change.after, Ref) else change.add:
            if ref.id is None:
                names.setdefault(KINDS[change.field], []).append(ref.name)
    return names
