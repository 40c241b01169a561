"""Evaluates the rules for one image: conditions, values, plan. Planning and explain both use it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple

from lib.rules.action_trace import ActionTrace
from lib.rules.actions import ActionResult
from lib.rules.conditions.base import ConditionReport
from lib.rules.conditions.logic import report_all
from lib.rules.fields import is_empty
from lib.rules.image.context import ImageContext, Scope
from lib.rules.image.draft import Draft
from lib.rules.names import ImageDiagnostics
from lib.rules.ruleset import Rule
from lib.rules.syntax.regex_timeout import RegexTimeoutError

MAX_SHOWN = 5
NO_DIAGNOSTICS = ImageDiagnostics()
"""Of a rule that computed nothing."""


class RuleStep(NamedTuple):
    """The result of one rule for one image.

    failed: the label of the first condition that didn't hold, None if the rule matched.
    skipped: it matched, but the image is organized.
    start, end: the draft before and after the rule; other rules don't see the end of a rule in preview mode.
    diagnostics: what its values reported.
    conditions, traces: for explain only, otherwise empty.
    """

    rule: Rule
    start: Draft
    end: Draft
    failed: str | None = None
    skipped: bool = False
    computed: Sequence[ActionResult] = ()
    diagnostics: ImageDiagnostics = NO_DIAGNOSTICS
    conditions: Sequence[ConditionReport] = ()
    traces: Sequence[ActionTrace] = ()

    @property
    def stops(self) -> bool:
        """Whether no later rule sees the image."""
        return self.rule.stop and self.rule.mode == "apply" and self.failed is None and not self.skipped

    @property
    def has_value(self) -> bool:
        """Whether the rule has a value left after the vocabulary, or a field that it may change is filled."""
        return any(result.has_value or not is_empty(self.start.value(result.action.field)) for result in self.computed)


class Evaluation:
    """The evaluation of rules for one image: they plan into `draft`.

    problems: the rules that were skipped or disabled, with the reasons; what a rule's values report is in its step.
    disabled: rule -> the reason why it is disabled for the rest of the run; rules that take too long are added.
    """

    def __init__(self, context: ImageContext, disabled: dict[str, str], *, explain: bool = False) -> None:
        self.context = context
        self.draft = Draft(context.image)
        self.problems: list[str] = []
        self.disabled = disabled
        self.explain = explain
        self._scope = Scope(context, self.draft)

    def run(self, rules: Sequence[Rule]) -> Iterator[RuleStep]:
        """Yield a step for each rule, until one stops. A rule whose patterns take too long is disabled for the run.

        Rules that had no time left for this image are skipped and reported.
        """
        budget = self.context.run.budget
        budget.renew()
        skipped = []
        for rule in rules:
            if rule.name in self.disabled:
                continue
            remaining = budget.remaining
            step: RuleStep | None
            try:
                step = self._step(rule)
            except RegexTimeoutError:
                step = self._retry(rule, remaining)
            if step is None:
                skipped += [rule.name] * (rule.name not in self.disabled)
                continue
            yield step
            if step.stops:
                break
        if skipped:
            self.problems.append(
                f"{self._name}: skipped the rules {_join(skipped)}; the patterns of other rules used up the time"
            )

    def _retry(self, rule: Rule, used: float) -> RuleStep | None:
        """Try a rule whose patterns ran out of time after `used` seconds again, if the image's extra time isn't used up.

        A rule that had half of an image's time is disabled.
        """
        budget = self.context.run.budget
        has_more = budget.extend()
        if has_more and used < budget.seconds / 2:
            used += budget.remaining
            try:
                return self._step(rule)
            except RegexTimeoutError:
                pass
        if used >= budget.seconds / 2:
            self.disabled[rule.name] = (
                f"the rule {rule.name!r} is disabled for this run: its patterns take too long on {self._name}"
            )
            self.problems.append(self.disabled[rule.name])
        return None

    @property
    def _name(self) -> str:
        return self.context.path.full if self.context.path else f"image {self.context.image['id']}"

    def _step(self, rule: Rule) -> RuleStep:
        # A rule that is applied plans into the draft itself; only explain needs its own changes.
        start = self.draft.copy() if self.explain else self.draft
        scope = self._scope
        conditions = report_all(rule.match.parts, scope) if self.explain else ()
        groups, failed = rule.match.evaluate(scope)
        if failed is not None:
            return RuleStep(rule, start, start, failed.label, conditions=conditions)
        if rule.skip_organized and scope.field("organized"):
            return RuleStep(rule, start, start, skipped=True, conditions=conditions)
        scope = scope.with_groups(groups)
        traces = [ActionTrace() for _ in rule.actions] if self.explain else []
        # All values first: a rule's templates don't see its own changes.
        diagnostics = ImageDiagnostics()
        computed = [action.compute(scope, diagnostics, trace) for action, trace in zip_longest(rule.actions, traces)]
        end = self.draft.copy() if rule.mode == "preview" else self.draft
        for result in computed:
            result.plan(self.context.image, end, rule.name)
        return RuleStep(rule, start, end, None, False, computed, diagnostics, conditions, traces)


def _join(names: Sequence[str]) -> str:
    """Return the first few names for a message."""
    first = ", ".join(map(repr, names[:MAX_SHOWN]))
    return first + (f" and {len(names) - MAX_SHOWN} more" if len(names) > MAX_SHOWN else "")
