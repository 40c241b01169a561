"""Actions of a rule: each computes a field's value for an image and plans it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from lib.changes import KINDS, LIST_FIELDS
from lib.rules.action_trace import DROPPED, FIELD_FILLED, NOTHING_FOUND, TOO_LONG, UNCHANGED, ActionTrace
from lib.rules.fields import CONVERT, EXPECTED, is_empty, limit_problem
from lib.rules.image.context import Scope
from lib.rules.image.draft import Draft
from lib.rules.names import CreatePolicy, ImageDiagnostics
from lib.rules.templates import Template
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

    def compute(self, scope: Scope, diagnostics: ImageDiagnostics, trace: ActionTrace | None = None) -> ActionResult:
        """Compute the value for an image without planning it, since a rule's templates don't see its own changes.

        A value that wouldn't be written isn't computed: it may require reading a file. trace: records it for explain.
        """
        if self.field in LIST_FIELDS:
            result = self._compute_list(scope, diagnostics, trace)
        elif any(_writes(part.strategy, self.field, scope.draft) for part in self.parts):
            result = self._compute_single(scope, diagnostics, trace)
        else:
            result = self._not_written(scope, trace)
        if trace is not None and not trace.values:
            trace.add(None, None if not self.parts else NOTHING_FOUND)
        return result

    def _not_written(self, scope: Scope, trace: ActionTrace | None) -> ActionResult:
        if trace is not None:
            trace.add(None, UNCHANGED if is_empty(scope.draft.value(self.field)) else FIELD_FILLED)
        return ActionResult(self, None)

    def _compute_single(self, scope: Scope, diagnostics: ImageDiagnostics, trace: ActionTrace | None) -> ActionResult:
        """Return the value of the first part that has a valid one; otherwise report the invalid ones."""
        problems = []
        for part in self.parts:
            raw = part.template.value(scope, trace.begin() if trace else None)
            if raw is None:
                continue
            value = CONVERT[self.field](raw)
            if problem := self._problem(raw, value, scope):
                problems.append(problem)
                if trace is not None:
                    trace.add_invalid(raw)
            elif not _writes(part.strategy, self.field, scope.draft):
                return self._not_written(scope, trace)
            elif self.field != "studio":
                if trace is not None:
                    trace.add(value)
                return ActionResult(self, value, part.strategy)
            elif (studio := self._studio(value, part, scope, diagnostics, trace)) is not None:
                return ActionResult(self, studio, part.strategy)
        for problem in problems:
            diagnostics.problem(problem)
        return ActionResult(self, None)

    def _problem(self, raw: Any, value: Any, scope: Scope) -> str | None:
        """Return why the field doesn't accept a value, None if it does."""
        if value is None:
            text = as_text(raw)
            excerpt = "a list without text" if text is None else repr(text[:MAX_SHOWN])
            return f"{self.field}: {excerpt} isn't {EXPECTED[self.field]}"
        if self.field == "date" and len(value) < len("2021-07-04") and not scope.context.run.partial_dates:
            return f"date: {value!r} has no day, which this version of Stash requires"
        return None

    def _studio(
        self, name: str, part: ValueTemplate, scope: Scope, diagnostics: ImageDiagnostics, trace: ActionTrace | None
    ) -> Any:
        names = self._translate([name], part, scope, trace)
        return next((self._resolve(name, part, scope, diagnostics, trace) for name in names), None)

    def _compute_list(self, scope: Scope, diagnostics: ImageDiagnostics, trace: ActionTrace | None) -> ActionResult:
        """Return the values of all parts. For `replace`, an unresolved name keeps the field unchanged."""
        items: dict[Any, None] = {}
        values = [(part, as_texts(part.template.value(scope, trace.begin() if trace else None))) for part in self.parts]
        if problem := limit_problem(self.field, [text for _, texts in values for text in texts]):
            diagnostics.problem(problem)
            if trace is not None:
                trace.add(None, TOO_LONG)
            return ActionResult(self, None)
        for part, texts in values:
            for text in self._translate(texts, part, scope, trace):
                items[self._item(text, part, scope, diagnostics, trace)] = None
        if self.verb == "replace" and self.parts and (None in items or not items):
            return ActionResult(self, None)
        items.pop(None, None)
        return ActionResult(self, tuple(items))

    def _item(
        self, text: str, part: ValueTemplate, scope: Scope, diagnostics: ImageDiagnostics, trace: ActionTrace | None
    ) -> Any:
        if self.field in KINDS:
            return self._resolve(text, part, scope, diagnostics, trace)
        if trace is not None:
            trace.add(text)
        return text

    def _translate(self, texts: list[str], part: ValueTemplate, scope: Scope, trace: ActionTrace | None) -> list[str]:
        """Apply the vocabulary to names; constants are exempt."""
        if part.template.constant or self.field not in KINDS:
            return texts
        budget = scope.context.run.budget
        if trace is not None:
            for text in texts:
                name = self.vocabulary.mapped(text)
                trace.map(text, name)
                if entry := self.vocabulary.dropped_by(name, budget):
                    trace.add(name, DROPPED, name=name, entry=entry)
        names = (self.vocabulary.translate(text, budget) for text in texts)
        return [name for name in names if name is not None]

    def _resolve(
        self, name: str, part: ValueTemplate, scope: Scope, diagnostics: ImageDiagnostics, trace: ActionTrace | None
    ) -> Any:
        """Return the Ref for a name, or None."""
        names, kind = scope.context.run.names, KINDS[self.field]
        is_removed = self.verb == "remove"
        ref = names.lookup(kind, name) if is_removed else names.resolve(kind, name, part.policy, diagnostics)
        if trace is not None:
            if ref is None:
                trace.add_unresolved(name, names.match(kind, name))
            else:
                trace.add(ref, name=name)
        return ref


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
