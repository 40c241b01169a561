"""What a rule does to a field: computes its values for the image in hand and plans them."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, NamedTuple

from lib.changes import KINDS, LIST_FIELDS
from lib.rules.fields import CONVERT, WANTED, is_empty, too_much
from lib.rules.image.context import ImageContext
from lib.rules.names import CreatePolicy
from lib.rules.templates import Template, Trace
from lib.rules.values import as_text, as_texts
from lib.rules.vocabulary import Vocabulary

VERBS = ("set", "add", "remove", "replace")
STRATEGIES = ("merge", "overwrite", "ignore")
_SHOWN = 80


@dataclass(frozen=True)
class ValueTemplate:
    """One template of an action, and how its value is written."""

    line: int
    template: Template
    strategy: str = "merge"
    making: CreatePolicy = dataclasses.field(default_factory=CreatePolicy)


@dataclass(frozen=True)
class Action:
    """`set`, `add`, `remove` or `replace` of one field; without parts it empties a list."""

    verb: str
    field: str
    parts: tuple[ValueTemplate, ...]
    words: Vocabulary = dataclasses.field(default_factory=Vocabulary)

    def compute(self, view: ImageContext, traces: list[Trace] | None = None) -> ActionResult:
        """The value for this image; nothing is planned yet, since a rule's templates do not see what it does itself.

        Where it would not be written anyway, it is computed only for a trace: it may have to be read from a file.
        """
        if self.field in LIST_FIELDS:
            return self._list(view, traces)
        if traces is None and not any(_writes(part.strategy, self.field, view) for part in self.parts):
            return ActionResult(self, None)
        return self._single(view, traces)

    def _single(self, view: ImageContext, traces: list[Trace] | None) -> ActionResult:
        """The first part that yields a value; if none does, what those that were found are not."""
        problems = []
        for part in self.parts:
            raw = part.template.value(view, _begin(traces))
            if raw is None:
                continue
            value = CONVERT[self.field](raw)
            if value is None:
                text = as_text(raw)
                said = "a list without a text" if text is None else repr(text[:_SHOWN])
                problems.append(f"{self.field}: {said} is not {WANTED[self.field]}")
            elif self.field == "date" and len(value) < len("2021-07-04") and not view.setting.partial_dates:
                problems.append(f"date: {value!r} is not a whole day, which this server needs")
            elif self.field != "studio" or (value := self._studio(value, part, view)) is not None:
                return ActionResult(self, value, part.strategy)
        for problem in problems:
            view.notes.problem(problem)
        return ActionResult(self, None)

    def _studio(self, name: str, part: ValueTemplate, view: ImageContext) -> Any:
        return next((self._reference(used, part, view) for used in self._used([name], part, view)), None)

    def _list(self, view: ImageContext, traces: list[Trace] | None) -> ActionResult:
        """The values of all parts. For `replace`, a name that stands for nothing leaves the field as it is."""
        items: dict[Any, None] = {}
        found = [(part, as_texts(part.template.value(view, _begin(traces)))) for part in self.parts]
        if problem := too_much(self.field, [text for _, texts in found for text in texts]):
            view.notes.problem(problem)
            return ActionResult(self, None)
        for part, texts in found:
            for text in self._used(texts, part, view):
                item = self._reference(text, part, view) if self.field in KINDS else text
                items[item] = None
        if self.verb == "replace" and self.parts and (None in items or not items):
            return ActionResult(self, None)
        items.pop(None, None)
        return ActionResult(self, tuple(items))

    def _used(self, texts: list[str], part: ValueTemplate, view: ImageContext) -> list[str]:
        """The names as the vocabulary has them, which acts on computed names alone."""
        if part.template.constant or self.field not in KINDS:
            return texts
        used = (self.words.use(text, view.setting.budget) for text in texts)
        return [text for text in used if text is not None]

    def _reference(self, name: str, part: ValueTemplate, view: ImageContext) -> Any:
        """What a name stands for."""
        if self.verb == "remove":
            return view.setting.names.known(KINDS[self.field], name)
        return view.setting.names.resolve(KINDS[self.field], name, part.making, view.notes)


class ActionResult(NamedTuple):
    """An action's value for one image; None leaves the field alone."""

    action: Action
    value: Any
    strategy: str = "merge"

    def plan(self, view: ImageContext, rule: str) -> None:
        """Write it into the image's draft, in the name of the rule."""
        field, draft = self.action.field, view.draft
        if self.value is None:
            return
        if self.action.verb == "set":
            if _writes(self.strategy, field, view):
                draft.put(field, self.value, rule)
        elif self.action.verb == "add":
            draft.add(field, self.value, rule)
        elif self.action.verb == "remove":
            draft.remove(field, [item for item in self.value if not _is_fixed(item, field, view)], rule)
        else:
            fixed = [item for item in draft.value(field) if _is_fixed(item, field, view)]
            draft.replace(field, self.value, rule, keep=fixed)


def _writes(strategy: str, field: str, view: ImageContext) -> bool:
    """Whether this strategy writes into the field as it is planned now."""
    return strategy == "overwrite" or (strategy == "merge" and is_empty(view.draft.value(field)))


def _is_fixed(item: Any, field: str, view: ImageContext) -> bool:
    """Whether an image cannot leave this gallery: one that is a zip or a folder keeps its images."""
    if field != "galleries":
        return False
    shown = {str(gallery["id"]): gallery for gallery in view.image.get("galleries") or ()}
    gallery = shown.get(item.id, {})
    return bool(gallery.get("folder") or gallery.get("files"))


def _begin(traces: list[Trace] | None) -> Trace | None:
    if traces is None:
        return None
    traces.append([])
    return traces[-1]
