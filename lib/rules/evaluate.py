"""An image's way through the rules: who matches, what is computed, what is planned. Plan and explain both take it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from lib.rules.actions import ActionResult
from lib.rules.conditions.logic import report
from lib.rules.image.context import ImageContext
from lib.rules.image.draft import Draft
from lib.rules.ruleset import Rule
from lib.rules.syntax.regex_timeout import RegexTimeoutError
from lib.rules.templates import Trace

_SHOWN = 5


class RuleStep(NamedTuple):
    """One rule at one image.

    failed: the first condition that did not hold, None where the rule matched.
    skipped: it matched, but the image is organized and left alone.
    start, end: the draft before and after the rule; of a rule on preview others do not see the end.
    conditions, traces: what explain shows; empty where nobody asked for it.
    """

    rule: Rule
    start: Draft
    end: Draft
    failed: str | None = None
    skipped: bool = False
    computed: Sequence[ActionResult] = ()
    conditions: tuple[dict[str, Any], ...] = ()
    traces: Sequence[list[Trace] | None] = ()


def evaluate(
    rules: Sequence[Rule], view: ImageContext, disabled: dict[str, str], *, explain: bool = False
) -> Iterator[RuleStep]:
    """One step for each rule, until one stops. A rule whose patterns take too long is switched off for the run.

    Rules whose patterns only found no time left on this image are left out of it, which the notes say.
    """
    budget = view.setting.budget
    budget.renew()
    untried = []
    for rule in rules:
        if rule.name in disabled:
            continue
        left = budget.left
        step: RuleStep | None
        try:
            step = _step(rule, view, explain=explain)
        except RegexTimeoutError:
            step = _late(rule, view, disabled, left, explain=explain)
        if step is None:
            untried += [rule.name] * (rule.name not in disabled)
            continue
        yield step
        if rule.stop and rule.mode == "apply" and step.failed is None and not step.skipped:
            break
    if untried:
        view.notes.problem(f"not tried on {_where(view)}: {_listed(untried)}; other patterns took its time")


def _late(rule: Rule, view: ImageContext, disabled: dict[str, str], used: float, *, explain: bool) -> RuleStep | None:
    """The step of a rule whose patterns ran out of time after so many seconds, if those after it get some more.

    To blame, and switched off, is a rule that had half of an image's time for itself.
    """
    budget = view.setting.budget
    more = budget.extend()
    if more and used < budget.seconds / 2:
        used += budget.left
        try:
            return _step(rule, view, explain=explain)
        except RegexTimeoutError:
            pass
    if used >= budget.seconds / 2:
        disabled[rule.name] = (
            f"the rule {rule.name!r} is off for this run: its patterns take too long on {_where(view)}"
        )
        view.notes.problem(disabled[rule.name])
    return None


def _where(view: ImageContext) -> str:
    return view.place.path if view.place else f"image {view.image['id']}"


def _listed(names: Sequence[str]) -> str:
    """Rules by name, as many as one reads."""
    first = ", ".join(map(repr, names[:_SHOWN]))
    return f"the rules {first}" + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")


def _step(rule: Rule, view: ImageContext, *, explain: bool) -> RuleStep:
    view.captures = {}
    # A rule on apply plans into the draft itself; what it changed is asked for by explain alone.
    start = view.draft.copy() if explain else view.draft
    conditions = tuple(report(part, view) for part in rule.match.parts) if explain else ()
    failed = rule.match.failed(view)
    if failed is not None:
        return RuleStep(rule, start, start, failed.label, conditions=conditions)
    if rule.skip_organized and view.field("organized"):
        return RuleStep(rule, start, start, skipped=True, conditions=conditions)
    traces: list[list[Trace] | None] = [[] if explain else None for _ in rule.actions]
    # All values first: a rule's templates do not see what the rule itself plans.
    computed = [action.compute(view, trace) for action, trace in zip(rule.actions, traces, strict=True)]
    end = _planned(rule, view, computed)
    return RuleStep(rule, start, end, None, False, computed, conditions, traces)


def _planned(rule: Rule, view: ImageContext, computed: Sequence[ActionResult]) -> Draft:
    """The draft with the rule's values. `view` goes on with it, unless the rule is on preview."""
    shared = view.draft
    if rule.mode == "preview":
        view.draft = shared.copy()
    for value in computed:
        value.plan(view, rule.name)
    end = view.draft
    view.draft = shared
    return end
