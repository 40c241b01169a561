"""The engine: evaluates a set of rules for one image after another and returns plans. It knows no server."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from lib.changes import FieldChange, ImageChange
from lib.rules.evaluate import Evaluation
from lib.rules.explain import Nearest, explain
from lib.rules.image.context import ImageContext, RunContext
from lib.rules.image.files import Files
from lib.rules.image.path import image_path, library_roots
from lib.rules.names import NameLookup, NameResolver
from lib.rules.planned import Planned, Previewed, merge_missing, new_names
from lib.rules.ruleset import RuleSet


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
        context, problems = evaluation.context, list[str]()
        matched, skipped, previewed = [], [], []
        failed, missing = {}, {}
        has_value = False
        for step in evaluation.run(self.ruleset.rules):
            name, is_preview = step.rule.name, step.rule.mode == "preview"
            if step.failed is not None:
                failed[name] = step.failed
            elif step.skipped:
                skipped.append(name)
            else:
                matched.append(name)
                problems += step.diagnostics.problems
                has_value = has_value or step.has_value
                if is_preview and (changes := step.end.changes(step.start)):
                    previewed.append(Previewed(name, _image_change(context, changes), new_names(changes)))
                elif not is_preview and step.diagnostics.missing:
                    missing[name] = step.diagnostics.missing
        changes = evaluation.draft.changes()
        created = new_names(changes)
        return Planned(
            change=_image_change(context, changes),
            matched=tuple(matched),
            failed=failed,
            skipped_organized=tuple(skipped),
            previewed=tuple(previewed),
            problems=tuple(dict.fromkeys([*context.problems, *problems, *evaluation.problems])),
            missing=merge_missing(missing.items(), created) if missing else (),
            new_names=created,
            has_value=has_value,
            lacks_sidecar=context.lacks_sidecar,
        )

    def explain(
        self, image: dict[str, Any], file: RuleSet | None = None, nearest: Nearest = lambda _kind, _name: ()
    ) -> dict[str, Any]:
        """Return the result of every rule for one image as JSON, in the form of `lib.rules.explain.explain`.

        file: all rules, with those that the engine doesn't evaluate. nearest: as there.
        """
        evaluation = self.evaluation(image, explain=True)
        steps = list(evaluation.run(self.ruleset.rules))
        return explain(evaluation, steps, (file or self.ruleset).rules, nearest)

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
