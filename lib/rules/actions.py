"""Actions of a rule: each computes a field's value for an image and plans it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from lib.changes import KINDS, LIST_FIELDS
from lib.rules.fields import CONVERT, EXPECTED, is_empty, limit_problem
from lib.rules.image.context import Scope
from lib.rules.image.draft import Draft
from lib.rules.names import CreatePolicy, ImageDiagnostics
from lib.rules.templates import Template, Trace
from lib.rules.values import as_text, as_texts
from lib.rules.vocabulary import Vocabulary

VERBS = ("set", "add", "remove", "replace")
STRATEGIES = ("merge", "overwrite", "ignore")
MAX_SHOWN = 80


@dataclass(frozen=True)
class ValueTemplate:
    """One template of an action, and how its value is written."""

    line: int
    template: Template
    strategy: str = "merge"
    policy: CreatePolicy = dataclasses.field(default_factory=CreatePolicy)


@dataclass(frozen=True)
class Action:
    """`set`, `add`, `remove` or `replace` for one field; without parts it clears a list."""

    verb: str
    field: str
    parts: tuple[ValueTemplate, ...]
    vocabulary: Vocabulary = dataclasses.field(default_factory=Vocabulary)

    def compute(self, scope: Scope, diagnostics: ImageDiagnostics, traces: list[Trace] | None = None) -> ActionResult:
        """Compute the value for an image without planning it, since a rule's templates don't see its own changes.

        A value that wouldn't be written is computed only for a trace: it may require reading a file.
        """
        if self.field in LIST_FIELDS:
            return self._compute_list(scope, diagnostics, traces)
        if traces is None and not any(_writes(part.strategy, self.field, scope.draft) for part in self.parts):
            return ActionResult(self, None)
        return self._compute_single(scope, diagnostics, traces)

    def _compute_single(self, scope: Scope, diagnostics: ImageDiagnostics, traces: list[Trace] | None) -> ActionResult:
        """Return the value of the first part that has a valid one; otherwise report the invalid ones."""
        problems = []
        for part in self.parts:
            raw = part.template.value(scope, _begin(traces))
            if raw is None:
                continue
            value = CONVERT[self.field](raw)
            if value is None:
                text = as_text(raw)
                excerpt = "a list without text" if text is None else repr(text[:MAX_SHOWN])
                problems.append(f"{self.field}: {excerpt} isn't {EXPECTED[self.field]}")
            elif self.field == "date" and len(value) < len("2021-07-04") and not scope.context.run.partial_dates:
                problems.append(f"date: {value!r} has no day, which this version of Stash requires")
            elif self.field != "studio" or (value := self._studio(value, part, scope, diagnostics)) is not None:
                return ActionResult(self, value, part.strategy)
        for problem in problems:
            diagnostics.problem(problem)
        return ActionResult(self, None)

    def _studio(self, name: str, part: ValueTemplate, scope: Scope, diagnostics: ImageDiagnostics) -> Any:
        names = self._translate([name], part, scope)
        return next((self._resolve(name, part, scope, diagnostics) for name in names), None)

    def _compute_list(self, scope: Scope, diagnostics: ImageDiagnostics, traces: list[Trace] | None) -> ActionResult:
        """Return the values of all parts. For `replace`, an unresolved name keeps the field unchanged."""
        items: dict[Any, None] = {}
        values = [(part, as_texts(part.template.value(scope, _begin(traces)))) for part in self.parts]
        if problem := limit_problem(self.field, [text for _, texts in values for text in texts]):
            diagnostics.problem(problem)
            return ActionResult(self, None)
        for part, texts in values:
            for text in self._translate(texts, part, scope):
                item = self._resolve(text, part, scope, diagnostics) if self.field in KINDS else text
                items[item] = None
        if self.verb == "replace" and self.parts and (None in items or not items):
            return ActionResult(self, None)
        items.pop(None, None)
        return ActionResult(self, tuple(items))

    def _translate(self, texts: list[str], part: ValueTemplate, scope: Scope) -> list[str]:
        """Apply the vocabulary to names; constants are exempt."""
        if part.template.constant or self.field not in KINDS:
            return texts
        names = (self.vocabulary.translate(text, scope.context.run.budget) for text in texts)
        return [name for name in names if name is not None]

    def _resolve(self, name: str, part: ValueTemplate, scope: Scope, diagnostics: ImageDiagnostics) -> Any:
        """Return the Ref for a name, or None."""
        names = scope.context.run.names
        if self.verb == "remove":
            return names.lookup(KINDS[self.field], name)
        return names.resolve(KINDS[self.field], name, part.policy, diagnostics)


class ActionResult(NamedTuple):
    """An action's value for one image; None keeps the field unchanged."""

    action: Action
    value: Any
    strategy: str = "merge"

    @property
    def has_value(self) -> bool:
        """Whether there is a value to write; of `replace` without parts, the empty list."""
        return self.value is not None and (self.value != () or not self.action.parts)

    def plan(self, image: Mapping[str, Any], draft: Draft, rule: str) -> None:
        """Write the value into the draft of the image, on behalf of the rule."""
        field = self.action.field
        if self.value is None:
            return
        if self.action.verb == "set":
            if _writes(self.strategy, field, draft):
                draft.put(field, self.value, rule)
        elif self.action.verb == "add":
            draft.add(field, self.value, rule)
        elif self.action.verb == "remove":
            draft.remove(field, [item for item in self.value if not _is_permanent(item, field, image)], rule)
        else:
            permanent = [item for item in draft.value(field) if _is_permanent(item, field, image)]
            draft.replace(field, self.value, rule, keep=permanent)


def _writes(strategy: str, field: str, draft: Draft) -> bool:
    """Whether a strategy writes the field as planned so far."""
    return strategy == "overwrite" or (strategy == "merge" and is_empty(draft.value(field)))


def _is_permanent(item: Any, field: str, image: Mapping[str, Any]) -> bool:
    """Whether an image can't be removed from this gallery: Stash created it from a zip or a folder."""
    if field != "galleries":
        return False
    galleries = {str(gallery["id"]): gallery for gallery in image.get("galleries") or ()}
    gallery = galleries.get(item.id, {})
    return bool(gallery.get("folder") or gallery.get("files"))


def _begin(traces: list[Trace] | None) -> Trace | None:
    if traces is None:
        return None
    traces.append([])
    return traces[-1]
